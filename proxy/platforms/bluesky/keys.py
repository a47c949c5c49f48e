"""
Record keys: TIDs, 64 bits in 13 characters that sort by time (https://atproto.com/specs/tid).
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_MOST_MICROSECONDS = 2**53 - 1
_CLOCK_BITS = 10


def moment_of(post: str) -> str:
    """Return when a post was made, by its id, as records write times."""
    made = datetime.fromtimestamp((uuid.UUID(post).int >> 80) / 1000, UTC)
    return f"{made.strftime('%Y-%m-%dT%H:%M:%S')}.{made.microsecond // 1000:03}Z"


def tid_of(post: str, number: int = 0) -> str:
    """
    Return the key of a post's record, or of its record of this number.

    It follows from the post's id alone (RFC 9562, version 7: milliseconds first), so that whoever looks for the record
    later finds the same one.
    """
    bits = uuid.UUID(post).int
    random = bits & ((1 << 62) - 1)
    microseconds = ((bits >> 80) * 1000 + (random >> _CLOCK_BITS) % 1000 + number) & _MOST_MICROSECONDS
    value = microseconds << _CLOCK_BITS | random & ((1 << _CLOCK_BITS) - 1)
    return "".join(_DIGITS[value >> shift & 31] for shift in range(60, -1, -5))
