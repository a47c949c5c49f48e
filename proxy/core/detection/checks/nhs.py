"""
The NHS number of England, Wales and the Isle of Man: ten digits, modulo 11 with the weights 10 to 2.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "nhs"


def valid(text: str) -> bool:
    """Return whether ten digits, not all the same, end in the right check digit."""
    digits = compact(text)
    if len(digits) != 10 or not digits.isdecimal() or len(set(digits)) == 1:
        return False
    return sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11 == -int(digits[9]) % 11
