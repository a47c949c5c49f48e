"""
The German VAT id: nine digits after DE, ISO 7064 MOD 11,10.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "de-vat"


def valid(text: str) -> bool:
    """Return whether nine digits, with or without DE before them, end in the right check digit."""
    digits = compact(text).removeprefix("DE")
    if len(digits) != 9 or not digits.isdecimal() or digits[0] == "0":
        return False
    product = 10
    for digit in digits[:8]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[8])
