"""
Where words and sentence ends of a folded text are.

Found once for a text, when first asked for, and asked by bisection: many hits in one long word stay cheap.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

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

    @cached_property
    def starts(self) -> list[int]:
        """Return where words start."""
        return [word.start() for word in _WORD.finditer(self._text)]

    @cached_property
    def ends(self) -> list[int]:
        """Return where words end."""
        return [word.end() for word in _WORD.finditer(self._text)]

    @cached_property
    def stops(self) -> list[int]:
        """Return where sentences end; most texts are never asked."""
        return [stop.start() for stop in _STOP.finditer(self._text) if self._ends_sentence(stop)]

    def _ends_sentence(self, stop: re.Match[str]) -> bool:
        if stop[0] != ".":
            return True
        word = self._text[self.starts[bisect_left(self.ends, stop.start())] : stop.start()]
        return len(word) >= _SHORTEST_SENTENCE_END and word.isalpha()

    def around(self, start: int, end: int) -> tuple[int, int]:
        """Widen a range to whole words."""
        text = self._text
        # Most hits are whole words, and nothing has to be found.
        if 0 < start < len(text) and text[start].isalnum() and text[start - 1].isalnum():
            start = self.starts[bisect_right(self.starts, start) - 1]
        if 0 < end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
            end = self.ends[bisect_left(self.ends, end)]
        return start, end

    def near(self, end: int, start: int) -> bool:
        """Return whether at most four words and no sentence end stand between two places."""
        between = bisect_left(self.starts, start) - bisect_left(self.starts, end)
        return between <= LONGEST_GAP and bisect_left(self.stops, end) == bisect_left(self.stops, start)
