"""
Where things lie in the tree: pure arithmetic on leaf positions, no hashes.

    size 7           ______root______
                  __4__            _6_
                 2     2          2    |
                0 1   2 3        4 5   6

A *subtree* is complete: 2^level leaves, starting at a multiple of 2^level. It never changes once its leaves are there,
so it is what gets stored. Everything else is the right edge of one size, and is put together from subtrees when it is
needed. A range of leaves here is a Python `range`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LEAVES = 2**63 - 1
"""Largest tree whose size other implementations read too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtree:
    """A complete subtree: leaves `index * 2**level` up to `(index + 1) * 2**level`."""

    level: int
    """0 is a single leaf."""
    index: int
    """From the left, from 0."""

    def leaves(self) -> range:
        """Return the positions of its leaves."""
        return range(self.index << self.level, (self.index + 1) << self.level)


def subtrees(leaves: range) -> list[Subtree]:
    """
    Return the fewest subtrees that cover a range, from left to right.

    Args:
        leaves: one that starts at a multiple of the largest power of two not above its length, as all ranges of this
            module do; they become smaller from left to right then, and are what the range's hash is folded from.
    """
    found: list[Subtree] = []
    start = leaves.start
    while start < leaves.stop:
        level = (leaves.stop - start).bit_length() - 1
        found.append(Subtree(level=level, index=start >> level))
        start += 1 << level
    return found


def beside(index: int, size: int, *, level: int = 0) -> Iterator[range]:
    """
    Yield the ranges beside the way from a leaf, or from its subtree of a level, up to the root.

    A level at which nothing stands beside it is left out: there the way goes straight up.
    """
    for height in range(level, (size - 1).bit_length()):
        start = ((index >> height) ^ 1) << height
        if start < size:
            yield range(start, min(start + (1 << height), size))


def inclusion_ranges(index: int, size: int) -> list[range]:
    """Return the ranges whose hashes are the inclusion proof of a leaf (`PATH` of RFC 6962, section 2.1.1)."""
    return list(beside(index, size))


def consistency_ranges(old: int, new: int) -> list[range]:
    """
    Return the ranges whose hashes are the consistency proof between two sizes (`PROOF` of RFC 6962, section 2.1.2).

    The way starts at the last subtree of the old tree. Its hash leads the proof, unless it is the whole old tree: the
    verifier has that one as the old root.

    Args:
        old: 1 or more.
        new: more than `old`.
    """
    last = subtrees(range(old))[-1]
    first = [last.leaves()] if last.index else []
    return first + list(beside(old - 1, new, level=last.level))
