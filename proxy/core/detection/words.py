"""
Where words and sentence ends of a folded text are.

Found once for a text and asked by bisection, so that many hits in one long word stay cheap.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

__all__ = ["LONGEST_GAP", "Words"]

LONGEST_GAP = 4
"""How many words may stand in a gap of a phrase."""
_SHORTEST_SENTENCE_END = 5
"""Letters of a word whose dot ends a sentence; shorter ones may be abbreviations, and a gap reaches across them."""


class Words:
    """Words and sentence ends of one folded text."""

    def __init__(self, text: str) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.stops: list[int] = []
        inside = False
        for position, character in enumerate(text):
            if character.isalnum() != inside:
                inside = not inside
                (self.starts if inside else self.ends).append(position)
            if character in ".!?\n" and self._stops_at(text, position):
                self.stops.append(position)
        if inside:
            self.ends.append(len(text))

    def _stops_at(self, text: str, position: int) -> bool:
        if text[position] != ".":
            return True
        if text[position + 1 : position + 2] not in {"", " ", "\n"} or not self.ends or self.ends[-1] != position:
            return False
        word = text[self.starts[-1] : position]
        return len(word) >= _SHORTEST_SENTENCE_END and word.isalpha()

    def around(self, start: int, end: int) -> tuple[int, int]:
        """Widen a range to whole words."""
        first = bisect_right(self.starts, start) - 1
        last = bisect_left(self.ends, end)
        wide_start = self.starts[first] if first >= 0 and self.ends[first] > start else start
        wide_end = self.ends[last] if last < len(self.ends) and self.starts[last] < end else end
        return wide_start, wide_end

    def near(self, end: int, start: int) -> bool:
        """Return whether at most four words and no sentence end stand between two places."""
        between = bisect_left(self.starts, start) - bisect_left(self.starts, end)
        return between <= LONGEST_GAP and bisect_left(self.stops, end) == bisect_left(self.stops, start)
