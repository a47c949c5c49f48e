"""
The Swiss social security number (AHVN13): 756 and the check digit of EAN-13.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "ch-ahv"


def valid(text: str) -> bool:
    """Return whether thirteen digits begin with 756 and end in the right check digit."""
    digits = compact(text)
    if len(digits) != 13 or not digits.isdecimal() or not digits.startswith("756"):
        return False
    return sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(digits)) % 10 == 0
