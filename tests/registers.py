"""
Registers for tests, made in memory and as files. All personal data here is invented.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from proxy.core.detection.register.digests import digester, key_id
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.layout import Format, Layout, Meaning
from proxy.core.detection.register.table import (
    Contents,
    Header,
    Shared,
    head_of,
    index_bits,
    write_header,
)
from proxy.register.build import Order
from proxy.register.exports import Source
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


COLUMNS = ("NR", "FIRST", "LAST", "BORN", "MAIL", "PHONE", "CITY", "ACCOUNT")
LAYOUT = Layout(
    name="customers",
    format=Format.CSV,
    columns={
        meaning: (column,)
        for meaning, column in zip(
            (
                Meaning.CUSTOMER,
                Meaning.FIRST_NAME,
                Meaning.LAST_NAME,
                Meaning.BIRTH_DATE,
                Meaning.EMAIL,
                Meaning.PHONE,
                Meaning.CITY,
                Meaning.ACCOUNT,
            ),
            COLUMNS,
            strict=True,
        )
    },
)
TERMS = Layout(
    name="terms",
    format=Format.CSV,
    columns={Meaning.TERM: ("term",), Meaning.FROM: ("from",), Meaning.UNTIL: ("until",)},
)
NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)


def customer_row(number: int, **cells: str) -> str:
    """Return a line of an export: an invented customer, other than those of other numbers."""
    last = "".join(chr(ord("a") + int(digit)) for digit in f"{number:06}")
    row = {
        "NR": str(1_000_000 + number),
        "FIRST": "Anna",
        "LAST": f"L{last}",
        "BORN": f"{1950 + number % 50}-03-12",
        "MAIL": f"kunde{number}@example.org",
        "PHONE": f"030 55{number:06}",
        "CITY": "Adorf",
        "ACCOUNT": f"77{number:08}",
    } | cells
    return ";".join(row[column] for column in COLUMNS)


def write_source(path: Path, lines: Iterable[str], header: Iterable[str] = COLUMNS) -> Path:
    """Write an export of the house."""
    path.write_text("\n".join([";".join(header), *lines]) + "\n", encoding="utf-8", errors="surrogateescape")
    return path


def make_order(path: Path, *, layout: Layout = LAYOUT, **values: Any) -> Order:
    """Order a register beside its source."""
    made = Order(sources=(Source(layout=layout, path=path),), key=KEY, seed=SEED, out=path.parent / "register", now=NOW)
    return replace(made, **values)


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody how far a build is."""
