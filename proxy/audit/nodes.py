"""
The hashes of the tree as the database keeps them: leaves with their records, everything above in a table of its own.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import Subtree
from proxy.storage.tables import audit_nodes, audit_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.engine import Connection

_CHUNK = 2_000


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
        inner = sorted({one for one in wanted if one.level}, key=attrgetter("level"))
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

    def _inner(self, wanted: Sequence[Subtree]) -> Iterable[sa.Row[int, int, bytes]]:
        if not wanted:
            return ()
        nodes = audit_nodes.c
        places = [
            sa.and_(nodes.level == level, nodes.idx.in_([one.index for one in row]))
            for level, row in groupby(wanted, key=attrgetter("level"))
        ]
        query = sa.select(nodes.level, nodes.idx, nodes.hash).where(nodes.log_id == self._log, sa.or_(*places))
        return self._connection.execute(query)


def node_rows(nodes: Iterable[tuple[Subtree, bytes]], log: int) -> list[dict[str, object]]:
    """Return the rows that keep subtrees."""
    return [{"log_id": log, "level": one.level, "idx": one.index, "hash": whole} for one, whole in nodes]


def stored_nodes(connection: Connection, log: int, size: int) -> Iterator[tuple[Subtree, bytes]]:
    """Yield every stored subtree of a log up to a size in the order of completion, a few at a time."""
    nodes = audit_nodes.c
    last = (nodes.idx + 1).op("<<", return_type=sa.BigInteger())(sa.cast(nodes.level, sa.Integer))
    query = (
        sa.select(nodes.level, nodes.idx, nodes.hash)
        .where(nodes.log_id == log, last <= size)
        .order_by(last, nodes.level)
        .execution_options(yield_per=_CHUNK)
    )
    for level, index, whole in connection.execute(query):
        yield Subtree(level=level, index=index), bytes(whole)
