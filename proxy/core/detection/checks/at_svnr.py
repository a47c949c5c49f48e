"""
The Austrian social security number (section 31 ASVG): serial, check digit, date of birth.

The check digit alone passes for 8 % of random numbers: the date counts too.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "at-svnr"
_WEIGHTS = (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)


def valid(text: str) -> bool:
    """Return whether ten digits hold the right check digit and a date; months 13 to 15 stand in where days ran out."""
    digits = compact(text)
    if len(digits) != 10 or not digits.isdecimal() or digits[0] == "0":
        return False
    if not 1 <= int(digits[4:6]) <= 31 or not 1 <= int(digits[6:8]) <= 15:
        return False
    weighted = (int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return sum(weighted) % 11 == int(digits[3])
