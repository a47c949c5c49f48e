"""
The end of the log: how far it goes, and the hashes from which the next record follows.

The row is locked before anything is numbered, so a number exists only below a locked head. Root and frontier of the
tree stand beside the link of the last record; an append reads no other row.

One log is open at a time. Who finds the head closed that it locks goes on in the log that is open now.

A head never goes back: who finds it before a place where it saw it stand is on another database, a replica that was
behind or a backup, and adds nothing to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.chain import genesis, link
from proxy.audit.logs import origin_of
from proxy.audit.nodes import SqlNodes, node_rows
from proxy.audit.tlog.proving import head_of
from proxy.audit.tlog.trees import Frontier, grow, read_frontier
from proxy.core.errors import AuditBroken
from proxy.storage.prepared import Prepared, Query
from proxy.storage.round_trip import one_round_trip
from proxy.storage.tables import audit_head, audit_nodes, audit_records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection, Dialect

    from proxy.audit.leaf import Leaf

_TAIL = 256
_BUILT_AT_ONCE = 5_000
NEWEST = sa.select(sa.func.max(audit_head.alias("heads").c.log_id))
"""The log that is open: the one before was closed when it was opened."""
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
_CLOSED = (
    sa.update(audit_head).where(audit_head.c.log_id == sa.bindparam("b_log")).values(closed_at=sa.bindparam("b_at"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the log ends."""

    chain_hash: bytes
    frontier: Frontier
    log: int = 1

    @property
    def size(self) -> int:
        """Return how many records there are: the place of the next one."""
        return self.frontier.size

    def may_follow(self, known: Head) -> bool:
        """Return whether the log may have come here from a place where it stood."""
        here, there = (self.log, self.size), (known.log, known.size)
        return here > there or (here == there and self.chain_hash == known.chain_hash)


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
                "log_id": head.log,
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
        head=Head(chain_hash=chain_hash, frontier=grown.frontier, log=head.log),
        records=records,
        nodes=node_rows(grown.nodes, head.log),
    )


