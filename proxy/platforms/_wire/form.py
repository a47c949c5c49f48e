"""
Read urlencoded forms and query strings strictly.

Percent encoding has to be complete, text has to be UTF-8, `;` separates nothing, and a name comes once unless it says
with `[]` that it is a list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.errors import MalformedRequest
from proxy.platforms._wire.strict_json import check_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MAX_PAIRS = 2_000
_ALLOWED = re.compile(rb"[!-~]*")
_BAD_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


def read_form(data: bytes, lists: Collection[str] | None = ()) -> list[tuple[str, str]]:
    """
    Return names and values in order; those in `lists` may come several times, with None any may.

    Raises:
        MalformedRequest: not a form that can be read in exactly one way.
    """
    if not data:
        return []
    if not _ALLOWED.fullmatch(data):
        raise MalformedRequest(expected="a urlencoded form", found="a byte that must be percent-encoded")
    if b";" in data:
        raise MalformedRequest(expected="fields separated by &", found="a semicolon")
    segments = data.split(b"&", MAX_PAIRS)
    if len(segments) > MAX_PAIRS:
        raise MalformedRequest(expected=f"at most {MAX_PAIRS} fields", found="more fields")
    pairs = [_pair(segment) for segment in segments]
    if lists is not None:
        refuse_repeated(name for name, _ in pairs if name not in lists)
    return pairs


def read_query(query: str, lists: Collection[str] | None = ()) -> list[tuple[str, str]]:
    """
    Return names and values of a raw query string; those in `lists` may come several times, with None any may.

    Raises:
        MalformedRequest: not a query that can be read in exactly one way.
    """
    try:
        data = query.encode("ascii")
    except UnicodeEncodeError:
        raise MalformedRequest(expected="a percent-encoded query", found="a character that is not ASCII") from None
    return read_form(data, lists)


def refuse_repeated(names: Iterable[str]) -> None:
    """
    Refuse a name that comes twice and is no list.

    Raises:
        MalformedRequest: a name without `[]` came twice.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen and "[]" not in name:
            raise MalformedRequest(expected="each field once", found="a duplicate field")
        seen.add(name)


def _pair(segment: bytes) -> tuple[str, str]:
    name, separator, value = segment.partition(b"=")
    if not separator or not name:
        raise MalformedRequest(expected="name=value", found="a field without name or value")
    return _decode(name), _decode(value)


def _decode(data: bytes) -> str:
    if _BAD_PERCENT.search(data):
        raise MalformedRequest(expected="complete percent encoding", found="a lone percent sign")
    raw = _PERCENT.sub(lambda match: bytes((int(match.group(1), 16),)), data.replace(b"+", b" "))
    try:
        return check_text(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise MalformedRequest(expected="UTF-8", found="bytes that are not UTF-8") from None
