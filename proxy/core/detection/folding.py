"""
Fold a text so that spellings which mean the same word are the same characters, with the way back.

Case, `ß`/`ss`, `ä`/`ae`, dashes, apostrophes and the length of white space make no difference afterwards. A blank line
stays a line feed: no phrase reaches across it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

__all__ = ["Folded", "fold"]

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SAME = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b`\u00b4", "'"),
}

_SPECIAL = re.compile(r"\s{2,}|[^\S ]|[^\x00-\x7f]|`")
"""What is not just put into lower case: runs of white space, line ends and the like, all beyond ASCII."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A folded text. From folded index `folds[i]` on, characters come one by one from `origins[i]` on."""

    text: str = field(repr=False)
    folds: tuple[int, ...] = field(default=(0,), repr=False)
    origins: tuple[int, ...] = field(default=(0,), repr=False)

    def start(self, index: int) -> int:
        """Return the place in the unfolded text that a folded character came from."""
        if len(self.folds) == 1:  # nothing was folded away or spread out
            return index
        nearest = bisect_right(self.folds, index) - 1
        return self.origins[nearest] + index - self.folds[nearest]

    def end(self, index: int) -> int:
        """Return the place behind the one that the folded character before `index` came from."""
        return self.start(index - 1) + 1


def fold(text: str) -> Folded:
    """Fold a text."""
    if text.isascii() and not _has_wide_space(text):
        return Folded(text=text.lower().replace("`", "'"))
    pieces: list[str] = []
    folds, origins = [0], [0]
    length = position = 0
    for mark in _SPECIAL.finditer(text):
        plain = text[position : mark.start()]
        length += len(plain)
        position = mark.start()
        piece, following = _fold_at(text, position)
        pieces += (plain.lower(), piece)
        if len(piece) != 1 or following != position + 1:
            for extra in range(1, len(piece)):
                folds.append(length + extra)
                origins.append(position)
            folds.append(length + len(piece))
            origins.append(following)
        length += len(piece)
        position = following
    pieces.append(text[position:].lower())
    return Folded(text="".join(pieces), folds=tuple(folds), origins=tuple(origins))


def _has_wide_space(text: str) -> bool:
    return "  " in text or "\n" in text or "\t" in text or "\r" in text


def _fold_at(text: str, position: int) -> tuple[str, int]:
    """Return what a character, or a run of white space, becomes, and where the next one begins."""
    character = text[position]
    if character.isspace():
        end = position + 1
        while end < len(text) and text[end].isspace():
            end += 1
        return "\n" if text.count("\n", position, end) > 1 else " ", end
    same = _SAME.get(character)
    return same if same is not None else character.casefold().translate(_UMLAUTS), position + 1
