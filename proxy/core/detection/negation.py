"""
Whether the clause around a word denies it: `nicht garantiert`, `no guarantee`, `garantieren wir nicht`.

Made for claims. Careful on the side of the claim: `garantiert kein Verlust` and `nicht nur sicher` deny nothing, a
denial far away or behind a comma reaches no word. Works on folded text, and only where there are words to judge.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

__all__ = ["Negation"]

_BEFORE = (
    "nicht|nichts|nie|niemals|kein|keine|keinen|keiner|keinem|keines|keinerlei|ohne|niemand|weder|noch nie|kaum|"
    "not|no|never|nor|without|cannot|can't|won't|don't|doesn't|isn't|aren't|didn't|wasn't|couldn't|wouldn't|"
    "shouldn't|hardly|nobody|none"
)
_AT_END = "nicht|nichts|nie|niemals|nicht mehr|not|never|keine|keinen|keiner|kein"
_EMPHASIS = "nur|bloss|allein|zuletzt|only|just|merely|umsonst|doubt"
_DENIAL = re.compile(rf"(?<![^\W_])(?:{_BEFORE})(?![^\W_])(?! (?:{_EMPHASIS})(?![^\W_]))(?!-)")
_FINAL = re.compile(rf"(?<![^\W_])(?:{_AT_END})\W*$")
_CLAUSE_END = re.compile(
    r"[.!?;:,\n()\u2026\"\u201c\u201d\u201e\u00bb\u00ab]| [-\u2013\u2014] "
    r"| (?:aber|sondern|doch|but|yet|however|weil|because) ",
)
_REACH = 5
"""Words between a denial and what it denies."""
_FAR = 200
"""Characters beyond which nobody looks: many words in a long text stay cheap."""


class Negation:
    """The denials of one folded text, looked for when the first word asks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._denials = [(match.start(), match.end()) for match in _DENIAL.finditer(text)]
        self._starts = [start for start, _ in self._denials]
        self._breaks: list[int] | None = None

    def denies(self, start: int, end: int) -> bool:
        """Return whether the clause of `start..end` denies it from outside."""
        if not self._denials:
            return False
        if self._breaks is None:
            self._breaks = [match.start() for match in _CLAUSE_END.finditer(self._text)]
        first, last = self._clause(start, end)
        before = bisect_left(self._starts, start) - 1
        if before >= 0:
            denial = self._denials[before]
            if denial[0] >= first and denial[1] <= start and self._near(denial[1], start):
                return True
        return last - end < _FAR and _FINAL.search(self._text[end:last]) is not None

    def _clause(self, start: int, end: int) -> tuple[int, int]:
        breaks = self._breaks or []
        before = bisect_left(breaks, start) - 1
        after = bisect_right(breaks, end - 1)
        return breaks[before] if before >= 0 else 0, breaks[after] if after < len(breaks) else len(self._text)

    def _near(self, end: int, start: int) -> bool:
        return start - end < _FAR and len(self._text[end:start].split()) <= _REACH
