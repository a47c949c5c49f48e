"""
JSON values of a platform's answers: read in one way, without credentials, written anew.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import orjson

from proxy.core.errors import MalformedRequest
from proxy.platforms._wire.strict_json import ANSWER_LIMITS, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.platforms._wire.strict_json import JsonValue

_SECRETS = frozenset({"access_token", "refresh_token", "client_secret", "token"})
_MAYBE_SECRET = re.compile(rb"\\u00[4-7]|token|client_secret")
"""Where none of this stands, no field has such a name: neither plainly nor with a letter written as an escape."""
_HEADER_VALUE = re.compile(r"[ -~]{1,256}")


def read_answer(body: bytes) -> JsonValue:
    """
    Return an answer without fields that hold credentials, at any depth.

    Raises:
        MalformedRequest: it is no JSON that can be read in exactly one way.
    """
    value = read_json(body, ANSWER_LIMITS)
    return without_secrets(value) if _MAYBE_SECRET.search(body) is not None else value


def dump_json(value: JsonValue) -> bytes:
    """Return compact UTF-8."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a number of more than 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def without_secrets(value: JsonValue) -> JsonValue:
    """Return the value without fields that hold credentials, at any depth."""
    if isinstance(value, dict):
        return {key: without_secrets(item) for key, item in value.items() if key not in _SECRETS}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return value


def read_object(body: bytes) -> dict[str, JsonValue] | None:
    """Return a JSON object, or None when the bytes are none."""
    try:
        value = read_json(body, ANSWER_LIMITS)
    except MalformedRequest:
        return None
    return value if isinstance(value, dict) else None


def inside(value: JsonValue, *keys: str) -> JsonValue:
    """Return what stands under these keys, one within the other, or None."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def pick_headers(given: Iterable[tuple[str, str]], names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the headers of these lower-case names that are short and printable."""
    wanted = frozenset(names)
    return tuple(
        (name.lower(), value) for name, value in given if name.lower() in wanted and _HEADER_VALUE.fullmatch(value)
    )
