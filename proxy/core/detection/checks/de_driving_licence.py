"""
Numbers of German driving licences (FeV, annex 8): eleven characters, the tenth is the check digit.

Letters count from A = 1, places weigh 9 to 1, and what is left modulo 11 stands there, `X` for 10. The eleventh
character says which copy of the licence it is.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "de-driving-licence"
_LENGTH = 11
_ALPHABET = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_BEFORE_A = ord("A") - 1


def valid(text: str) -> bool:
    """Return whether eleven characters begin with a letter and have the right check digit as the tenth."""
    number = compact(text)
    if len(number) != _LENGTH or not _ALPHABET.issuperset(number) or number[0].isdecimal():
        return False
    rest = sum(weight * _value(character) for weight, character in zip(range(9, 0, -1), number, strict=False)) % 11
    return number[9] == ("X" if rest == 10 else str(rest))


def _value(character: str) -> int:
    return int(character) if character.isdecimal() else ord(character) - _BEFORE_A
