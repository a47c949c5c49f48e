"""
Records as people read them: a place, a hash, a leaf, and what its `data` says in a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from proxy.audit.tlog.hashes import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
_SHOWN = 12
"""Digits of a digest; the whole one stands in the leaf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record with its place."""

    seq: int
    leaf_hash: str
    """Hexadecimal."""
    leaf: Mapping[str, Any] = field(repr=False)


def records_of(leaves: Iterable[bytes]) -> Iterator[Record]:
    """Yield the records of a log, from its first leaf on."""
    for seq, leaf in enumerate(leaves):
        yield Record(seq=seq, leaf_hash=leaf_hash(leaf).hex(), leaf=orjson.loads(leaf))


def names_of(values: object, key: str) -> list[str]:
    """Return texts of a list, or what its rows have under a key."""
    if not isinstance(values, list):
        return []
    return [str(one.get(key)) if isinstance(one, dict) else str(one) for one in values]


def said(data: Mapping[str, object]) -> str:
    """Return everything that a record's `data` says, in one line; what is empty is left out."""
    return "; ".join(f"{name}: {_said(value)}" for name, value in data.items() if value not in (None, "", [], {}))


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    if isinstance(value, dict):
        return " ".join(_said(one) for one in value.values() if one is not None)
    text = str(value)
    return f"{text[: len(text) - 64 + _SHOWN]}…" if _DIGEST.fullmatch(text) else text
