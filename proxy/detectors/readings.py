"""
Other ways to read a text, for models that have learnt from carefully written ones.

`spelt_out` opens names that are written as one word in hashtags, handles and file names: `#AnnaMeier`, `anna_meier`.
`recased` gives shouted and carelessly lower-cased text the case its words usually have. Each reading knows where its
characters come from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_GLUED = re.compile(r"(?<![\w.])(?:[#@]?[^\W\d_]{2,}(?:_[^\W\d_]{2,})+|[#@][^\W\d_]+)(?![^\W_]*@)")
"""Words glued by underscores, tags and handles; not the account of an e-mail address."""
_SEAM = re.compile(r"_|(?<=[^\W\d_A-ZÄÖÜ])(?=[A-ZÄÖÜ])")
"""An underscore, or a small letter before a capital."""
_WORD = re.compile(r"[^\W\d_]+")
_CAPITALS = re.compile(r"[A-ZÄÖÜ]{4}")
"""Without these nobody shouts; abbreviations are shorter."""
_FEWEST_WORDS = 3
"""Words in a text without capitals, below which nobody can tell how it was written."""
_WIDEST_GAP = 3
"""Characters between two words that are shouted in one breath."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as it may be read, and the place of each of its characters in the text it was made from."""

    text: str = field(repr=False)
    places: tuple[int, ...] | None = field(default=None, repr=False)
    """None where every character stands at its own place."""

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the text it was made from."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def spelt_out(text: str) -> Reading:
    """Return the text with glued words apart; unchanged where there are none."""
    if "#" not in text and "@" not in text and "_" not in text:
        return Reading(text=text)
    letters: list[str] = []
    places: list[int] = []
    last = 0
    for glued in _GLUED.finditer(text):
        for seam in _SEAM.finditer(text, glued.start() + 1, glued.end()):
            letters.extend(text[last : seam.start()])
            places.extend(range(last, seam.start()))
            letters.append(" ")
            # A space that is not in the text belongs to the character before it.
            places.append(seam.start() if seam.end() > seam.start() else seam.start() - 1)
            last = seam.end()
    if not letters:
        return Reading(text=text)
    letters.extend(text[last:])
    places.extend(range(last, len(text)))
    return Reading(text="".join(letters), places=tuple(places))


def recased(reading: Reading, is_name: Callable[[str], bool], is_word: Callable[[str], bool]) -> Reading | None:
    """
    Return the text with the usual case of its words; None where its writer did not shout and used capitals.

    Args:
        is_name: whether a word is a name when written with a capital.
        is_word: whether a word is known in lower case.
    """
    text = reading.text
    if text.islower():
        if len(_WORD.findall(text)) < _FEWEST_WORDS:
            return None
        changed = _WORD.sub(lambda word: _titled(word.group(), is_name), text)
    else:
        changed = _quieter(text, is_name, is_word) if _CAPITALS.search(text) else text
    if changed == text or len(changed) != len(text):
        return None
    return Reading(text=changed, places=reading.places)


def _titled(word: str, is_name: Callable[[str], bool]) -> str:
    """Return a small word with a capital if that makes it a name."""
    return word.capitalize() if is_name(word) else word


def _quieter(text: str, is_name: Callable[[str], bool], is_word: Callable[[str], bool]) -> str:
    """Return the text with shouted words in usual case."""
    pieces: list[str] = []
    last = 0
    for start, end in _shouted(text):
        pieces += text[last:start], _WORD.sub(lambda word: _usual(word.group(), is_name, is_word), text[start:end])
        last = end
    return "".join((*pieces, text[last:]))


def _shouted(text: str) -> Iterator[tuple[int, int]]:
    """Yield runs of at least two words in capitals, of which one is no abbreviation."""
    start = end = -1
    for word in _WORD.finditer(text):
        if start >= 0 and (not word.group().isupper() or word.start() - end > _WIDEST_GAP):
            yield from _run(text, start, end)
            start = -1
        if word.group().isupper():
            start, end = word.start() if start < 0 else start, word.end()
    if start >= 0:
        yield from _run(text, start, end)


def _run(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if _CAPITALS.search(text, start, end) and len(_WORD.findall(text, start, end)) > 1:
        yield start, end


def _usual(word: str, is_name: Callable[[str], bool], is_word: Callable[[str], bool]) -> str:
    if len(word) < 2:
        return word
    lowered = word.lower()
    usual = lowered if is_word(lowered) and not is_name(lowered) else word.capitalize()
    # A few letters of the world take another room in another case.
    return usual if len(usual) == len(word) else word
