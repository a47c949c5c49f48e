"""
Record keys: TIDs, 64 bits in 13 characters that sort by time (https://atproto.com/specs/tid).
"""

from __future__ import annotations

import uuid

_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_MOST_MICROSECONDS = 2**53 - 1
_CLOCK_BITS = 10


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
