"""
The second step of a build: one slice of the digests of all files becomes the keys of the register, each once.

How many customers share a value is counted here, for only here all of them are in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from proxy.core.detection.register.digests import SHARED_BITS
from proxy.register.chunks import TAGGED
from proxy.register.spill import array_of, head_of, write_spill

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from proxy.register.files import Keys

__all__ = ["Merge", "customers", "groups", "merge", "merged"]

_ENTRIES = 2_000_000
"""Digests that are sorted together: 32 MB, and some times as much while they are."""
_CLEAR = np.uint64(2**64 - 1 - SHARED_BITS)
_LEAST = np.array([2, 10, 100], dtype=np.uint64)
"""Customers from which on a value counts as shared by few, tens, many."""


class Merge(NamedTuple):
    """Some slices next to each other, for a worker."""

    file: Path
    first: int
    last: int
    """Not included."""
    chunks: tuple[Path, ...]


def groups(bounds: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Yield first and last slices that are merged together, so that all fit into memory."""
    slices = len(bounds[0]) - 1
    sizes = [sum(bound[place + 1] - bound[place] for bound in bounds) for place in range(slices)]
    first, held = 0, 0
    for place, size in enumerate(sizes):
        if held + size > _ENTRIES and place > first:
            yield first, place
            first, held = place, 0
        held += size
    yield first, slices


def merge(task: Merge) -> None:
    """Write the keys of some slices, and how many values that should be one customer's are shared by many."""
    keys, owners = [], []
    for chunk in task.chunks:
        head = head_of(chunk)
        if head is None:
            raise FileNotFoundError(chunk.name)
        first, last = head["bounds"][task.first], head["bounds"][task.last]
        keys.append(array_of(chunk, head, 0, first, last))
        owners.append(array_of(chunk, head, 1, first, last))
    finished, many = merged(np.concatenate(keys), np.concatenate(owners))
    write_spill(task.file, {"many": many}, (finished,))


def merged(keys: Keys, owners: Keys) -> tuple[Keys, dict[str, int]]:
    """Return keys in order, each once with how many customers share it, and how often that is many, by kind."""
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    begins = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.empty(0, dtype=np.int64)
    counts = _distinct(keys, owners, begins)
    alone = keys[begins]
    shared = np.searchsorted(_LEAST, counts, side="right").astype(np.uint64)
    tags = alone & np.uint64(SHARED_BITS)
    many = {name: int(((tags == tag) & (counts >= _LEAST[-1])).sum()) for tag, name in TAGGED.items()}
    return (alone & _CLEAR) | shared, many


def _distinct(keys: Keys, owners: Keys, begins: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Keys:
    """Return how many different customers each key has; only those that stand there twice are looked at again."""
    sizes = np.diff(np.append(begins, len(keys)))
    counts = np.ones(len(begins), dtype=np.uint64)
    several = np.flatnonzero(sizes > 1)
    if len(several):
        rows = np.repeat(sizes > 1, sizes)
        key, owner = np.repeat(several, sizes[several]), owners[rows]
        order = np.lexsort((owner, key))
        key, owner = key[order], owner[order]
        new = np.append(True, (key[1:] != key[:-1]) | (owner[1:] != owner[:-1]))
        counts[several] = np.add.reduceat(new.astype(np.uint64), np.flatnonzero(np.append(True, key[1:] != key[:-1])))
    return counts


def customers(chunks: Sequence[Path]) -> int:
    """Return how many customers all files are of."""
    found = [array_of(chunk, head, 2) for chunk in chunks if (head := head_of(chunk)) is not None]
    return len(np.unique(np.concatenate(found)))
