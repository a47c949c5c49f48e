"""
The hashes of the tree as the database keeps them: leaves with their records, everything above in a table of its own.
"""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import Subtree
from proxy.storage.tables import audit_nodes, audit_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.engine import Connection

_CHUNK = 500
_NODES = """
WITH places(level, idx) AS (VALUES {places})
SELECT audit_nodes.level, audit_nodes.idx, audit_nodes.hash FROM places JOIN audit_nodes
    ON audit_nodes.log_id = {log} AND audit_nodes.level = places.level AND audit_nodes.idx = places.idx
"""


class SqlNodes:
    """The stored subtrees of one log; a port of `tlog.proving`."""

    def __init__(self, connection: Connection, log: int) -> None:
        self._connection = connection
        self._log = log

    def hashes(self, wanted: Sequence[Subtree]) -> Sequence[bytes]:
        """
        Return the hash of each subtree, in the order asked, with two queries at most.

        Raises:
            EvidenceRefused: `tile_missing`: one is not there.
        """
        leaves = [one.index for one in wanted if one.level == 0]
        found = {Subtree(level=0, index=seq): bytes(leaf) for seq, leaf in self._leaves(leaves)}
        inner = list({one for one in wanted if one.level})
        found |= {Subtree(level=level, index=index): bytes(node) for level, index, node in self._inner(inner)}
        missing = [one for one in wanted if one not in found]
        if missing:
            raise EvidenceRefused(
                "tile_missing",
                expected=f"a hash of level {missing[0].level} at {missing[0].index}",
                found="none in the database",
            )
        return [found[one] for one in wanted]

    def _leaves(self, places: Sequence[int]) -> Iterable[sa.Row[int, bytes]]:
        if not places:
            return ()
        records = audit_records.c
        query = sa.select(records.seq, records.leaf_hash).where(records.log_id == self._log, records.seq.in_(places))
        return self._connection.execute(query)

    def _inner(self, wanted: Sequence[Subtree]) -> Iterable[sa.Row[*tuple[Any, ...]]]:
        if not wanted:
            return ()
        # A join from the places to the nodes: SQLite, without statistics, would read all nodes of the log for a list.
        # It is text, for SQLAlchemy would write it anew each time; there is nothing in it but numbers.
        places = ", ".join(f"({one.level:d}, {one.index:d})" for one in wanted)
        return self._connection.exec_driver_sql(_NODES.format(places=places, log=f"{self._log:d}"))


def node_rows(nodes: Iterable[tuple[Subtree, bytes]], log: int) -> list[dict[str, object]]:
    """Return the rows that keep subtrees."""
    return [{"log_id": log, "level": one.level, "idx": one.index, "hash": whole} for one, whole in nodes]


def stored_nodes(connection: Connection, log: int, size: int) -> Iterator[tuple[Subtree, bytes]]:
    """Return every stored subtree of a log up to a size in the order of completion, read a few at a time."""
    levels = (_level(connection, log, level, size >> level) for level in range(1, size.bit_length()))
    return merge(*levels, key=lambda node: (node[0].leaves().stop, node[0].level))


def _level(connection: Connection, log: int, level: int, count: int) -> Iterator[tuple[Subtree, bytes]]:
    """Yield the subtrees of one level from left to right."""
    nodes = audit_nodes.c
    start = 0
    while True:
        rows = connection.execute(
            sa.select(nodes.idx, nodes.hash)
            .where(nodes.log_id == log, nodes.level == level, nodes.idx >= start, nodes.idx < count)
            .order_by(nodes.idx)
            .limit(_CHUNK)
        ).all()
        for index, whole in rows:
            yield Subtree(level=level, index=index), bytes(whole)
        if len(rows) < _CHUNK:
            return
        start = rows[-1].idx + 1
