"""
T11: what stands between the groups of a number: `5297 strich 6672`, `0174 (dot) 909`, `677 -> 669 ... 9348`, `677x669`.

Words count between digits, where a group of two digits or more follows: `drei Punkt zwei` is a version. In rows of
eight digits and more they do between single digits too, and so do more marks than the view `grouped` joins over. Signs
that look like digits are some there: `40$7 7!08`.
"""

from __future__ import annotations

import re
from itertools import pairwise

from proxy.core.model import count_digits
from proxy.core.text.mapped import Edit

__all__ = ["signs_as_digits", "spoken_marks"]

_SIGN_NAMES = (
    "bindestrich|schrägstrich|querstrich|unterstrich|gedankenstrich|leerzeichen|leerschritt|leertaste|strich|punkt|"
    "minus|underscore|hyphen|dash|slash|stroke|space|blank|point|dot"
)
_MARKS = f"{_SIGN_NAMES}|komma|comma|pause|gap|leer|und|and|dann|then"
_PAIR = re.compile(
    rf"(?<=[0-9])[ ]{{0,2}}[(\[<{{]?[ ]?(?:{_SIGN_NAMES})"
    r"[ ]?[)\]>}]?[ ]{0,2}(?=[0-9]{2})",
    re.IGNORECASE,
)
_PREFILTER = re.compile(r"[0-9] ?[ (\[<{] ?[A-Za-zä]{3,14} ?[ )\]>}] ?[0-9]")
_FEWEST_DIGITS = 8
_GROUP = re.compile("[0-9]+")
_LONGEST_GAP = 20
_SAID = re.compile(
    rf"[^\w%€£$]{{0,3}}(?:(?:{_MARKS})[^\w%€£$]{{0,3}})(?P<letter>[A-Z](?:[^\w]{{1,3}}(?:{_MARKS})?[^\w]{{0,3}}))?",
    re.IGNORECASE,
)
_DRAWN = re.compile(r"[^\w%€£$@#]{4,8}|[^\w%€£$@#]{0,3}[→⇒➔➜➡>]+[^\w%€£$@#]{0,3}")
_TIMES = re.compile("[xX×]")
_NEAR = re.compile(r"[^\w%€£$@#]{1,3}(?:[A-Z][^\w%€£$@#]{0,3})?|[A-Z]")
_SIGNS = r"(?:[!|$@]|\(\)){1,4}"
_SIGN = re.compile(rf"(?<=[0-9]){_SIGNS}(?=[ .-]?[0-9])|(?<=[0-9][ .-]){_SIGNS}(?=[0-9])")
_LIKE_DIGITS = {"!": "1", "|": "1", "$": "5", "@": "4", "()": "0"}
_ONE_SIGN = re.compile(r"\(\)|.")


def spoken_marks(text: str) -> list[Edit]:
    """T11: words and rows of marks for separators between groups of digits to a space."""
    rows = _rows(text)
    if rows:
        return rows
    if _PREFILTER.search(text) is None:
        return []
    return [Edit(*found.span(), " ", evasive=True) for found in _PAIR.finditer(text)]


def _rows(text: str) -> list[Edit]:
    if count_digits(text) < _FEWEST_DIGITS:
        return []
    groups = [group.span() for group in _GROUP.finditer(text)]
    edits: list[Edit] = []
    row: list[Edit] = []
    digits = groups[0][1] - groups[0][0]
    for (_, end), (start, last) in pairwise(groups):
        found = _gap(text, end, start)
        if found is None:
            edits += _enough(row, digits)
            row, digits = [], 0
        else:
            row += found
        digits += last - start
    return edits + _enough(row, digits)


def _enough(row: list[Edit], digits: int) -> list[Edit]:
    return row if digits >= _FEWEST_DIGITS else []


def _gap(text: str, end: int, start: int) -> list[Edit] | None:
    """Return the edits of a gap between two groups of one number, None where it is none."""
    if start - end > _LONGEST_GAP:
        return None
    if said := _SAID.fullmatch(text, end, start):
        cut = said.start("letter")
        if cut < 0:
            return [Edit(end, start, " ", evasive=True)]
        return [
            Edit(end, cut, " ", evasive=True),
            *([Edit(cut + 1, start, " ", evasive=True)] if cut + 1 < start else []),
        ]
    if _DRAWN.fullmatch(text, end, start):
        return [Edit(end, start, " ", evasive=False)]
    if _NEAR.fullmatch(text, end, start):
        return []
    return [Edit(end, start, " ", evasive=True)] if _TIMES.fullmatch(text, end, start) else None


def signs_as_digits(text: str) -> list[Edit]:
    """T10: signs inside a number that look like digits."""
    if not any(sign in text for sign in _LIKE_DIGITS):
        return []
    signs = [sign.span() for row in _SIGN.finditer(text) for sign in _ONE_SIGN.finditer(text, *row.span())]
    if not signs or len(signs) + sum(map(len, _GROUP.findall(text))) < _FEWEST_DIGITS:
        return []
    return [Edit(start, end, _LIKE_DIGITS[text[start:end]], evasive=True) for start, end in signs]
