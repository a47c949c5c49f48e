"""
Marks of lists, and of texts in several parts: `1)`, `b.`, `III:`, `Teil 2:`, `2/3`. They are no digits of a number.
"""

from __future__ import annotations

import re

__all__ = ["without_marks"]

_WORDS = "teil|part|zeile|line|block|reihe|row|stück|piece|schritt|step|nr|no|nummer|number|tweet|post|hinweis|clue"
_MARK = re.compile(
    r"(?m:^)[^\w\n]{0,4}(?:[0-9]{1,2}|[ivxIVX]{1,4}|[A-Za-z])[.):/][ \t]+(?=\S)"
    r"|(?m:^)[^\w\n]{0,4}[0-9] ?/ ?[0-9][.):]?[ \t]+(?=\S)"
    r"|(?m:^)[^\w\n]{0,4}[a-zA-Z]\)(?=\S)"
    rf"|\b(?i:{_WORDS})\.?[ ]?#?[0-9]{{1,2}}(?:[ ](?:von|of)[ ][0-9]{{1,2}}|/[0-9]{{1,2}})?(?=[.):,–-]| [-–])"
)  # fmt: skip
_COUNTED = re.compile(
    rf"(?m:^)[^\w\n]{{0,4}}(?:(?i:{_WORDS})[.:#]?[ ]?)?(?P<number>[0-9]{{1,2}})(?: ?/ ?[0-9]{{1,2}})?[.):]?[ \t]+(?=\S)"
)
_FIRST = re.compile(r"(?m:^)[^\w\n]{0,4}(?:[A-Za-z]{2,8}[.:#]?[ ]?)?1[^0-9]")


def without_marks(text: str) -> str:
    """Return the text with blanks for its marks: nothing moves."""
    text = _MARK.sub(lambda mark: " " * len(mark[0]), text)
    counted = _counted(text)
    pieces = (
        f"{' ' * (end - start)}{text[end:following]}"
        for (start, end), following in zip(counted, (*(start for start, _ in counted[1:]), len(text)), strict=True)
    )
    return f"{text[: counted[0][0]]}{''.join(pieces)}" if counted else text


def _counted(text: str) -> list[tuple[int, int]]:
    """Return the numbers that lines begin with, where they count from one on: `1 677`, `2 669`."""
    if _FIRST.search(text) is None:
        return []
    found: list[tuple[int, int]] = []
    for mark in _COUNTED.finditer(text):
        if int(mark["number"]) == len(found) + 1:
            found.append(mark.span())
    return found if len(found) > 1 else []
