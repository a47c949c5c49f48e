"""
The head of a tree, and the frontier from which the tree grows.

The frontier holds the hashes of the subtrees that cover all leaves, from left to right: at most 63 of them, one for
each 1 in the binary digits of the size. It is all that an append needs; no stored node is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.audit.tlog.hashes import EMPTY_ROOT, HASH_BYTES, node_hash
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import MOST_LEAVES, Subtree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """
    How many leaves a tree has, and its root.

    Raises:
        EvidenceRefused: no possible size, no hash, or an empty tree with the root of another one.
    """

    size: int
    root: bytes
    """32 bytes."""

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MOST_LEAVES:
            raise EvidenceRefused("root_mismatch", expected=f"a size from 0 to {MOST_LEAVES}", found="another size")
        if len(self.root) != HASH_BYTES:
            raise EvidenceRefused(
                "root_mismatch", expected=f"a root of {HASH_BYTES} bytes", found=f"{len(self.root)} bytes"
            )
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise EvidenceRefused(
                "root_mismatch", expected="the root of the empty tree", found="another root of size 0"
            )

    @classmethod
    def empty(cls) -> TreeHead:
        """Return the head of the tree without leaves."""
        return cls(size=0, root=EMPTY_ROOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """
    The subtrees that cover a tree.

    Raises:
        EvidenceRefused: hashes that do not fit the size.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = field(default=(), repr=False)
    """From left to right, the largest subtree first."""

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MOST_LEAVES:
            raise EvidenceRefused("head_mismatch", expected=f"a size from 0 to {MOST_LEAVES}", found="another size")
        if len(self.hashes) != self.size.bit_count() or any(len(one) != HASH_BYTES for one in self.hashes):
            raise EvidenceRefused(
                "head_mismatch",
                expected=f"{self.size.bit_count()} hashes of {HASH_BYTES} bytes for a frontier of size {self.size}",
                found=f"{sum(map(len, self.hashes))} bytes in {len(self.hashes)} hashes",
            )

    def head(self) -> TreeHead:
        """Return size and root."""
        return TreeHead(size=self.size, root=fold(self.hashes))

    def data(self) -> bytes:
        """Return the hashes one after the other, to be stored beside the size."""
        return b"".join(self.hashes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What an append makes."""

    frontier: Frontier
    nodes: tuple[tuple[Subtree, bytes], ...] = field(repr=False)
    """Each subtree of two or more leaves that became complete, with its hash, in the order of completion."""


def read_frontier(size: int, data: bytes) -> Frontier:
    """
    Return the frontier from its stored form.

    Raises:
        EvidenceRefused: bytes that are no frontier of this size.
    """
    hashes = tuple(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))
    return Frontier(size=size, hashes=hashes)


def grow(frontier: Frontier, leaf_hashes: Iterable[bytes]) -> Grown:
    """
    Append leaves by their hashes; about two hashes a leaf.

    Raises:
        EvidenceRefused: a leaf hash that is none, or more leaves than a tree may have.
    """
    size, edge = frontier.size, list(frontier.hashes)
    nodes: list[tuple[Subtree, bytes]] = []
    for leaf in leaf_hashes:
        if len(leaf) != HASH_BYTES:
            raise EvidenceRefused(
                "leaf_hash_mismatch", expected=f"leaf hashes of {HASH_BYTES} bytes", found=f"{len(leaf)} bytes"
            )
        whole, level = leaf, 0
        while size >> level & 1:  # the new subtree has an equal one to its left: together they are the next one
            whole, level = node_hash(edge.pop(), whole), level + 1
            nodes.append((Subtree(level=level, index=size >> level), whole))
        edge.append(whole)
        size += 1
    return Grown(frontier=Frontier(size=size, hashes=tuple(edge)), nodes=tuple(nodes))


def fold(hashes: Sequence[bytes]) -> bytes:
    """
    Return the hash over neighbouring subtrees that become smaller from left to right.

    That is the Merkle tree hash of RFC 6962 over all their leaves, for any number of them.
    """
    if not hashes:
        return EMPTY_ROOT
    whole = hashes[-1]
    for left in reversed(hashes[:-1]):
        whole = node_hash(left, whole)
    return whole


def fold_equal(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over neighbouring subtrees of one size, as many as a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]
