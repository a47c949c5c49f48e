"""
Numbers that a house gives its customers and contracts: long enough, and nothing that everybody writes.

No check digit: this only keeps dates, sums, trivial numbers and service hotlines away from rules that ask for a cue.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "reference-number"
_SHORTEST = 5
_COUNTING = "12345678901234567890"
_SERVICE = ("0800", "0180", "0137", "0900", "0700")
_CENTURIES = ("19", "20")


def valid(text: str) -> bool:
    """Return whether the digits are such a number; letters round them do not count."""
    digits = "".join(character for character in compact(text) if character.isdecimal())
    if len(digits) < _SHORTEST or len(set(digits)) == 1 or digits.endswith("000") or digits.startswith(_SERVICE):
        return False
    return not (_COUNTING.startswith(digits) or _is_date(digits))


def _is_date(digits: str) -> bool:
    """Return whether eight digits are a day, in either order, or two years side by side, and six a year and a month."""
    year_first = digits.startswith(_CENTURIES)
    if len(digits) == 6:
        return year_first and 1 <= int(digits[4:]) <= 12
    if len(digits) != 8:
        return False
    if digits[4:].startswith(_CENTURIES):
        return year_first or _is_day(digits[:2], digits[2:4])
    return year_first and _is_day(digits[6:], digits[4:6])


def _is_day(day: str, month: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12
