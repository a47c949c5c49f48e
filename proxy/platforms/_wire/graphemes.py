"""
Count what people see as characters, approximated from below: never more than any platform counts.
"""

from __future__ import annotations

import unicodedata

_NO_WIDTH = frozenset({"Mn", "Me", "Mc", "Cf", "Sk"})
_JOINER = "\u200d"


def count_graphemes(text: str) -> int:
    """Return a lower bound of the extended grapheme clusters (Unicode Standard Annex 29) of a text."""
    total = 0
    joined = False
    flags = 0
    for character in text:
        if character == _JOINER:
            joined = True
        elif "\U0001f1e6" <= character <= "\U0001f1ff":
            flags += 1
        elif joined or unicodedata.category(character) in _NO_WIDTH or "\u1160" <= character <= "\u11ff":
            joined = False
        elif character != "\r":
            total += 1
    return total + (flags + 1) // 2
