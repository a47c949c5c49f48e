"""
Registers for tests, made in memory and as files. All personal data here is invented.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from proxy.core.detection.register.digests import digester, key_id
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.table import (
    Contents,
    Header,
    Shared,
    head_of,
    index_bits,
    write_header,
)
from proxy.register.writing import public_key, write_register

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
SEED = bytes(range(32, 64))
OTHER_SEED = bytes(range(64, 96))
PUBLIC_KEY = public_key(SEED)
KEY_ID = key_id(KEY)
BUILT_AT = "2026-11-30T02:00:00Z"


def make_header(**values: object) -> Header:
    """Make a header of an empty register of customers."""
    made = Header(
        contents=Contents.CUSTOMERS,
        key_id=KEY_ID,
        built_at=BUILT_AT,
        records=0,
        keys=0,
        index_bits=8,
        body_sha256="0" * 64,
        counts={},
    )
    return replace(made, **values)  # type: ignore[arg-type]  # fields by name, as a test needs them


def digest_of(kind: Kind, value: str, key: bytes = KEY) -> int:
    """Return the digest of a value in its one form."""
    return digester(key, kind)(value)


def register_bytes(
    keys: Mapping[int, Shared] | Iterable[tuple[int, tuple[int, int]]], *, bits: int = 8, **values: object
) -> bytes:
    """
    Return an unsigned register as the docstring of `table` describes it, written a second time without numpy.

    Digests with how many share them are customers, digests with windows are a restricted list.
    """
    if isinstance(keys, Mapping):
        rows = sorted(digest | shared for digest, shared in keys.items())
        contents, windows = Contents.CUSTOMERS, b""
    else:
        pairs: list[tuple[int, tuple[int, int]]] = sorted(keys)
        rows, contents = [digest for digest, _ in pairs], Contents.RESTRICTED
        windows = b"".join(minute.to_bytes(8, "little") for _, window in pairs for minute in window)
    index = [sum(row >> (64 - bits) < bucket for row in rows) for bucket in range((1 << bits) + 1)]
    body = b"".join(place.to_bytes(4, "little") for place in index) + bytes(4)
    body += b"".join(row.to_bytes(8, "little") for row in rows) + windows
    described = {"contents": contents, "keys": len(rows), "index_bits": bits}
    header = make_header(**described, body_sha256=hashlib.sha256(body).hexdigest(), **values)
    return head_of(write_header(header), bytes(64)) + body


def write_customers(
    path: Path,
    values: Iterable[tuple[Kind, str, Shared]] = (),
    *,
    key: bytes = KEY,
    seed: bytes = SEED,
    **header: object,
) -> Header:
    """Write and sign a register that holds these values."""
    keys = sorted({digest_of(kind, value, key) | shared for kind, value, shared in values})
    run = np.array(keys, dtype=np.uint64)
    described = make_header(
        **{
            "key_id": key_id(key),
            "keys": len(keys),
            "records": len(keys),
            "index_bits": index_bits(len(keys)),
            **header,
        }
    )
    return write_register(path, described, lambda: iter([run] if keys else []), seed=seed)


def write_restricted(
    path: Path, terms: Iterable[tuple[str, tuple[int, int]]] = (), *, key: bytes = KEY, **header: object
) -> Header:
    """Write and sign a restricted list that holds these forms with their first and last minutes."""
    rows = sorted((digest_of(Kind.RESTRICTED, form, key), window) for form, window in terms)
    run = np.array([digest for digest, _ in rows], dtype=np.uint64)
    windows = np.array([window for _, window in rows] or np.empty((0, 2)), dtype=np.int64)
    described = make_header(
        **{"contents": Contents.RESTRICTED, "key_id": key_id(key), "keys": len(rows), "records": len(rows), **header}
    )
    return write_register(path, described, lambda: iter([run] if rows else []), windows=windows, seed=SEED)
