"""The check digit of ISO/IEC 7812 (Luhn), as on payment cards."""

from __future__ import annotations

from typing import Final

__all__ = ["NAME", "valid"]

NAME: Final = "luhn"
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def valid(text: str) -> bool:
    """Return whether two or more ASCII digits end in the right check digit."""
    if len(text) < 2 or not (text.isascii() and text.isdecimal()):
        return False
    numbers = [int(digit) for digit in reversed(text)]
    return (sum(numbers[::2]) + sum(_DOUBLED[number] for number in numbers[1::2])) % 10 == 0
