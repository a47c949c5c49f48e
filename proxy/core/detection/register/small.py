"""
A register of a few invented entries as the bytes of a file, unsigned.

It is for the samples of policies, whose posts are compared with it as with a real one. What a house has is built from
its own sources elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from proxy.core.detection.register.digests import digester, key_id
from proxy.core.detection.register.entries import entries, restricted_forms
from proxy.core.detection.register.kinds import Kind, begins
from proxy.core.detection.register.table import (
    FOREVER,
    SIGNATURE_BYTES,
    Contents,
    Header,
    Shared,
    head_of,
    index_bits,
    write_header,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from proxy.core.detection.register.entries import Record

__all__ = ["SAMPLE_KEY", "customers", "restricted"]

SAMPLE_KEY = b"postgate/samples/not-a-secret..."
"""The key of registers with invented entries; no house uses it for its own."""
_BUILT_AT = "2026-01-01T00:00:00Z"
_NUMBERS = frozenset({Kind.NUMBER, Kind.SHORT_NUMBER})
_DIGEST_BITS = 64


def customers(records: Collection[Record]) -> bytes:
    """Return the register of these customers."""
    values = Counter(value for record in records for value in set(entries(record)))
    digests = {kind: digester(SAMPLE_KEY, kind) for kind in Kind}
    keys = sorted(digests[kind](value) | _shared(count) for (kind, value), count in values.items())
    lengths = tuple(sorted({len(value) for kind, value in values if kind in _NUMBERS}))
    return _file(Contents.CUSTOMERS, keys, b"", records=len(records), lengths=lengths)


def restricted(terms: Collection[str]) -> bytes:
    """Return the restricted list of these terms; each counts at any time."""
    digest, begin = digester(SAMPLE_KEY, Kind.RESTRICTED), digester(SAMPLE_KEY, Kind.BEGIN)
    forms = {form for term in terms for form in restricted_forms(term)}
    keys = sorted({*map(digest, forms), *map(begin, chain.from_iterable(map(begins, forms)))})
    windows = _packed(FOREVER, 8) * len(keys)
    return _file(Contents.RESTRICTED, keys, windows, records=len(terms), lengths=())


def _shared(count: int) -> Shared:
    return Shared.ONE if count == 1 else Shared.FEW


def _file(contents: Contents, keys: list[int], windows: bytes, *, records: int, lengths: tuple[int, ...]) -> bytes:
    bits = index_bits(len(keys))
    buckets = Counter(key >> (_DIGEST_BITS - bits) for key in keys)
    starts = [0]
    for bucket in range(1 << bits):
        starts.append(starts[-1] + buckets[bucket])
    index = _packed(starts, 4)
    body = index + bytes(-len(index) % 8) + _packed(keys, 8) + windows
    header = Header(
        contents=contents,
        key_id=key_id(SAMPLE_KEY),
        built_at=_BUILT_AT,
        records=records,
        keys=len(keys),
        index_bits=bits,
        body_sha256=hashlib.sha256(body).hexdigest(),
        counts={},
        number_lengths=lengths,
    )
    return head_of(write_header(header), bytes(SIGNATURE_BYTES)) + body


def _packed(numbers: Iterable[int], size: int) -> bytes:
    return b"".join(number.to_bytes(size, "little") for number in numbers)
