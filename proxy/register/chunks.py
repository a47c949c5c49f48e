"""
The first step of a build: rows become sorted digests, each with the customer it belongs to; a file for some thousand.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from proxy.core.detection.register.digests import SHARED_BITS, digests
from proxy.core.detection.register.entries import grouped
from proxy.core.detection.register.kinds import Kind
from proxy.register.rows import RowReader, unusable
from proxy.register.spill import write_spill
from proxy.register.tally import Reason, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from proxy.core.detection.register.layout import Layout
    from proxy.register.exports import Cells, Row
    from proxy.register.files import Keys

__all__ = ["SLICE_BITS", "TAGGED", "Chunk", "ChunkWriter"]

SLICE_BITS = 8
"""The digests of a file are cut by so many leading bits, so that a later step can take one slice of all files."""
_TAGS = {Kind.NUMBER: 1, Kind.SHORT_NUMBER: 1, Kind.PHONE: 2, Kind.EMAIL: 3}
"""
What the two free bits of a digest say until customers are counted: that many share a last name is no news, that they
share a phone number is.
"""
TAGGED = {1: "number", 2: "phone", 3: "email"}
"""What each of these bits is called."""
_NUMBERS = frozenset({Kind.NUMBER, Kind.SHORT_NUMBER})
_CUSTOMER = b"postgate:record"
_CLEAR = np.uint64(2**64 - 1 - SHARED_BITS)
_NONE = np.empty(0, dtype=np.uint64)
_ROW_BITS = 40
_BETWEEN = "\x1f"
"""Stands between cells that go to another process."""
_ROWS_AT_ONCE = 1_000
"""Rows whose values are held until they are digested: no more than a processor's cache has room for."""


class Chunk(NamedTuple):
    """Some rows of a source, for a worker."""

    file: Path
    source: int
    rows: list[Row]

    def __reduce__(self) -> tuple[Callable[..., Chunk], tuple[Any, ...]]:
        """Go to another process as one text: a quarter of the work for hundreds of thousands of cells."""
        cells = [cell for _, found in self.rows if not isinstance(found, Reason) for cell in found]
        text = _BETWEEN.join(cells)
        if text.count(_BETWEEN) != len(cells) - 1:  # a cell holds what would separate it, or there is none
            return Chunk, (self.file, self.source, self.rows)
        numbers = array("Q", [number for number, _ in self.rows])
        reasons = {place: found for place, (_, found) in enumerate(self.rows) if isinstance(found, Reason)}
        return _unpacked, (self.file, self.source, numbers, reasons, text)


def _unpacked(file: Path, source: int, numbers: array[int], reasons: dict[int, Reason], text: str) -> Chunk:
    """Return the chunk that was taken apart; all its rows have the same number of cells."""
    cells = text.split(_BETWEEN)
    width = len(cells) // (len(numbers) - len(reasons))
    whole = zip(*[iter(cells)] * width, strict=True)
    rows = [(number, reasons[place] if place in reasons else next(whole)) for place, number in enumerate(numbers)]
    return Chunk(file, source, rows)


class ChunkWriter:
    """Takes digests of rows and writes them down; one for each worker."""

    def __init__(self, key: bytes, layouts: tuple[Layout, ...]) -> None:
        self._readers = [RowReader(layout) for layout in layouts]
        self._digests = {kind: digests(key, kind) for kind in Kind}
        self._customer = hashlib.blake2b(key=key, digest_size=8, person=_CUSTOMER)

    def __call__(self, chunk: Chunk) -> None:
        """Write the file of a chunk: what was counted, digests, their customers, and the customers alone."""
        tally, keys, owners = Tally(), [_NONE], [_NONE]
        for first in range(0, len(chunk.rows), _ROWS_AT_ONCE):
            found = self._found(chunk.source, chunk.rows[first : first + _ROWS_AT_ONCE], tally)
            customers = _array(found.owners)
            for kind, values in found.values.items():
                if values:
                    _count(tally, kind, values)
                    keys.append(self._keys(kind, values))
                    owners.append(np.repeat(customers, found.sizes[kind]))
        self._write(chunk.file, tally, np.concatenate(keys), np.concatenate(owners))

    def _found(self, source: int, rows: Iterable[Row], tally: Tally) -> _Found:
        """Return what is in rows, and count them."""
        reader, found = self._readers[source], _Found()
        for number, cells in rows:
            if isinstance(cells, Reason):
                tally.row(number, [cells])
                continue
            if not _encodable(cells):
                tally.row(number, [Reason.ENCODING])
                continue
            record, customer, reasons = reader.customer(cells)
            entries = grouped(record)
            reasons += unusable(record, entries)
            if not found.add(self._owner(customer) if customer else source << _ROW_BITS | number, entries):
                reasons.append(Reason.NOTHING)
            tally.row(number, reasons)
        return found

    def _keys(self, kind: Kind, values: list[str]) -> Keys:
        """Return the digests of values of a kind, each with what the kind has in the two free bits."""
        taken = np.frombuffer(self._digests[kind](values), dtype=">u8").astype(np.uint64)
        return (taken & _CLEAR) | np.uint64(_TAGS.get(kind, 0))

    def _owner(self, customer: str) -> int:
        state = self._customer.copy()
        state.update(customer.encode())
        return int.from_bytes(state.digest())

    @staticmethod
    def _write(file: Path, tally: Tally, keys: Keys, owners: Keys) -> None:
        order = np.argsort(keys)
        keys, owners = keys[order], owners[order]
        bounds = np.searchsorted(keys, np.arange(1, 1 << SLICE_BITS, dtype=np.uint64) << np.uint64(64 - SLICE_BITS))
        head = {"tally": tally.as_json(), "bounds": [0, *bounds.tolist(), len(keys)]}
        write_spill(file, head, (keys, owners, np.unique(owners)))


class _Found:
    """The entries of some rows by kind: very many values of a kind are digested faster together than one by one."""

    def __init__(self) -> None:
        self.owners = array("Q")
        """The customer of each row."""
        self.values: defaultdict[Kind, list[str]] = defaultdict(list)
        self.sizes: defaultdict[Kind, list[int]] = defaultdict(list)
        """How many values of a kind each row has."""

    def add(self, owner: int, entries: Iterable[tuple[Kind, list[str]]]) -> bool:
        """Keep the entries of the next row; return whether there are any."""
        self.owners.append(owner)
        some = False
        for kind, values in entries:
            self.values[kind] += values
            self.sizes[kind].append(len(values))
            some = some or bool(values)
        return some


def _count(tally: Tally, kind: Kind, values: list[str]) -> None:
    tally.kinds[kind] += len(values)
    if kind in _NUMBERS:
        tally.lengths.update(map(len, values))


def _array(numbers: array[int]) -> Keys:
    return np.frombuffer(numbers, dtype=np.uint64) if numbers else np.empty(0, dtype=np.uint64)


def _encodable(cells: Cells) -> bool:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True
