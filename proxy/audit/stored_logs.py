"""
All logs of a database as they stand, for whoever checks them, and how each says what was before it.

What is read is read while it is used, a few rows at a time.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from proxy.audit.columns import NAMES
from proxy.audit.head import NEWEST
from proxy.audit.key_chain import ROTATED, Rotation, rotation_of
from proxy.audit.nodes import stored_nodes
from proxy.audit.openings import Opening, opening_of
from proxy.audit.records import Refused, read_leaf
from proxy.audit.verify import ERASURES, LogHead, LogRow, StoredCheckpoint, StoredLog
from proxy.core.errors import AuditBroken
from proxy.storage.tables import audit_checkpoints, audit_content, audit_head, audit_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

_CHUNK = 500


def logs(connection: Connection) -> list[int]:
    """Return the numbers of all logs, the open one last."""
    return list(connection.scalars(sa.select(audit_head.c.log_id).order_by(audit_head.c.log_id)))


def opening(connection: Connection, log: int) -> Opening | None:
    """Return what a log says of the one before; None for log 1, and where its first record is no such one."""
    query = sa.select(audit_records.c.leaf).where(audit_records.c.log_id == log, audit_records.c.seq == 0)
    leaf = connection.scalar(query)
    if leaf is None:
        return None
    try:
        return opening_of(orjson.loads(bytes(leaf)))
    except (KeyError, ValueError):
        return None


def openings(connection: Connection) -> list[Opening]:
    """Return what all logs say of those before, the open one last."""
    found = (opening(connection, log) for log in logs(connection))
    return [one for one in found if one is not None]


def head(connection: Connection, log: int | None = None) -> LogHead:
    """
    Return what the head of the open log says, or that of another one.

    Raises:
        AuditBroken: there is no log yet, or none with a tree.
    """
    wanted = NEWEST.scalar_subquery() if log is None else log
    row = connection.execute(sa.select(audit_head).where(audit_head.c.log_id == wanted)).one_or_none()
    if row is None:
        raise _none()
    return _head(row)


def _head(row: sa.Row[*tuple[Any, ...]]) -> LogHead:
    if row.root is None or row.frontier is None:
        raise AuditBroken(
            expected="a log with a tree", found="one without", remedy="start the gateway once: it builds the tree"
        )
    return LogHead(
        log=row.log_id,
        origin=row.origin,
        size=row.size,
        chain_hash=bytes(row.chain_hash),
        root=bytes(row.root),
        frontier=bytes(row.frontier),
        closed=row.closed_at is not None,
    )


def _none() -> AuditBroken:
    return AuditBroken(expected="a log", found="a database without one")


def stored_logs(connection: Connection) -> list[StoredLog]:
    """
    Return all logs as they stand now, the open one last; their parts are read while they are used, a few at a time.

    Raises:
        AuditBroken: there is no log yet, or none with a tree.
    """
    # In one statement: a log that is closed in between would look as if none followed.
    rows = connection.execute(sa.select(audit_head).order_by(audit_head.c.log_id)).all()
    if not rows:
        raise _none()
    return [_stored_log(connection, _head(row)) for row in rows]


def _stored_log(connection: Connection, top: LogHead) -> StoredLog:
    return StoredLog(
        head=top,
        rows=log_rows(connection, top.size, log=top.log),
        nodes=stored_nodes(connection, top.log, top.size),
        checkpoints=checkpoints(connection, top.log, top.size),
        rotations=rotations(connection, top.log, top.size),
        later=_erasures_after(connection, top.log, top.size),
    )


def rotations(connection: Connection, log: int, size: int = sys.maxsize) -> tuple[Rotation, ...]:
    """Return the keys that were replaced, as far as their records can be read."""
    records = audit_records.c
    rows = connection.execute(
        sa.select(records.seq, records.leaf)
        .where(records.log_id == log, records.code == ROTATED, records.seq < size)
        .order_by(records.seq)
    )
    found = []
    for row in rows:
        with suppress(Refused):  # the check comes to this record, and refuses it there
            found.append(rotation_of(row.seq, read_leaf(bytes(row.leaf)), log=log))
    return tuple(found)


def _erasures_after(connection: Connection, log: int, size: int) -> Iterator[bytes]:
    """Yield the leaves after a place that say what was erased, once they are asked for."""
    after = sa.tuple_(audit_records.c.log_id, audit_records.c.seq) >= sa.tuple_(log, size)
    query = sa.select(audit_records.c.leaf).where(after, audit_records.c.code.in_(ERASURES))
    for row in connection.execute(query):
        yield bytes(row.leaf)


def checkpoints(
    connection: Connection, log: int, size: int = sys.maxsize, *, after: int = -1
) -> Iterator[StoredCheckpoint]:
    """Yield the checkpoints after a size and up to another one, the smallest first, a few at a time."""
    stored = audit_checkpoints.c
    while True:
        rows = connection.execute(
            sa.select(stored.size, stored.root, stored.note)
            .where(stored.log_id == log, stored.size > after, stored.size <= size)
            .order_by(stored.size)
            .limit(_CHUNK)
        ).all()
        for row in rows:
            yield StoredCheckpoint(size=row.size, root=bytes(row.root), note=bytes(row.note))
        if not rows:
            return
        after = rows[-1].size


def log_rows(connection: Connection, size: int, *, log: int = 1) -> Iterator[LogRow]:
    """Return every record below a size in the order of the log, with its content, a few at a time."""
    query = (
        sa.select(audit_records, audit_content.c.ciphertext)
        .outerjoin(audit_content, audit_content.c.record_id == audit_records.c.id)
        .where(audit_records.c.log_id == log, audit_records.c.seq >= sa.bindparam("b_from"))
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
