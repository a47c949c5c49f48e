"""
Making proofs and roots from stored subtrees.

What is needed follows from the positions, so each proof asks its source once, for everything. A source that is a
database answers with one query; one that is a folder of tiles reads the files that hold it.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Protocol

from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import consistency_ranges, inclusion_ranges, subtrees
from proxy.audit.tlog.trees import TreeHead, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.audit.tlog.subtrees import Subtree


class Nodes(Protocol):
    """Where the hashes of subtrees are kept."""

    def hashes(self, wanted: Sequence[Subtree]) -> Sequence[bytes]:
        """Return the hash of each subtree, in the order asked; raise when one is not there."""
        ...


def prove_inclusion(nodes: Nodes, *, index: int, size: int) -> tuple[bytes, ...]:
    """
    Return the proof that a leaf is in the tree of a size: at most 63 hashes, from the leaf up.

    Raises:
        EvidenceRefused: there is no such leaf.
    """
    if not 0 <= index < size:
        raise EvidenceRefused("inclusion_invalid", expected=f"a leaf below {size}", found=f"leaf {index}")
    return _hashes_of(nodes, inclusion_ranges(index, size))


def prove_consistency(nodes: Nodes, *, old: int, new: int) -> tuple[bytes, ...]:
    """
    Return the proof that the tree of a size continues that of a smaller one; empty from 0, and from a size to itself.

    Raises:
        EvidenceRefused: the new tree is the smaller one.
    """
    if not 0 <= old <= new:
        raise EvidenceRefused("consistency_invalid", expected=f"an earlier size up to {new}", found=f"size {old}")
    return () if old in {0, new} else _hashes_of(nodes, consistency_ranges(old, new))


def head_of(nodes: Nodes, size: int) -> TreeHead:
    """Return the head of the tree of a size."""
    return TreeHead(size=size, root=fold(ask(nodes, subtrees(range(size)))))


def _hashes_of(nodes: Nodes, ranges: Sequence[range]) -> tuple[bytes, ...]:
    covers = [subtrees(leaves) for leaves in ranges]
    found = iter(ask(nodes, [one for cover in covers for one in cover]))
    return tuple(fold(tuple(islice(found, len(cover)))) for cover in covers)


def ask(nodes: Nodes, wanted: Sequence[Subtree]) -> Sequence[bytes]:
    """
    Return the hash of each subtree, in the order asked.

    Raises:
        EvidenceRefused: `tile_missing`: the source answers with another number of hashes.
    """
    found = nodes.hashes(wanted)
    if len(found) != len(wanted):
        raise EvidenceRefused("tile_missing", expected=f"{len(wanted)} hashes of subtrees", found=f"{len(found)}")
    return found
