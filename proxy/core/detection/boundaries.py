"""
What may stand next to a match.

Checked here and not by the pattern: RE2's word boundary takes `Ü` for the end of a word. In views whose groups have
been joined, words end where the author left a gap; digits never do, because there a number goes on.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from proxy.core.model import Surface

__all__ = ["KINDS", "Boundary"]

KINDS = ("word", "field", "digit", "none")
_NO_DIGIT = re.compile(r"[^0-9]")
_NO_WORD = re.compile(r"\W")
_NO_FIELD = re.compile(r"[\W_]")


class Boundary:
    """The ends of matches in one view."""

    def __init__(self, kind: str, surface: Surface, *, joined: bool) -> None:
        """
        Remember the view.

        Raises:
            ValueError: there is no boundary of this kind.
        """
        if kind not in KINDS:
            raise ValueError(f"a boundary is word, field, digit or none, not {kind!r}")
        self._text = surface.text
        self._places = _places(surface) if joined and kind in {"word", "field"} else None
        self._free = kind == "none"
        self._inside, self._outside = _ENDS.get(kind, _ENDS["word"])

    def holds(self, start: int, end: int) -> bool:
        """Return whether nothing touches `start:end`."""
        return self._open(start) and self._open(end, after=True)

    def next_start(self, position: int) -> int:
        """Return the first place from `position` on where a match may begin."""
        length = len(self._text)
        while position < length and not self._open(position):
            if self._places is not None:
                position += 1
                continue
            outside = self._outside.search(self._text, position)
            # A match may begin behind the next character that is not part of a word.
            position = length if outside is None else outside.end()
        return position

    def _open(self, position: int, *, after: bool = False) -> bool:
        if self._free or position <= 0 or position >= len(self._text):
            return True
        if not self._inside(self._text[position if after else position - 1]):
            return True
        return self._gap(position)

    def _gap(self, position: int) -> bool:
        """Return whether the author left one here, where groups have been joined."""
        if self._places is None:
            return False
        starts, ends = self._places
        return starts[position] > ends[position - 1] or ends[position] < starts[position - 1]


def _places(surface: Surface) -> tuple[Sequence[int], Sequence[int]] | None:
    """Return where every character came from; None for a view that is the text itself."""
    return None if surface.starts is None or surface.ends is None else (surface.starts, surface.ends)


def _in_field(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _in_word(character: str) -> bool:
    return character == "_" or _in_field(character)


_ENDS: dict[str, tuple[Callable[[str], bool], re.Pattern[str]]] = {
    "word": (_in_word, _NO_WORD),
    "field": (_in_field, _NO_FIELD),
    "digit": (str.isdecimal, _NO_DIGIT),
}
