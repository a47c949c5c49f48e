"""
Count what people see as characters: extended grapheme clusters (Unicode Standard Annex 29).
"""

from __future__ import annotations

import regex

CLUSTER = regex.compile(r"\X")


def count_graphemes(text: str) -> int:
    """Return the extended grapheme clusters of a text."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in CLUSTER.finditer(text))
