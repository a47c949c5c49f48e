"""
How two registers differ: how many keys came and went. What they stand for nobody can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from proxy.core.detection.register.table import BrokenRegister
from proxy.register.files import keys_of, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proxy.core.detection.register.table import Header
    from proxy.register.files import Keys

__all__ = ["Difference", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What stands in one register and not in the other."""

    before: Header
    after: Header
    added: int
    """Keys."""
    removed: int
    shared_otherwise: int
    """Keys of both that another number of customers share now."""


def compare(before: Path, after: Path) -> Difference:
    """
    Compare two files, in pieces.

    Raises:
        BrokenRegister: one of them is no register, or they hold different things or were built with different keys.
    """
    with opened(before) as (first, old, _, _), opened(after) as (second, new, _, _):
        if old.key_id != new.key_id:
            raise BrokenRegister("other-key")
        if old.contents is not new.contents:
            raise BrokenRegister("other")
        left, right = _Digests(keys_of(first, old)), _Digests(keys_of(second, new))
        both, otherwise = _common(iter(left), iter(right))
    return Difference(
        before=old, after=new, added=right.seen - both, removed=left.seen - both, shared_otherwise=otherwise
    )


class _Digests:
    """The keys of a register, each once: an entry of a restricted list has one for each window."""

    def __init__(self, runs: Iterator[Keys]) -> None:
        self._runs = runs
        self.seen = 0

    def __iter__(self) -> Iterator[Keys]:
        for run in self._runs:
            once = np.unique(run)
            self.seen += len(once)
            yield once


def _common(left: Iterator[Keys], right: Iterator[Keys]) -> tuple[int, int]:
    """Return how many digests stand in both, and how many of them with other low bits."""
    both = otherwise = 0
    one, other = next(left, None), next(right, None)
    while one is not None and other is not None:
        edge = min(one[-1] >> np.uint64(2), other[-1] >> np.uint64(2))
        lower, one = _cut(one, edge, left)
        upper, other = _cut(other, edge, right)
        _, at, there = np.intersect1d(lower >> np.uint64(2), upper >> np.uint64(2), return_indices=True)
        both += len(at)
        otherwise += int((lower[at] != upper[there]).sum())
    for _ in (*left, *right):  # so that all are counted
        pass
    return both, otherwise


def _cut(run: Keys, edge: np.uint64, more: Iterator[Keys]) -> tuple[Keys, Keys | None]:
    """Return what of a run lies up to an edge, and what comes next."""
    place = int(np.searchsorted(run >> np.uint64(2), edge, side="right"))
    return run[:place], run[place:] if place < len(run) else next(more, None)
