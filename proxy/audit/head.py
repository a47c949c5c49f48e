"""
The end of the log: how far it goes, and the hashes from which the next record follows.

The row is locked before anything is numbered, so a number exists only below a locked head. Root and frontier of the
tree stand beside the link of the last record; an append reads no other row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.chain import genesis, link
from proxy.audit.nodes import SqlNodes, node_rows
from proxy.audit.tlog.proving import head_of
from proxy.audit.tlog.trees import Frontier, grow, read_frontier
from proxy.core.errors import AuditBroken
from proxy.storage.prepared import Prepared, Query
from proxy.storage.round_trip import one_round_trip
from proxy.storage.tables import audit_head, audit_nodes, audit_records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.engine import Connection, Dialect

    from proxy.audit.leaf import Leaf

LOG = 1
"""The log that is written. Rotation will open the next one."""
_TAIL = 256
_BUILT_AT_ONCE = 5_000
_LOCKED = sa.select(audit_head).where(audit_head.c.log_id == LOG).with_for_update()
_MOVED = (
    sa.update(audit_head)
    .where(audit_head.c.log_id == sa.bindparam("b_log"), audit_head.c.size == sa.bindparam("b_old"))
    .values(
        size=sa.bindparam("b_size"),
        chain_hash=sa.bindparam("b_hash"),
        root=sa.bindparam("b_root"),
        frontier=sa.bindparam("b_frontier"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the log ends."""

    chain_hash: bytes
    frontier: Frontier

    @property
    def size(self) -> int:
        """Return how many records there are: the place of the next one."""
        return self.frontier.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What an append adds."""

    head: Head
    records: list[dict[str, object]] = field(repr=False)
    nodes: list[dict[str, object]] = field(repr=False)


def append(head: Head, leaves: Sequence[Leaf]) -> Appended:
    """Give records their places after a head."""
    chain_hash = head.chain_hash
    records: list[dict[str, object]] = []
    for seq, leaf in enumerate(leaves, start=head.size):
        chain_hash = link(chain_hash, leaf.hash)
        records.append(
            {
                "log_id": LOG,
                "seq": seq,
                "id": leaf.id,
                "leaf": leaf.data,
                "leaf_hash": leaf.hash,
                "chain_hash": chain_hash,
                **leaf.columns,
            }
        )
    grown = grow(head.frontier, [leaf.hash for leaf in leaves])
    return Appended(
        head=Head(chain_hash=chain_hash, frontier=grown.frontier), records=records, nodes=node_rows(grown.nodes, LOG)
    )


class HeadRow:
    """The row of the database that holds the head of the log."""

    def __init__(self, dialect: Dialect, *, origin: str) -> None:
        self._origin = origin
        names = ("b_log", "b_old", "b_size", "b_hash", "b_root", "b_frontier")
        self._locked = Query(_LOCKED, dialect)
        self._moved = Prepared(_MOVED, dialect, names, counted=True)

    def begin(self, connection: Connection) -> None:
        """
        Begin the log if it is new, and build its tree if it has none.

        Raises:
            AuditBroken: the log has another name.
        """
        row = connection.execute(sa.select(audit_head.c.origin).where(audit_head.c.log_id == LOG)).one_or_none()
        if row is None:
            _first_head(connection, self._origin)
        self.complete(connection)

    def complete(self, connection: Connection) -> None:
        """
        Build the tree of a log that has none.

        Raises:
            AuditBroken: the log has another name, or fewer records than its head says.
        """
        locked = self._row(connection)
        if locked.frontier is None:
            head = Head(chain_hash=bytes(locked.chain_hash), frontier=_build_tree(connection, locked.size))
            self.move(connection, head, head)

    def lock(self, connection: Connection) -> Head:
        """
        Lock the head until the transaction ends, and return it.

        Raises:
            AuditBroken: the log has another name, or no tree yet: `complete` builds it.
            EvidenceRefused: `head_mismatch`: a frontier that does not fit the size.
        """
        row = self._row(connection)
        if row.frontier is None:
            raise AuditBroken(expected="a head with a tree", found="one that a node of an earlier version made")
        return Head(chain_hash=bytes(row.chain_hash), frontier=read_frontier(row.size, bytes(row.frontier)))

    def move(self, connection: Connection, old: Head, new: Head) -> None:
        """
        Write the new head where the old one stands.

        Raises:
            AuditBroken: another one stands there.
        """
        with one_round_trip(connection):
            check_moved = self.send(connection, old, new)
        check_moved()

    def send(self, connection: Connection, old: Head, new: Head) -> Callable[[], None]:
        """Send the new head inside `one_round_trip`; what is returned checks after it that the old one stood there."""
        row = {
            "b_log": LOG,
            "b_old": old.size,
            "b_size": new.size,
            "b_hash": new.chain_hash,
            "b_root": new.frontier.head().root,
            "b_frontier": new.frontier.data(),
        }
        moved = self._moved.send(connection, [row])

        def check_moved() -> None:
            if moved() != 1:
                raise AuditBroken(expected="the head as it was locked", found="another head")

        return check_moved

    def check(self, connection: Connection) -> None:
        """
        Check that the end of the log and the tree fit the head.

        Raises:
            AuditBroken: they do not.
        """
        head = self.lock(connection)
        rows = connection.execute(
            sa.select(audit_records.c.seq, audit_records.c.leaf_hash, audit_records.c.chain_hash)
            .where(audit_records.c.log_id == LOG)
            .order_by(audit_records.c.seq.desc())
            .limit(_TAIL)
        ).all()
        last = bytes(rows[0].chain_hash) if rows else genesis(self._origin)
        if head.size != (rows[0].seq + 1 if rows else 0) or head.chain_hash != last:
            raise AuditBroken(expected="a head that fits the last record", found="another head")
        for newer, older in pairwise(rows):
            if newer.seq != older.seq + 1 or bytes(newer.chain_hash) != link(older.chain_hash, newer.leaf_hash):
                raise AuditBroken(expected="an unbroken chain at the end of the log", found="a broken one")
        stored = self._row(connection).root
        if not bytes(stored) == head.frontier.head().root == head_of(SqlNodes(connection, LOG), head.size).root:
            raise AuditBroken(expected="a root that fits the tree", found="another root")

    def _row(self, connection: Connection) -> sa.Row[tuple[object, ...]]:
        row = self._locked.one(connection)
        if row.origin != self._origin:
            raise AuditBroken(expected="the log of this origin", found="a log of another origin")
        return row


def _first_head(connection: Connection, origin: str) -> None:
    empty = Frontier()
    head = {
        "log_id": LOG,
        "origin": origin,
        "size": 0,
        "chain_hash": genesis(origin),
        "root": empty.head().root,
        "frontier": empty.data(),
    }
    nested = connection.begin_nested()
    try:
        connection.execute(sa.insert(audit_head), head)
        nested.commit()
    except sa.exc.IntegrityError:  # another node was first
        nested.rollback()


def _build_tree(connection: Connection, size: int) -> Frontier:
    """Build the tree of a log that was begun without one."""
    frontier = Frontier()
    records = audit_records.c
    while frontier.size < size:
        leaves = connection.scalars(
            sa.select(records.leaf_hash)
            .where(records.log_id == LOG, records.seq >= frontier.size)
            .order_by(records.seq)
            .limit(min(_BUILT_AT_ONCE, size - frontier.size))
        ).all()
        if not leaves:
            raise AuditBroken(expected=f"{size} records, as the head says", found=f"{frontier.size}")
        grown = grow(frontier, [bytes(leaf) for leaf in leaves])
        if grown.nodes:
            connection.execute(sa.insert(audit_nodes), node_rows(grown.nodes, LOG))
        frontier = grown.frontier
    return frontier
