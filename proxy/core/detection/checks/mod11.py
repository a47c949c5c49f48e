"""
A check digit modulo 11 with the weights 2 to 7 from the right, the usual one for numbers a house makes itself.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "mod11"
_WEIGHTS = (2, 3, 4, 5, 6, 7)


def valid(text: str) -> bool:
    """Return whether three or more digits end in the right check digit; where it would be 10 there is no number."""
    digits = compact(text)
    if len(digits) < 3 or not digits.isdecimal():
        return False
    weighted = (int(digit) * _WEIGHTS[place % 6] for place, digit in enumerate(reversed(digits[:-1])))
    return -sum(weighted) % 11 == int(digits[-1])
