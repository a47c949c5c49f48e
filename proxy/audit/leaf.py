"""
From an audit record to the bytes that are hashed and kept for ever.

A leaf is JSON in the one spelling of RFC 8785: keys sorted, no white space, whole numbers only. It is written once,
here, stored verbatim, and never serialised again. What cannot be spelled in exactly one way is refused.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from proxy.audit.catalogue import ALGORITHM, VERSION, leaf_complaint
from proxy.audit.columns import columns_of
from proxy.audit.kinds.fields import LARGEST
from proxy.audit.tlog.hashes import leaf_hash
from proxy.core.errors import InvalidRecord
from proxy.storage.columns import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.gate.work import AuditRecord, SealedContent

MOST_BYTES = 32_768
"""Longest leaf; the standard format for bundles of entries has room for 65,535."""
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_DEEPEST = 8
_PLAIN = (str, bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A record as it goes into the log, without its place."""

    id: str
    code: str
    post: str | None
    data: bytes = field(repr=False)
    hash: bytes
    columns: dict[str, object] = field(repr=False)
    """Copies for queries."""
    content: SealedContent | None


def build(record: AuditRecord, *, node: str) -> Leaf:
    """
    Return the leaf of a record.

    Raises:
        InvalidRecord: outside the catalogue, not spellable in exactly one way, or too long.
    """
    try:
        at = instant(record.at)
    except ValueError:
        raise InvalidRecord(expected="a time in UTC", found=f"{record.code} with a time without zone") from None
    fields: dict[str, object] = {
        "actor": {"kind": record.actor.kind, "ref": record.actor.ref},
        "at": at,
        "code": record.code,
        "content": None if record.content is None else _content(record.content),
        "data": record.data,
        "id": record.id,
        "node": node,
        "on_behalf_of": record.on_behalf_of,
        "refs": list(record.refs),
        "subject": {"account": record.subject.account, "post": record.subject.post},
        "trace": record.trace,
        "type": record.type,
        "v": VERSION,
    }
    wrong = leaf_complaint(fields)
    if wrong is not None:
        raise InvalidRecord(expected="a record of the catalogue", found=wrong)
    _check(record.data, 1)  # everything around it is text, made above
    data = _spelled(fields)
    return Leaf(
        id=record.id,
        code=record.code,
        post=record.subject.post,
        data=data,
        hash=leaf_hash(data),
        columns=columns_of(fields),
        content=record.content,
    )


def _content(content: SealedContent) -> dict[str, object]:
    return {
        "alg": ALGORITHM,
        "class": content.retention,
        "ct_sha256": hashlib.sha256(content.ciphertext).hexdigest(),
        "dek_sha256": content.dek_sha256,
        "mac": content.mac,
        "size": len(content.ciphertext),
    }


def canonical(value: dict[str, object]) -> bytes:
    """
    Return the one spelling of a value.

    Raises:
        InvalidRecord: floats, large numbers, other keys than `[a-z][a-z0-9_]*`, lone surrogates, depth, length.
    """
    _check(value, 0)
    return _spelled(value)


def _spelled(value: dict[str, object]) -> bytes:
    try:
        data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        raise InvalidRecord(expected="text of Unicode characters", found="a lone surrogate") from None
    if len(data) > MOST_BYTES:
        raise InvalidRecord(expected=f"at most {MOST_BYTES} bytes", found=f"{len(data)} bytes")
    return data


def _check(value: object, depth: int) -> None:
    if value is None or isinstance(value, _PLAIN):
        return
    if isinstance(value, int):
        if not -LARGEST <= value <= LARGEST:
            raise InvalidRecord(expected="a number below 2^53", found="a larger number")
    elif depth > _DEEPEST:
        raise InvalidRecord(expected=f"nesting of at most {_DEEPEST}", found="deeper nesting")
    elif isinstance(value, dict):
        _check_keys(value)
        _check_all(value.values(), depth)
    elif isinstance(value, list):
        _check_all(value, depth)
    else:
        raise InvalidRecord(
            expected="text, whole numbers, true, false, null, lists, objects", found=type(value).__name__
        )


def _check_all(values: Iterable[object], depth: int) -> None:
    for value in values:
        if type(value) is not str:  # most are
            _check(value, depth + 1)


def _check_keys(value: dict[object, object]) -> None:
    for key in value:
        if not isinstance(key, str) or not _is_key(key):
            raise InvalidRecord(expected="keys like policy_digest", found="another key")


@lru_cache(maxsize=1024)
def _is_key(key: str) -> bool:
    return _KEY.fullmatch(key) is not None
