"""
Puts back nodes of the tree that the database lost; they follow from the leaf hashes, and are nothing of their own.

Only adds what is missing, and only when all of it leads to the root that the head states. A node that is there stays as
it is, right or wrong, and so does every leaf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.nodes import node_rows, stored_nodes
from proxy.audit.stored_logs import logs
from proxy.audit.tlog.trees import Frontier, grow
from proxy.core.errors import AuditBroken, AuditUnavailable
from proxy.storage.failures import name_of
from proxy.storage.tables import audit_head, audit_nodes, audit_records

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

    from proxy.audit.tlog.subtrees import Subtree

_AT_ONCE = 5_000
_REMEDY = "restore the database from a backup, and keep this one as evidence"


def rebuild_nodes(engine: Engine) -> int:
    """
    Add the nodes that are missing, in one transaction; return how many there were.

    Args:
        engine: of the database, writing.

    Raises:
        AuditBroken: there is no log; its leaf hashes lead to another root; a node that is there is another one.
        AuditUnavailable: the database cannot be written.
    """
    try:
        with engine.begin() as connection:
            return sum(_rebuild(connection, log) for log in logs(connection) or (1,))
    except sa.exc.SQLAlchemyError as error:
        raise AuditUnavailable(expected="a database that can be written", found=name_of(error)) from None


def _rebuild(connection: Connection, log: int) -> int:
    head = connection.execute(sa.select(audit_head).where(audit_head.c.log_id == log).with_for_update()).one_or_none()
    if head is None or head.root is None:
        raise AuditBroken(expected="a log with a tree", found="none")
    frontier = Frontier()
    missing: list[tuple[Subtree, bytes]] = []
    stored = stored_nodes(connection, log, head.size)
    there = next(stored, None)
    while frontier.size < head.size:
        grown = grow(frontier, _leaves(connection, log, frontier.size, head.size))
        frontier = grown.frontier
        for node in grown.nodes:
            if there is None or there[0] != node[0]:
                missing.append(node)
                continue
            if there != node:
                raise AuditBroken(expected="nodes of their leaves", found="another one", remedy=_REMEDY)
            there = next(stored, None)
    if there is not None or frontier.head().root != bytes(head.root):
        raise AuditBroken(expected="records that lead to the root of the head", found="others", remedy=_REMEDY)
    if missing:
        connection.execute(sa.insert(audit_nodes), node_rows(missing, log))
    return len(missing)


def _leaves(connection: Connection, log: int, start: int, size: int) -> list[bytes]:
    records = audit_records.c
    found = connection.scalars(
        sa.select(records.leaf_hash)
        .where(records.log_id == log, records.seq >= start, records.seq < min(start + _AT_ONCE, size))
        .order_by(records.seq)
    ).all()
    if not found:
        raise AuditBroken(expected=f"{size} records, as the head says", found=f"{start}", remedy=_REMEDY)
    return [bytes(one) for one in found]
