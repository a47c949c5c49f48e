"""
The German pension insurance number (section 2 and 4 VKVV): area, date of birth, initial, serial, check digit.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "de-svnr"
_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)


def valid(text: str) -> bool:
    """Return whether twelve characters are such a number; days of birth may stand 50 higher, where numbers ran out."""
    number = compact(text)
    digits = number[:8] + number[9:]
    if len(number) != 12 or not digits.isdecimal() or not number[8].isalpha():
        return False
    day = int(number[2:4])
    if number[:2] == "00" or not 1 <= day - 50 * (day > 50) <= 31 or not 1 <= int(number[4:6]) <= 12:
        return False
    spelled = f"{number[:8]}{ord(number[8]) - 64:02}{number[9:11]}"
    products = (int(digit) * weight for digit, weight in zip(spelled, _WEIGHTS, strict=True))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(number[11])
