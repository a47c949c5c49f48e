"""
Searching the log: typed rows, one page at a time, by the copies of the leaves' values.

A page is relative to the open log and its size when the search began, so pages fit together while the log grows. What
has no copy (entity, outcome) is looked for in the leaves themselves: they have one spelling, so a member with its value
is a run of bytes that stands nowhere else. Recording the search (PG-510) before anything is shown is the caller's duty
and is done by `Searches`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from proxy.audit.cursors import read_cursor, write_cursor
from proxy.audit.logs import read_place
from proxy.audit.looks import Looks, check_words
from proxy.audit.stored_logs import head
from proxy.storage.columns import instant
from proxy.storage.tables import audit_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.elements import ColumnElement

    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.gate.work import Actor
    from proxy.storage.reads import Reads

MOST_ROWS = 500
_CHUNK = 500
_AT: tuple[ColumnElement[int], ColumnElement[int]] = (audit_records.c.log_id, audit_records.c.seq)
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

    log: int
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
    log: int
    """The log that was open when the search began."""
    size: int
    """Number of its records then."""
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
    top, described = _top(connection), wanted.described()
    began, after = (top, None) if cursor is None else read_cursor(connection, cursor, described, top=top)
    found = connection.execute(_places(connection, wanted, began, after).limit(limit + 1)).all()
    groups = groupby(found[:limit], _log_of)
    shown = [row for log, those in groups for row in _rows(connection, log, those, oldest_first=wanted.oldest_first)]
    more = len(found) > limit
    return Page(
        rows=tuple(map(_found, shown)),
        log=began[0],
        size=began[1],
        cursor=write_cursor(connection, described, began=began, after=(found[limit - 1].log_id, found[limit - 1].seq))
        if more
        else None,
    )


def _top(connection: Connection) -> tuple[int, int]:
    """Return the open log and its size: every record lies before this place."""
    top = head(connection)
    return top.log, top.size


def _rows(
    connection: Connection, log: int, places: Iterable[sa.Row[int, int]], *, oldest_first: bool
) -> Sequence[sa.Row[*tuple[object, ...]]]:
    query = sa.select(audit_records).where(
        audit_records.c.log_id == log, audit_records.c.seq.in_([place.seq for place in places])
    )
    place = audit_records.c.seq
    return connection.execute(query.order_by(place.asc() if oldest_first else place.desc())).all()


def _log_of(row: sa.Row[*tuple[Any, ...]]) -> int:
    return int(row.log_id)


def _places(
    connection: Connection, wanted: Filter, began: tuple[int, int], after: tuple[int, int] | None
) -> sa.Select[int, int]:
    """
    Return the query for the places of the records that fit, in the order asked for.

    An index over the time has every column that a search asks for. SQLite, which keeps no statistics, would walk the
    table by its key all the same: so the key is hidden in a sum where a time or a post says where to begin.
    """
    hidden = wanted.since is not None or wanted.post is not None
    parts = tuple(column + _ZERO for column in _AT) if hidden else _AT
    place = sa.tuple_(*parts)
    log, seq = _AT
    query = sa.select(log, seq).where(place < sa.tuple_(*began))
    query = query.where(*_conditions(wanted, _holds(connection)))
    if after is not None:
        query = query.where(place > sa.tuple_(*after) if wanted.oldest_first else place < sa.tuple_(*after))
    return query.order_by(*(part.asc() if wanted.oldest_first else part.desc() for part in parts))


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
        log=values["log_id"],
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


def named(record: str) -> ColumnElement[bool]:
    """Return the condition for one record, named by its id or by its place (`logs.place_of`)."""
    place, columns = read_place(record), audit_records.c
    if place is None:
        return columns.id == record
    return sa.and_(columns.log_id == place[0], columns.seq == place[1])


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
        places = [(row.log, row.seq) for row in found.rows]
        await self._looks.note(wanted.described(), by=by, returned=len(places), places=places)
        return found


def _pages(connection: Connection, wanted: Filter, limit: int, cursor: str | None) -> Page:
    page = search(connection, wanted, limit=min(limit, MOST_ROWS), cursor=cursor)
    rows = list(page.rows)
    while page.cursor is not None and len(rows) < limit:
        page = search(connection, wanted, limit=min(limit - len(rows), MOST_ROWS), cursor=page.cursor)
        rows += page.rows
    return Page(rows=tuple(rows), log=page.log, size=page.size, cursor=page.cursor)
