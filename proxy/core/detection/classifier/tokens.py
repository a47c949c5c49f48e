"""
A text as the classifier reads it: words, signs, and the shapes of numbers.

What a number says is no matter here, how it looks is: the classifier learns no value.
"""

from __future__ import annotations

import re

__all__ = ["tokens"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,:/-]*\d|[^\s_]")
_MOST_DIGITS = 12
"""Longer numbers look alike."""
_NO_DIGIT = re.compile(r"[^.,:/-]")


def tokens(text: str) -> list[str]:
    """Return the words and signs of a text in order, numbers as their shapes: `12.03.1971` is `<n8.>`."""
    return [_shape(token) if token[0].isdigit() else token for token in _TOKEN.findall(text)]


def _shape(number: str) -> str:
    signs = "".join(sorted(set(_NO_DIGIT.sub("", number))))
    digits = len(number) - sum(map(number.count, signs))
    return f"<n{min(digits, _MOST_DIGITS)}{signs}>"
