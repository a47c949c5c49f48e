"""
Registers of invented customers, made in memory: the same bytes as a file, without the builder and its signature.
"""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from typing import TYPE_CHECKING

from proxy.core.detection.register.digests import digester, key_id
from proxy.core.detection.register.entries import entries
from proxy.core.detection.register.kinds import Kind, begins
from proxy.core.detection.register.table import (
    FOREVER,
    SIGNATURE_BYTES,
    Contents,
    Header,
    Table,
    head_of,
    index_bits,
    write_header,
)
from proxy.core.model import Register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from proxy.core.detection.register.entries import Record

REGISTER_KEY = bytes(range(32))
"""Of tests alone."""
BUILT_AT = "2026-11-30T03:00:00Z"
_FEW, _TENS, _MANY = 2, 10, 100


def register_bytes(records: Iterable[Record], *, key: bytes = REGISTER_KEY, built_at: str = BUILT_AT) -> bytes:
    """Return the file of a register of these customers."""
    digests = {kind: digester(key, kind) for kind in Kind}
    customers: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    lengths: set[int] = set()
    count = 0
    for count, record in enumerate(records, start=1):  # noqa: B007 - counted while they are read
        for kind, value in set(entries(record)):
            customers[digests[kind](value)] += 1
            kinds[kind.value] += 1
            if kind in {Kind.NUMBER, Kind.SHORT_NUMBER}:
                lengths.add(len(value))
    keys = sorted(digest | _shared(number) for digest, number in customers.items())
    return _file(keys, b"", Contents.CUSTOMERS, key, built_at, count, kinds, sorted(lengths))


def restricted_bytes(
    forms: Mapping[str, tuple[int, int]], *, key: bytes = REGISTER_KEY, built_at: str = BUILT_AT
) -> bytes:
    """Return the file of restricted lists: by form of an entry, its first and last minute."""
    digest, begin = digester(key, Kind.RESTRICTED), digester(key, Kind.BEGIN)
    begun = {begin(letters) for form in forms for letters in begins(form)}
    rows = sorted([*((digest(form), window) for form, window in forms.items()), *((one, FOREVER) for one in begun)])
    windows = b"".join(struct.pack("<qq", *window) for _, window in rows)
    keys = [one for one, _ in rows]
    return _file(
        keys,
        windows,
        Contents.RESTRICTED,
        key,
        built_at,
        len(forms),
        {"restricted": len(forms), "begin": len(begun)},
        [],
    )


def register_of(records: Iterable[Record], *, key: bytes = REGISTER_KEY) -> Table:
    """Return the table of a register of these customers."""
    return Table(memoryview(register_bytes(records, key=key)))


def restricted_of(*forms: str, window: tuple[int, int] = FOREVER, key: bytes = REGISTER_KEY) -> Table:
    """Return the table of restricted lists with entries in these forms."""
    return Table(memoryview(restricted_bytes(dict.fromkeys(forms, window), key=key)))


def header_of(raw: bytes) -> Header:
    """Return the header of a file."""
    return Table(memoryview(raw)).header


def write_register(
    directory: Path,
    records: Iterable[Record] | None,
    restricted: Mapping[str, tuple[int, int]] | None = None,
    *,
    built_at: str = BUILT_AT,
) -> Register:
    """Write the files `customers` and `restricted` of a house, each where it has something; return the register."""
    directory.mkdir(exist_ok=True)
    customers = None if records is None else register_bytes(records, built_at=built_at)
    lists = None if restricted is None else restricted_bytes(restricted, built_at=built_at)
    for name, raw in (("customers", customers), ("restricted", lists)):
        if raw is not None:
            (directory / name).write_bytes(raw)
    return Register(
        customers=None if customers is None else str(directory / "customers"),
        restricted=None if lists is None else str(directory / "restricted"),
        version="-".join(header_of(raw).version for raw in (customers, lists) if raw is not None),
    )


def _shared(customers: int) -> int:
    return (customers >= _FEW) + (customers >= _TENS) + (customers >= _MANY)


def _file(
    keys: Sequence[int],
    windows: bytes,
    contents: Contents,
    key: bytes,
    built_at: str,
    records: int,
    counts: Mapping[str, int],
    lengths: Sequence[int],
) -> bytes:
    bits = index_bits(len(keys))
    starts, place = [], 0
    for bucket in range((1 << bits) + 1):
        while place < len(keys) and keys[place] >> (64 - bits) < bucket:
            place += 1
        starts.append(place)
    index = struct.pack(f"<{len(starts)}I", *starts)
    body = index.ljust(-(-len(index) // 8) * 8, b"\0") + struct.pack(f"<{len(keys)}Q", *keys) + windows
    header = Header(
        contents=contents,
        key_id=key_id(key),
        built_at=built_at,
        records=records,
        keys=len(keys),
        index_bits=bits,
        body_sha256=hashlib.sha256(body).hexdigest(),
        counts=dict(counts),
        number_lengths=tuple(lengths),
    )
    return head_of(write_header(header), b"\0" * SIGNATURE_BYTES) + body
