"""
German number plates: the district must exist and the whole must fit on a plate. There is no check digit.
"""

from __future__ import annotations

from itertools import dropwhile, takewhile
from typing import Final

from proxy.core.detection.tables.plate_districts import DISTRICTS

__all__ = ["NAME", "valid"]

NAME: Final = "kfz-district"
_LONGEST = 9
"""A plate has eight at most; who writes one down from memory may have one too many."""
_DIGITS = str.maketrans("OoQqIilSsBb", "00001115588")
"""Letters that look like digits, as they are taken for some behind the first digit."""


def valid(text: str) -> bool:
    """
    Return whether a plate begins with a district, in any case and grouping.

    Without a separator after the district, every way of cutting the letters counts.
    """
    plate = "".join(character for character in text if character.isalnum())
    letters = "".join(takewhile(str.isalpha, plate)).upper()
    # What runs on electricity (E) or is historic (H) says so at the end.
    number = plate[len(letters) :].translate(_DIGITS).upper().removesuffix("E").removesuffix("H")
    if len(plate) > _LONGEST or not (number.isascii() and number.isdecimal() and 1 <= len(number) <= 4):
        return False
    district = "".join(takewhile(str.isalpha, dropwhile(_is_separator, text))).upper()
    cuts = (len(district),) if len(district) < len(letters) else (1, 2, 3)
    return number[0] != "0" and any(letters[:cut] in DISTRICTS and 1 <= len(letters) - cut <= 2 for cut in cuts)


def _is_separator(character: str) -> bool:
    return not character.isalnum()
