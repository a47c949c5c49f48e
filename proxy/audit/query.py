"""
Searching the log: typed rows, one page at a time, by the copies of the leaves' values.

A page is relative to the size that the log had when the search began, so pages fit together while the log grows. What
has no copy (entity, outcome) is looked for in the leaves themselves: they have one spelling, so a member with its value
is a run of bytes that stands nowhere else. Recording the search (PG-510) before anything is shown is the caller's duty
and is done by `Searches`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from proxy.audit.columns import NAMES
from proxy.audit.cursors import read_cursor, write_cursor
from proxy.audit.head import LOG
from proxy.audit.key_chain import ROTATED, Rotation, rotation_of
from proxy.audit.looks import Looks, check_words
from proxy.audit.nodes import stored_nodes
from proxy.audit.records import Refused, read_leaf
from proxy.audit.verify import ERASURES, LogHead, LogRow, StoredCheckpoint, StoredLog
from proxy.core.errors import AuditBroken
from proxy.storage.columns import instant
from proxy.storage.tables import audit_checkpoints, audit_content, audit_head, audit_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.elements import ColumnElement

    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.gate.work import Actor
    from proxy.storage.reads import Reads

MOST_ROWS = 500
_CHUNK = 500
_PLACE_DIGITS = 18
"""Of the longest number that fits into a column of any database; no log has as many records."""
_ZERO: ColumnElement[int] = sa.literal_column("0", sa.BigInteger)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to look for; what is None does not matter."""

    since: datetime | None = None
    """First moment."""
    until: datetime | None = None
    """First moment that is too late."""
    code: str | None = None
    platform: str | None = None
    account: str | None = None
    decision: str | None = None
    rule: str | None = None
    """As `policy/rule`."""
    policy_digest: str | None = None
    entity: str | None = None
    """Type of a finding."""
    outcome: str | None = None
    """What became of an attempt, as its outcome says, or a later record that settled it."""
    post: str | None = None
    record: str | None = None
    """The record's id."""
    oldest_first: bool = False

    def check(self) -> None:
        """
        Refuse what is more than words.

        Raises:
            UnreadableField: a value that is not one word of ASCII.
        """
        check_words(asdict(self))

    def described(self) -> dict[str, object]:
        """Return the filter as record PG-510 holds it."""
        described = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: instant(value) if name in {"since", "until"} else value for name, value in described.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record that fits."""

    seq: int
    id: str
    code: str
    type: str
    at: str
    actor: str
    account: str | None
    decision: str | None
    post: str | None
    rules: tuple[str, ...]
    leaf_hash: str
    leaf: bytes = field(repr=False)
    """The leaf, verbatim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the records that fit, and the way to the next ones."""

    rows: tuple[Found, ...]
    size: int
    """Number of records in the log when the search began."""
    cursor: str | None
    """None on the last page."""


def search(connection: Connection, wanted: Filter, *, limit: int = 50, cursor: str | None = None) -> Page:
    """
    Return one page of the records that fit.

    Raises:
        MalformedRequest: a cursor of another search or log.
        ValueError: a limit that is not between 1 and 500.
    """
    if not 1 <= limit <= MOST_ROWS:
        raise ValueError(f"a limit between 1 and {MOST_ROWS}")
    size, after, described = head(connection).size, None, wanted.described()
    if cursor is not None:
        size, after = read_cursor(connection, cursor, described, size=size)
    found = connection.scalars(_places(connection, wanted, size, after).limit(limit + 1)).all()
    place = audit_records.c.seq
    query = sa.select(audit_records).where(audit_records.c.log_id == LOG, place.in_(found))
    rows = connection.execute(query.order_by(place.asc() if wanted.oldest_first else place.desc())).all()
    more = len(rows) > limit
    return Page(
        rows=tuple(_found(row) for row in rows[:limit]),
        size=size,
        cursor=write_cursor(connection, described, size=size, after=rows[limit - 1].seq) if more else None,
    )


def _places(connection: Connection, wanted: Filter, size: int, after: int | None) -> sa.Select[int]:
    """
    Return the query for the places of the records that fit, in the order asked for.

    An index over the time has every column that a search asks for. SQLite, which keeps no statistics, would walk the
    table by its key all the same: so the key is hidden in a sum where a time or a post says where to begin.
    """
    log: ColumnElement[int] = audit_records.c.log_id
    place: ColumnElement[int] = audit_records.c.seq
    if wanted.since is not None or wanted.post is not None:
        log, place = log + _ZERO, place + _ZERO
    query = sa.select(audit_records.c.seq).where(log == LOG, place < size)
    query = query.where(*_conditions(wanted, _holds(connection)))
    if after is not None:
        query = query.where(place > after if wanted.oldest_first else place < after)
    return query.order_by(place.asc() if wanted.oldest_first else place.desc())


def _conditions(wanted: Filter, holds: Callable[[str, str], ColumnElement[bool]]) -> Iterator[ColumnElement[bool]]:
    columns = audit_records.c
    if wanted.since is not None:
        yield columns.at >= instant(wanted.since)
    if wanted.until is not None:
        yield columns.at < instant(wanted.until)
    for column, value in (
        (columns.code, wanted.code),
        (columns.platform, wanted.platform),
        (columns.account, wanted.account),
        (columns.decision, wanted.decision),
        (columns.policy_digest, wanted.policy_digest),
        (columns.post_id, wanted.post),
        (columns.id, wanted.record),
    ):
        if value is not None:
            yield column == value
    if wanted.rule is not None:
        yield columns.rules.is_not(None)  # as the index over them says
        yield columns.rules.contains(f"\n{wanted.rule}\n", autoescape=True)
    if wanted.entity is not None:
        yield columns.code == "PG-101"
        yield holds("entity", wanted.entity)
    if wanted.outcome is not None:
        yield columns.code.in_(("PG-103", "PG-104"))
        yield holds("result", wanted.outcome)


def _holds(connection: Connection) -> Callable[[str, str], ColumnElement[bool]]:
    """Return the condition that a leaf holds a member with a value, at any depth."""
    place = sa.func.instr if connection.dialect.name == "sqlite" else sa.func.pg_catalog.position
    return lambda name, value: place(audit_records.c.leaf, f'"{name}":'.encode() + orjson.dumps(value)) > 0


def _found(row: sa.Row[*tuple[object, ...]]) -> Found:
    values = row._mapping  # noqa: SLF001  SQLAlchemy's public name for it
    leaf = bytes(values["leaf"])
    return Found(
        seq=values["seq"],
        id=values["id"],
        code=values["code"],
        type=orjson.loads(leaf)["type"],
        at=values["at"],
        actor=values["actor_ref"],
        account=values["account"],
        decision=values["decision"],
        post=values["post_id"],
        rules=tuple((values["rules"] or "").split()),
        leaf_hash=bytes(values["leaf_hash"]).hex(),
        leaf=leaf,
    )


def head(connection: Connection) -> LogHead:
    """
    Return what the head of the log says.

    Raises:
        AuditBroken: there is no log yet, or none with a tree.
    """
    row = connection.execute(sa.select(audit_head).where(audit_head.c.log_id == LOG)).one_or_none()
    if row is None:
        raise AuditBroken(expected="a log", found="a database without one")
    if row.root is None or row.frontier is None:
        raise AuditBroken(
            expected="a log with a tree", found="one without", remedy="start the gateway once: it builds the tree"
        )
    return LogHead(
        origin=row.origin,
        size=row.size,
        chain_hash=bytes(row.chain_hash),
        root=bytes(row.root),
        frontier=bytes(row.frontier),
    )


def stored_log(connection: Connection) -> StoredLog:
    """
    Return the log as it stands now; its parts are read while they are used, a few at a time.

    Raises:
        AuditBroken: there is no log yet, or none with a tree.
    """
    top = head(connection)
    return StoredLog(
        head=top,
        rows=log_rows(connection, top.size),
        nodes=stored_nodes(connection, LOG, top.size),
        checkpoints=_checkpoints(connection, top.size),
        rotations=_rotations(connection, top.size),
        later=_erasures_after(connection, top.size),
    )


def _rotations(connection: Connection, size: int) -> tuple[Rotation, ...]:
    """Return the keys that were replaced, as far as their records can be read."""
    records = audit_records.c
    rows = connection.execute(
        sa.select(records.seq, records.leaf)
        .where(records.log_id == LOG, records.code == ROTATED, records.seq < size)
        .order_by(records.seq)
    )
    found = []
    for row in rows:
        with suppress(Refused):  # the check comes to this record, and refuses it there
            found.append(rotation_of(row.seq, read_leaf(bytes(row.leaf))))
    return tuple(found)


def _erasures_after(connection: Connection, size: int) -> Iterator[bytes]:
    """Yield the leaves after a size that say what was erased, once they are asked for."""
    columns = audit_records.c
    query = sa.select(columns.leaf).where(columns.log_id == LOG, columns.seq >= size, columns.code.in_(ERASURES))
    for row in connection.execute(query):
        yield bytes(row.leaf)


def _checkpoints(connection: Connection, size: int) -> Iterator[StoredCheckpoint]:
    """Yield the checkpoints up to a size, the smallest first, a few at a time."""
    stored = audit_checkpoints.c
    after = -1
    while True:
        rows = connection.execute(
            sa.select(stored.size, stored.root, stored.note)
            .where(stored.log_id == LOG, stored.size > after, stored.size <= size)
            .order_by(stored.size)
            .limit(_CHUNK)
        ).all()
        for row in rows:
            yield StoredCheckpoint(size=row.size, root=bytes(row.root), note=bytes(row.note))
        if not rows:
            return
        after = rows[-1].size


def log_rows(connection: Connection, size: int) -> Iterator[LogRow]:
    """Return every record below a size in the order of the log, with its content, a few at a time."""
    query = (
        sa.select(audit_records, audit_content.c.ciphertext)
        .outerjoin(audit_content, audit_content.c.record_id == audit_records.c.id)
        .where(audit_records.c.log_id == LOG, audit_records.c.seq >= sa.bindparam("b_from"))
        .order_by(audit_records.c.seq)
        .limit(_CHUNK)
    )
    start: int | None = -(2**62)
    while start is not None:
        rows = connection.execute(query, {"b_from": start}).mappings().all()
        for row in rows:
            if row["seq"] >= size:
                return
            yield LogRow(
                seq=row["seq"],
                id=row["id"],
                leaf=bytes(row["leaf"]),
                leaf_hash=bytes(row["leaf_hash"]),
                chain_hash=bytes(row["chain_hash"]),
                columns={name: row[name] for name in NAMES},
                ciphertext=None if row["ciphertext"] is None else bytes(row["ciphertext"]),
            )
        start = rows[-1]["seq"] + 1 if rows else None


def named(record: str) -> ColumnElement[bool]:
    """Return the condition for one record, named by its id or by its place."""
    columns = audit_records.c
    is_place = record.isascii() and record.isdigit() and len(record) <= _PLACE_DIGITS
    return columns.seq == int(record) if is_place else columns.id == record


class Searches:
    """Searches on record: that somebody looked is durable before anything is shown."""

    def __init__(self, *, reads: Reads, audit: AuditLog, clock: Clock, ids: Ids) -> None:
        self._reads = reads
        self._looks = Looks(audit=audit, clock=clock, ids=ids)

    async def rows(self, wanted: Filter, *, by: Actor, limit: int = 50, cursor: str | None = None) -> Page:
        """
        Return up to `limit` of the records that fit, of one moment of the log.

        Raises:
            AuditUnavailable: the search could not be recorded, so nothing is shown.
            MalformedRequest: a cursor of another search or log.
            UnreadableField: a value of the filter that is more than a word.
        """
        wanted.check()
        found = await self._reads.run(lambda connection: _pages(connection, wanted, limit, cursor))
        places = [row.seq for row in found.rows]
        await self._looks.note(wanted.described(), by=by, returned=len(places), places=places)
        return found


def _pages(connection: Connection, wanted: Filter, limit: int, cursor: str | None) -> Page:
    page = search(connection, wanted, limit=min(limit, MOST_ROWS), cursor=cursor)
    rows = list(page.rows)
    while page.cursor is not None and len(rows) < limit:
        page = search(connection, wanted, limit=min(limit - len(rows), MOST_ROWS), cursor=page.cursor)
        rows += page.rows
    return Page(rows=tuple(rows), size=page.size, cursor=page.cursor)
