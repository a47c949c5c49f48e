"""
The securities number ISIN (ISO 6166): country, nine characters, check digit.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact
from proxy.core.detection.tables.countries import COUNTRIES

__all__ = ["NAME", "valid"]

NAME: Final = "isin"
_SUPRANATIONAL = frozenset({"EU", "EZ", "QS", "QT", "XA", "XB", "XC", "XD", "XF", "XK", "XS"})
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def valid(text: str) -> bool:
    """Return whether twelve characters begin with a country and end in the right check digit."""
    number = compact(text)
    if len(number) != 12 or not number[11].isdecimal() or number[:2] not in COUNTRIES | _SUPRANATIONAL:
        return False
    digits = [int(digit) for digit in "".join(str(int(character, 36)) for character in number)][::-1]
    return (sum(digits[::2]) + sum(_DOUBLED[digit] for digit in digits[1::2])) % 10 == 0