class HeadRow:
    """The row of the database that holds the head of the open log."""

    def __init__(self, dialect: Dialect, *, origin: str) -> None:
        """Remember the origin of log 1, by which all are named."""
        self._name = origin
        self._dialect = dialect
        self._known: Head | None = None
        self._sent: Head | None = None
        self._turn(1)
        names = ("b_log", "b_old", "b_size", "b_hash", "b_root", "b_frontier")
        self._moved = Prepared(_MOVED, dialect, names, counted=True)

    def begin(self, connection: Connection) -> None:
        """
        Begin the log if it is new, and build its tree if it has none.

        Raises:
            AuditBroken: the log has another name.
        """
        newest = connection.scalar(NEWEST)
        if newest is None:
            _first_head(connection, self._name)
        self._turn(newest or 1)
        self.complete(connection)

    def complete(self, connection: Connection) -> None:
        """
        Build the tree of a log that has none.

        Raises:
            AuditBroken: the log has another name, or fewer records than its head says.
        """
        locked = self._row(connection)
        if locked.frontier is None:
            frontier = _build_tree(connection, self._log, locked.size)
            head = Head(chain_hash=bytes(locked.chain_hash), frontier=frontier, log=self._log)
            self.move(connection, head, head)

    def lock(self, connection: Connection) -> Head:
        """
        Lock the head of the open log until the transaction ends, and return it.

        Raises:
            AuditBroken: the log has another name, has gone back, or has no tree yet: `complete` builds it.
            EvidenceRefused: `head_mismatch`: a frontier that does not fit the size.
        """
        row = self._row(connection)
        if row.frontier is None:
            raise AuditBroken(expected="a head with a tree", found="one that a node of an earlier version made")
        frontier = read_frontier(row.size, bytes(row.frontier))
        head = Head(chain_hash=bytes(row.chain_hash), frontier=frontier, log=self._log)
        if self._known is not None and not head.may_follow(self._known):
            raise AuditBroken(expected="a log that continues what was in it", found="an older one, or another one")
        self._known, self._sent = head, None
        return head

    def committed(self) -> None:
        """Note that the transaction is durable: the head stands where it was moved to."""
        self._known = self._sent or self._known

    def close(self, connection: Connection, head: Head, at: datetime) -> None:
        """Close the log of a locked head, which the database lets nobody change from then on."""
        connection.execute(_CLOSED, {"b_log": head.log, "b_at": at})

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
            "b_log": new.log,
            "b_old": old.size,
            "b_size": new.size,
            "b_hash": new.chain_hash,
            "b_root": new.frontier.head().root,
            "b_frontier": new.frontier.data(),
        }
        moved, self._sent = self._moved.send(connection, [row]), new

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
            .where(audit_records.c.log_id == head.log)
            .order_by(audit_records.c.seq.desc())
            .limit(_TAIL)
        ).all()
        last = bytes(rows[0].chain_hash) if rows else genesis(origin_of(self._name, head.log))
        if head.size != (rows[0].seq + 1 if rows else 0) or head.chain_hash != last:
            raise AuditBroken(expected="a head that fits the last record", found="another head")
        for newer, older in pairwise(rows):
            if newer.seq != older.seq + 1 or bytes(newer.chain_hash) != link(older.chain_hash, newer.leaf_hash):
                raise AuditBroken(expected="an unbroken chain at the end of the log", found="a broken one")
        stored = self._row(connection).root
        root = head_of(SqlNodes(connection, head.log), head.size).root
        if not bytes(stored) == head.frontier.head().root == root:
            raise AuditBroken(expected="a root that fits the tree", found="another root")

    def _turn(self, log: int) -> None:
        self._log = log
        locked = sa.select(audit_head).where(audit_head.c.log_id == log).with_for_update()
        self._locked = Query(locked, self._dialect)

    def _row(self, connection: Connection) -> sa.Row[tuple[object, ...]]:
        """Lock the row of the log that is open, which may be a later one than before."""
        row = self._locked.one(connection)
        while row.closed_at is not None:
            newest = connection.scalar(NEWEST)
            if newest == self._log:
                raise AuditBroken(expected="a log that is open", found="none")
            self._turn(newest)
            row = self._locked.one(connection)
        if row.origin != origin_of(self._name, self._log):
            raise AuditBroken(expected="the log of this origin", found="a log of another origin")
        return row


def open_log(connection: Connection, name: str, log: int) -> Head:
    """
    Open a log of an installation; return its empty head.

    Raises:
        sqlalchemy.exc.DBAPIError: another log is open.
    """
    origin, empty = origin_of(name, log), Frontier()
    head = Head(chain_hash=genesis(origin), frontier=empty, log=log)
    row = {
        "log_id": log,
        "origin": origin,
        "size": 0,
        "chain_hash": head.chain_hash,
        "root": empty.head().root,
        "frontier": empty.data(),
    }
    connection.execute(sa.insert(audit_head), row)
    return head


def _first_head(connection: Connection, name: str) -> None:
    nested = connection.begin_nested()
    try:
        open_log(connection, name, 1)
        nested.commit()
    except sa.exc.DBAPIError:  # another node was first
        nested.rollback()


def _build_tree(connection: Connection, log: int, size: int) -> Frontier:
    """Build the tree of a log that was begun without one."""
    frontier = Frontier()
    records = audit_records.c
    while frontier.size < size:
        leaves = connection.scalars(
            sa.select(records.leaf_hash)
            .where(records.log_id == log, records.seq >= frontier.size)
            .order_by(records.seq)
            .limit(min(_BUILT_AT_ONCE, size - frontier.size))
        ).all()
        if not leaves:
            raise AuditBroken(expected=f"{size} records, as the head says", found=f"{frontier.size}")
        grown = grow(frontier, [bytes(leaf) for leaf in leaves])
        if grown.nodes:
            connection.execute(sa.insert(audit_nodes), node_rows(grown.nodes, log))
        frontier = grown.frontier
    return frontier
