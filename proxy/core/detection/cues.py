"""
Words near a match that say what it is: `Depot-Nr. 123 456 78`, `4711-008 ist die Kundennummer`.

A cue counts before and after a match, within a number of tokens. Dots of abbreviations end no window, a blank line
does. Cues are searched in the view of the match and in the readable view around the author's place.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import re2

from proxy.core.detection.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proxy.core.model import Recognizer, Surface

__all__ = ["Cues", "Window"]

_LONGEST_TOKEN = 40
_JOINTS = re.compile(r"[\s.\-_/:]+")
_ANY_JOINT = r"[\s.\-_/:]{0,3}"
_ENDING = {"exact": "", "stem": "(?:e|en|n|er|s|es|nen|in|innen)?", "compound": r"\pL*"}


class Window(NamedTuple):
    """Where a match stands."""

    surface: Surface
    start: int
    end: int
    normalised: Surface | None

    def texts(self, before: int, after: int) -> Iterator[tuple[str, str]]:
        """Yield the tokens before and behind the match, in every view in which words can be read."""
        if self.surface.name not in {"grouped", "stream"}:
            yield _around(self.surface.text, self.start, self.end, before, after)
        if self.normalised is not None and self.normalised is not self.surface:
            placed = self.surface.place(self.start, self.end)
            if placed is not None:
                starts = self.normalised.starts
                span = placed[1]
                first = span.start if starts is None else bisect_left(starts, span.start)
                last = span.end if starts is None else bisect_left(starts, span.end)
                yield _around(self.normalised.text, first, last, before, after)


class Cues:
    """The cue words of one rule, compiled."""

    def __init__(self, words: Iterable[str], forms: str) -> None:
        """
        Compile words; `forms` is `exact`, `stem` or `compound`.

        Raises:
            ValueError: a word without a letter.
        """
        patterns = [_pattern(word) for word in words]
        self._search = None
        if patterns:
            options = re2.Options()
            options.log_errors = False
            left = r"\pL*" if forms == "compound" else ""
            body = "|".join(sorted(patterns))
            self._search = re2.compile(rf"(?:^|[^\pL\pN]){left}(?:{body}){_ENDING[forms]}(?:$|[^\pL])", options)

    def near(self, window: Window, recognizer: Recognizer) -> bool:
        """Return whether a cue stands within the window of a match."""
        if self._search is None:
            return False
        return any(
            self._search.search(fold(piece).text) is not None
            for pair in window.texts(recognizer.before, recognizer.after)
            for piece in pair
            if piece
        )


def _pattern(word: str) -> str:
    pieces = [re2.escape(piece) for piece in _JOINTS.split(fold(word).text) if piece]
    if not pieces:
        raise ValueError("a cue without a letter")
    return _ANY_JOINT.join(pieces)


def _around(text: str, start: int, end: int, before: int, after: int) -> tuple[str, str]:
    left = text[max(0, start - before * _LONGEST_TOKEN) : start].rpartition("\n\n")[2]
    right = text[end : end + after * _LONGEST_TOKEN].partition("\n\n")[0]
    return _last(left, before), _first(right, after)


def _last(text: str, tokens: int) -> str:
    ends = [match.start() for match in re.finditer(r"\S+", text)]
    return text if len(ends) <= tokens else text[ends[-tokens] :]


def _first(text: str, tokens: int) -> str:
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    return text if len(ends) <= tokens else text[: ends[tokens - 1]]
