"""
Serial numbers of German identity cards and passports, with the check digit of ICAO Doc 9303 (weights 7, 3, 1).

The check digit is the **tenth** character: nine characters alone prove nothing.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "de-id-card"
_ALPHABET = frozenset("0123456789CDFGHJKLMNPRTVWXYZ")
"""Digits and consonants that cannot be taken for digits: a serial number spells no word."""
_WEIGHTS = (7, 3, 1)


def valid(text: str) -> bool:
    """
    Return whether ten characters end in the right check digit.

    The beginning of the machine-readable line may stand before them (`IDD<<`), the nationality after (`D`, old cards).
    """
    number = compact(text)
    if len(number) > 10 and number.startswith("IDD"):
        number = number[3:]
    if len(number) == 11 and number.endswith("D"):
        number = number[:10]
    if len(number) != 10 or not number[9].isdecimal() or not _ALPHABET.issuperset(number):
        return False
    weighted = (int(character, 36) * _WEIGHTS[place % 3] for place, character in enumerate(number[:9]))
    return sum(weighted) % 10 == int(number[9])
