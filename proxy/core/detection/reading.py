"""
A view on the desk, and the text a reader would see behind it.

Cues are words, so they are looked for where words stand apart: a joined view has the view that it was made from for
that. Joining keeps every letter and digit in order, so the same place is found by counting them.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.detection.cues import Cues, CueSearch
    from proxy.core.model import Surface

__all__ = ["JOINED", "Reading", "Sight"]

JOINED = frozenset({"grouped", "stream"})
"""Views in which words stand together."""
_WITHOUT_CUES = frozenset({"reversed", "mirrored", "decoded"})


class Reading:
    """A text in which words stand apart, with its cues; they are found when first asked for."""

    def __init__(self, surface: Surface, search: CueSearch) -> None:
        self.text = surface.text
        self.backwards = surface.name == "reversed"
        """Whether nobody said that this is to be read backwards."""
        self.from_plain = surface.name in _WITHOUT_CUES
        """Whether the words around a match are in the text as written, and not here."""
        self.hidden = surface.name == "decoded"
        self._search = search
        self._cues: Cues | None = None
        self._letters: list[int] | None = None

    @property
    def cues(self) -> Cues:
        """Return the cues of the text."""
        if self._cues is None:
            self._cues = self._search.find(self.text)
        return self._cues

    @property
    def letters(self) -> list[int]:
        """Return the places of letters and digits."""
        if self._letters is None:
            self._letters = _letters(self.text)
        return self._letters


class Sight:
    """One view that is being searched."""

    def __init__(
        self, surface: Surface, reading: Reading, plain: Reading, *, disguised: bool = False, dealt: bool = False
    ) -> None:
        self.surface = surface
        self.reading = reading
        self.plain = plain
        """The text as written: who turns a number round leaves the words before it as they are."""
        self.disguised = disguised
        """Whether letters have been read as digits: nothing counts here without a check."""
        self.dealt = dealt
        """Whether groups have been put together: what stood between them is not here."""
        self.raw = surface.text.encode()
        self.joined = dealt or surface.name in JOINED
        self._letters: list[int] | None = None

    def cued(self) -> Iterator[int]:
        """Yield the rules of which any cue may count here."""
        yield from self.reading.cues.rules
        if self.reading.from_plain:
            yield from self.plain.cues.rules

    def has_cue(self, rule: int) -> bool:
        """Return whether any cue of a rule may count here."""
        return self.reading.cues.of(rule) or (self.reading.from_plain and self.plain.cues.of(rule))

    def has_cue_near(self, rule: int, match: tuple[int, int], window: tuple[int, int]) -> bool:
        """Return whether a cue speaks for a match; for one written backwards or encoded, also a cue that is not."""
        place = self.in_reading(*match)
        if self.reading.cues.near(rule, place, window):
            return True
        if self.reading.hidden:
            return self.plain.cues.of(rule)
        return self.reading.from_plain and self.plain.cues.near(rule, self._turned(place), window)

    def _turned(self, place: tuple[int, int]) -> tuple[int, int]:
        """Return where a range of a text that runs backwards stands in the text as written."""
        ours, theirs = self.reading.letters, self.plain.letters
        if len(ours) != len(theirs):
            return 0, len(self.plain.text)
        first, last = bisect_left(ours, place[0]), bisect_left(ours, place[1])
        return theirs[-last], theirs[-first - 1] + 1

    def in_reading(self, start: int, end: int) -> tuple[int, int]:
        """
        Return the range of the reading that a range of this view stands for.

        Where letters got lost on the way it is the whole text: a cue counts wherever it stands.
        """
        if not self.joined:
            return start, end
        if self._letters is None:
            self._letters = _letters(self.surface.text)
        letters = self.reading.letters
        if self.surface.name == "stream":
            letters = [place for place in letters if self.reading.text[place].isascii()]
        if len(self._letters) != len(letters):
            return 0, len(self.reading.text)
        first, last = bisect_left(self._letters, start), bisect_left(self._letters, end)
        return (letters[first], letters[last - 1] + 1) if first < last else (0, len(self.reading.text))


def _letters(text: str) -> list[int]:
    return list(compress(range(len(text)), map(str.isalnum, text)))
