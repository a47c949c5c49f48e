"""
The German health insurance number (section 290 SGB V): a letter, eight digits and a check digit.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "de-kvnr"


def valid(text: str) -> bool:
    """Return whether ten characters are the part of the number that stays for life."""
    number = compact(text)
    if len(number) != 10 or not number[0].isalpha() or not number[1:].isdecimal():
        return False
    spelled = f"{ord(number[0]) - 64:02}{number[1:9]}"
    products = (int(digit) * (1 + place % 2) for place, digit in enumerate(spelled))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(number[9])
