"""
Read JSON that can be read in exactly one way.

The usual readers accept duplicate keys, `NaN`, lone surrogates and nesting without end; two readers then see two
texts in one body. Here all of that is refused. Errors name the kind of mistake, never its content.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from proxy.core.errors import MalformedRequest

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLimits:
    """How large a document may be."""

    depth: int = 32
    values: int = 2_000
    digits: int = 20
    """Of one number; more would be cut by other readers."""


REQUEST_LIMITS = JsonLimits()
ANSWER_LIMITS = JsonLimits(depth=64, values=200_000, digits=40)
"""For answers of a platform, whose bytes are capped elsewhere."""

# An unterminated string is taken up to the end, so that hostile input is looked at once.
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{},]', re.DOTALL)

_SMUGGLING = re.compile(r"\\u(?:0000|[Dd][89A-Fa-f])")


def read_json(data: bytes, limits: JsonLimits = REQUEST_LIMITS) -> JsonValue:
    """
    Return the one value that these bytes mean.

    Raises:
        MalformedRequest: not UTF-8, a byte order mark, NUL, a lone surrogate, a duplicate key, a number that is not
            finite or too long, too deep, too many values, or no JSON at all.
    """
    text = decode_text(data)
    _check_structure(text, limits)

    try:
        value: JsonValue = _reader(limits).decode(text)
    except (ValueError, RecursionError):
        # The reader's own message quotes the document.
        raise MalformedRequest(expected="JSON", found="something else") from None
    if _SMUGGLING.search(text) is not None:  # the text itself is clean; only an escape can bring something in
        _check_strings(value)
    return value


@lru_cache(maxsize=8)
def _reader(limits: JsonLimits) -> json.JSONDecoder:
    """Return the reader for these limits; it keeps nothing between documents."""

    def number(digits: str) -> int:
        return int(_short(digits, limits))

    def fraction(digits: str) -> float:
        return _finite(float(_short(digits, limits)))

    return json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=number, parse_float=fraction)


def decode_text(data: bytes) -> str:
    """
    Decode UTF-8 strictly.

    Raises:
        MalformedRequest: not UTF-8, a byte order mark at the start, or a NUL.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedRequest(expected="UTF-8", found="bytes that are not UTF-8") from None
    if text.startswith("\ufeff"):
        raise MalformedRequest(expected="UTF-8", found="a byte order mark")
    return check_text(text)


def check_text(text: str) -> str:
    """
    Return the text when it can be written as UTF-8 and holds no NUL.

    Raises:
        MalformedRequest: a NUL or a lone surrogate.
    """
    if "\x00" in text:
        raise MalformedRequest(expected="text", found="a NUL character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise MalformedRequest(expected="text", found="a lone surrogate") from None
    return text


def _check_structure(text: str, limits: JsonLimits) -> None:
    """Refuse depth and size before any object is built."""
    opened = text.count("{") + text.count("[")
    if opened <= limits.depth and opened + text.count(",") < limits.values:
        return  # not too many even if every one of these stood outside of strings
    depth = 0
    values = 1
    for match in _STRUCTURE.finditer(text):
        character = match.group()[0]
        if character in "[{":
            depth += 1
            values += 1
        elif character in "]}":
            depth -= 1
        elif character == ",":
            values += 1
        if depth > limits.depth:
            raise MalformedRequest(expected=f"nesting of at most {limits.depth}", found="deeper nesting")
        if values > limits.values:
            raise MalformedRequest(expected=f"at most {limits.values} values", found="more values")


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedRequest(expected="each key once", found="a duplicate key")
    return result


def _constant(_name: str) -> JsonValue:
    raise MalformedRequest(expected="a number", found="NaN or Infinity")


def _short(digits: str, limits: JsonLimits) -> str:
    if len(digits) > limits.digits:
        raise MalformedRequest(expected=f"a number of at most {limits.digits} characters", found="a longer one")
    return digits


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise MalformedRequest(expected="a finite number", found="an infinite one")
    return number


def _check_strings(value: JsonValue) -> None:
    """Refuse what only escapes can smuggle in: NUL and lone surrogates."""
    waiting: list[JsonValue] = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            check_text(current)
        elif isinstance(current, list):
            waiting.extend(current)
        elif isinstance(current, dict):
            waiting.extend(current.keys())
            waiting.extend(current.values())
