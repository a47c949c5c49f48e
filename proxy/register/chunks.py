"""
The first step of a build: rows become sorted digests, each with the customer it belongs to; a file for some thousand.
"""

from __future__ import annotations

import hashlib
from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from proxy.core.detection.register.digests import digester
from proxy.core.detection.register.entries import grouped
from proxy.core.detection.register.kinds import Kind
from proxy.register.rows import RowReader, unusable
from proxy.register.spill import write_spill
from proxy.register.tally import Reason, Tally

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.core.detection.register.layout import Layout
    from proxy.register.exports import Cells
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
_ROW_BITS = 40


class Chunk(NamedTuple):
    """Some rows of a source, for a worker."""

    file: Path
    source: int
    rows: list[tuple[int, Cells | Reason]]


class ChunkWriter:
    """Takes digests of rows and writes them down; one for each worker."""

    def __init__(self, key: bytes, layouts: tuple[Layout, ...]) -> None:
        self._readers = [RowReader(layout) for layout in layouts]
        self._digests = {kind: (digester(key, kind), _TAGS.get(kind, 0)) for kind in Kind}
        self._customer = hashlib.blake2b(key=key, digest_size=8, person=_CUSTOMER)

    def __call__(self, chunk: Chunk) -> None:
        """Write the file of a chunk: what was counted, digests, their customers, and the customers alone."""
        tally, keys = Tally(), array("Q")
        owners, sizes = array("Q"), array("Q")
        for number, cells in chunk.rows:
            if isinstance(cells, Reason):
                tally.row(number, [cells])
                continue
            if not all(map(str.isascii, cells)) and not _encodable(cells):
                tally.row(number, [Reason.ENCODING])
                continue
            record, customer, reasons = self._readers[chunk.source].customer(cells)
            before = len(keys)
            found = grouped(record)
            for kind, values in found:
                if values:
                    digest, tag = self._digests[kind]
                    keys.extend([digest(value) | tag for value in values])
                    tally.kinds[kind] += len(values)
                    if kind in _NUMBERS:
                        tally.lengths.update(map(len, values))
            reasons += unusable(record, found)
            if len(keys) == before:
                reasons.append(Reason.NOTHING)
            tally.row(number, reasons)
            owners.append(self._owner(customer) if customer else chunk.source << _ROW_BITS | number)
            sizes.append(len(keys) - before)
        self._write(chunk.file, tally, _array(keys), np.repeat(_array(owners), _array(sizes).astype(np.int64)))

    def _owner(self, customer: str) -> int:
        state = self._customer.copy()
        state.update(customer.encode())
        return int.from_bytes(state.digest())

    @staticmethod
    def _write(file: Path, tally: Tally, keys: Keys, owners: Keys) -> None:
        order = np.lexsort((owners, keys))
        keys, owners = keys[order], owners[order]
        bounds = np.searchsorted(keys, np.arange(1, 1 << SLICE_BITS, dtype=np.uint64) << np.uint64(64 - SLICE_BITS))
        head = {"tally": tally.as_json(), "bounds": [0, *bounds.tolist(), len(keys)]}
        write_spill(file, head, (keys, owners, np.unique(owners)))


def _array(numbers: array[int]) -> Keys:
    return np.frombuffer(numbers, dtype=np.uint64) if numbers else np.empty(0, dtype=np.uint64)


def _encodable(cells: Cells) -> bool:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True
