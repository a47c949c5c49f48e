"""
The US social security number: which areas, groups and serials are issued.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "ssn"
_PRINTED = frozenset({"078051120", "219099999", "457555462", "123456789", "987654321"})
"""Numbers from advertisements and leaflets."""


def valid(text: str) -> bool:
    """Return whether nine digits could have been issued."""
    digits = compact(text)
    if len(digits) != 9 or not digits.isdecimal() or digits in _PRINTED:
        return False
    return digits[:3] not in {"000", "666"} and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"
