"""
What a gateway token looks like: `pgt_`, 30 random base62 characters, 6 base62 characters of checksum.

The checksum tells a mistyped or cut token from an unknown one without asking the database; secret scanners use it too.
It protects nothing: the 178 random bits do.
"""

from __future__ import annotations

import re
import secrets
import string
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = "pgt_"
SHOWN = 8
"""Characters of a token that records and lists show."""
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM = 30
_CHECK = 6
_SHAPE = re.compile(rf"pgt_[0-9A-Za-z]{{{_RANDOM + _CHECK}}}")


def draw(choice: Callable[[str], str] = secrets.choice) -> str:
    """Return a new token."""
    body = PREFIX + "".join(choice(_DIGITS) for _ in range(_RANDOM))
    return body + _checksum(body)


def well_formed(token: str) -> bool:
    """Return whether a text has the shape and the checksum of a token."""
    return _SHAPE.fullmatch(token) is not None and _checksum(token[:-_CHECK]) == token[-_CHECK:]


def shown(token: str) -> str:
    """Return the part of a token that may be shown."""
    return token[:SHOWN]


def _checksum(body: str) -> str:
    value = zlib.crc32(body.encode("ascii"))
    digits = []
    for _ in range(_CHECK):
        value, digit = divmod(value, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
