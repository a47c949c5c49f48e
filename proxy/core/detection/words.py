"""
Where words and sentence ends of a folded text are.

Found once for a text, when first asked for, and asked by bisection: many hits in one long word stay cheap.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

__all__ = ["LONGEST_GAP", "Words"]

LONGEST_GAP = 4
"""How many words may stand in a gap of a phrase."""
_SHORTEST_SENTENCE_END = 5
"""Letters of a word whose dot ends a sentence; shorter ones may be abbreviations, and a gap reaches across them."""


_WORD = re.compile(r"[^\W_]+")
_STOP = re.compile(r"[!?\n]|(?<=[^\W_])\.(?=[ \n]|\Z)")


class Words:
    """Words and sentence ends of one folded text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: tuple[list[int], list[int]] | None = None
        self._stops: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """Return where words start."""
        return self._found()[0]

    @property
    def ends(self) -> list[int]:
        """Return where words end."""
        return self._found()[1]

    def _found(self) -> tuple[list[int], list[int]]:
        if self._words is None:
            spans = [word.span() for word in _WORD.finditer(self._text)]
            self._words = [start for start, _ in spans], [end for _, end in spans]
        return self._words

    @property
    def stops(self) -> list[int]:
        """Return where sentences end; most texts are never asked."""
        if self._stops is None:
            self._stops = [stop.start() for stop in _STOP.finditer(self._text) if self._ends_sentence(stop)]
        return self._stops

    def _ends_sentence(self, stop: re.Match[str]) -> bool:
        if stop[0] != ".":
            return True
        word = self._text[self.starts[bisect_left(self.ends, stop.start())] : stop.start()]
        return len(word) >= _SHORTEST_SENTENCE_END and word.isalpha()

    def around(self, start: int, end: int) -> tuple[int, int]:
        """Widen a range to whole words."""
        if self._inside(start):
            start = self.starts[bisect_right(self.starts, start) - 1]
        if self._inside(end):
            end = self.ends[bisect_left(self.ends, end)]
        return start, end

    def _inside(self, position: int) -> bool:
        """Return whether a place is in the middle of a word; most hits are whole words, and nothing has to be found."""
        return position > 0 and self._text[position - 1].isalnum() and self._text[position : position + 1].isalnum()

    def near(self, end: int, start: int) -> bool:
        """Return whether at most four words and no sentence end stand between two places."""
        between = bisect_left(self.starts, start) - bisect_left(self.starts, end)
        return between <= LONGEST_GAP and bisect_left(self.stops, end) == bisect_left(self.stops, start)
