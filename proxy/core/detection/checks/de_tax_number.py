"""
German tax numbers of the tax offices: the lengths the states print, and the federal form of thirteen digits.

There is no check digit common to all states, so this proves a shape, never a number.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "de-tax-number"
_FEDERAL = ("11", "21", "22", "23", "24", "26", "27", "28", "1", "3", "4", "5", "9")
"""How the federal form begins, by state; the fifth digit is always 0."""


def valid(text: str) -> bool:
    """Return whether the digits have a length and beginning that tax numbers have."""
    digits = compact(text)
    if not digits.isdecimal() or len(set(digits)) == 1:
        return False
    if len(digits) == 13:
        return digits[4] == "0" and digits.startswith(_FEDERAL)
    return len(digits) in {10, 11}
