"""
T10: letters that stand for digits inside numbers: `12O3 OOOO`.

Only for rules with a check digit: nothing else can tell a lettered number from a code. Lengths stay, so places do too.
"""

from __future__ import annotations

import re

__all__ = ["letters_as_digits"]

_DIGITS = str.maketrans("OolISB", "001158")
_RUN = re.compile("[0-9OolISB]{4,}")
_LETTER = re.compile("[OolISB]")
_FEWEST_DIGITS = 0.6


def letters_as_digits(text: str) -> str:
    """Return the text with look-alike letters as digits in runs of at least 60 % digits; equal if there are none."""
    return _RUN.sub(_translated, text) if _LETTER.search(text) else text


def _translated(run: re.Match[str]) -> str:
    digits = sum("0" <= character <= "9" for character in run[0])
    return run[0].translate(_DIGITS) if digits >= _FEWEST_DIGITS * len(run[0]) else run[0]
