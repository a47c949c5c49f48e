"""
The words of a post in which names are looked for: where they stand, how they may be spelled, which begin a search.

A word is cut at digits, `_` and where small letters meet a capital one: `#PeterMüller`, `@peter_mueller77`. Where that
or a hyphen cuts something, also at the end of a line, the text is read a second time with the pieces together:
`Hans-Peter` may be `Hanspeter`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.spelling import PARTICLES, TITLES, fold, forms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proxy.core.detection.register.table import Shared
    from proxy.core.model import Surface

__all__ = ["WORD", "Look", "Placed", "Reader", "Word", "cut", "has_names", "nearby", "run_together"]

Look: TypeAlias = "Callable[[Kind, str], Shared | None]"
"""Says by how many customers a value is shared; None for a value of none."""
_LETTERS = r"[^\W\d_]+(?:['’`´][^\W\d_]+)*"
WORD = re.compile(_LETTERS)
_HYPHENS = "-\u2010\u2011\u2012\u2013"
_HYPHEN = f"[{_HYPHENS}]"
_NEXT_LINE = r"(?:[ \t]{0,4}\n[ \t]{0,4})?"
_CHAIN = re.compile(rf"{_LETTERS}(?:{_HYPHEN}{_NEXT_LINE}{_LETTERS})*")
_JOINT = re.compile(rf"[^\W\d_]{_HYPHEN}{_NEXT_LINE}[^\W\d_]|[a-zß-ÿ][A-ZÀ-ÖØ-Þ]")
_FILLER = re.compile(r"[\W_]{8,}")
"""Such a row between words counts as one sign: a name is not parted by dots or blanks, however many."""
_WITHOUT_NAMES = frozenset({"grouped", "stream", "worded"})
_FOREIGN = re.compile("[\u0370-\u052f]")
"""Greek and Cyrillic: what looks like Latin letters has become Latin in the normalised view."""
_RUN_TOGETHER = re.compile(r"[#@/]([^\W\d_]{6,40})(?![^\W\d_])")
_SHORTEST_HALF = 2
_LONGEST = 40
"""Letters of a word beyond which it is no name."""
_KNOWN_WORDS = 16_384
"""Words whose look-up is kept; a worker must not grow with what it is shown."""
_WIDEST = 48
"""Code points between the words of a name, of each row of blanks and marks one."""
_FARTHEST = 2
"""Words from one word of a name to the other."""
_WEIGHTLESS = PARTICLES | TITLES
_SMALL_WORDS = frozenset(
    """
    aber als am auch auf aus bei beim bin bis bist da damit dann das dass dein dem den der des die dies dir doch du ein
    eine einem einen einer eines er es euch euer für gegen hab habe haben hat hatte ich ihm ihn ihr ihre im in ins ist
    ja kein keine man mein meine mich mir mit nach nicht noch nun nur ob oder ohne schon sehr sein seine seit sich sie
    sind so über um und uns unser unsere unter vom von vor war waren was weil wenn wer wie wir wird wo zu zum zur
    about after and are as at be been but by can do for from get had has have he her him his how if is it its just me
    more my no not now of on one or our out she so that the their them then there they this to up us was we were what
    when which who with you your
    """.split()  # noqa: SIM905 - a list of strings would be four times as long
)
"""In small letters these are no part of anybody's name."""


class Word(NamedTuple):
    """A word that may belong to a name, wherever it stands."""

    text: str
    spellings: tuple[str, ...]
    """Folded; at least one."""
    known: tuple[str, ...]
    """Those that are somebody's last name, or half of one."""
    shared: Shared | None
    """By how many customers, of all of these the fewest."""
    weight: int
    """0 for what may stand inside a name without parting it: particles and titles."""


Placed: TypeAlias = tuple[int, int, Word, int]
"""
Start and end of a word in a text, the word, and how many code points before it do not count in distances: there are too
many of them for a class of their own.
"""


class _Read(NamedTuple):
    """What becomes of a run of letters."""

    pieces: tuple[tuple[int, int, Word], ...]
    """Those that may belong to a name, by their places in the run."""
    joint: bool
    """Whether it was written together from several words."""


class Reader:
    """Reads texts with the words that one register knows."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._read = lru_cache(maxsize=_KNOWN_WORDS)(self._judged)
        self._read_together = lru_cache(maxsize=_KNOWN_WORDS)(lambda chain: self._judged(_letters(chain)))

    def readings(self, text: str) -> list[list[Placed]]:
        """Return the words of a text from left to right, and once more with put together what was cut."""
        filled = _filled(text)
        words, joint = [], any(hyphen in text for hyphen in _HYPHENS)
        for match in WORD.finditer(text):
            pieces, several = self._read(match[0])
            joint = joint or several
            start = match.start()
            for first, last, word in pieces:
                words.append((start + first, start + last, word, filled(start)))
        return [words, self._together(text, filled)] if joint and _JOINT.search(text) is not None else [words]

    def _together(self, text: str, filled: Callable[[int], int]) -> list[Placed]:
        return [
            (chain.start(), chain.end(), word, filled(chain.start()))
            for chain in _CHAIN.finditer(text)
            for _, _, word in self._read_together(chain[0]).pieces
        ]

    def _judged(self, run: str) -> _Read:
        joint = _JOINT.search(run) is not None
        if run in _SMALL_WORDS or len(run) > _LONGEST:
            return _Read((), joint)
        words = ((first, last, self._word(run[first:last])) for first, last in cut(run))
        return _Read(tuple(placed for placed in words if placed[2].spellings), joint)

    def _word(self, text: str) -> Word:
        spellings = forms(text)
        found = {one: shared for one in spellings if (shared := self._look(Kind.WORD, one)) is not None}
        weight = 0 if text.casefold() in _WEIGHTLESS else 1
        return Word(text, spellings, tuple(found), min(found.values(), default=None), weight)


def _filled(text: str) -> Callable[[int], int]:
    """Return what says how many code points before a place do not count in distances."""
    ends, sums = [0], [0]
    for match in _FILLER.finditer(text):
        ends.append(match.end())
        sums.append(sums[-1] + len(match[0]) - 1)
    return lambda place: sums[bisect_right(ends, place) - 1]


def nearby(words: Sequence[Placed], index: int) -> list[tuple[Placed, Placed]]:
    """Return a last name with each word near it that may belong to it, in their order; two last names once."""
    placed = words[index]
    found = []
    left = _FARTHEST
    for place in range(index + 1, len(words)):
        other = words[place]
        left -= other[2].weight
        if left < 0 or _between(placed, other) > _WIDEST:
            break
        found.append((placed, other))
    left = _FARTHEST
    for place in range(index - 1, -1, -1):
        other = words[place]
        left -= other[2].weight
        if left < 0 or _between(other, placed) > _WIDEST:
            break
        if not other[2].known:
            found.append((other, placed))
    return found


def _between(one: Placed, other: Placed) -> int:
    """Return how far from the end of a word a later one begins."""
    return other[0] - other[3] - (one[1] - one[3])


def run_together(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield where a hashtag or handle stands, and each pair of folded words that it may be made of."""
    for match in _RUN_TOGETHER.finditer(text):
        word = match[1]
        if word[1:].islower() or word.isupper():
            for split in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
                yield match.start(1), match.end(1), fold(word[:split]), fold(word[split:])


def has_names(surface: Surface) -> bool:
    """Return whether names are looked for in a view."""
    if surface.name == "original":
        return _FOREIGN.search(surface.text) is not None
    return surface.name not in _WITHOUT_NAMES


def cut(word: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a word between the places where a capital follows a small letter."""
    if word[1:].islower() or word.islower() or word.isupper():
        yield 0, len(word)
    else:
        cuts = (place for place in range(1, len(word)) if word[place].isupper() and word[place - 1].islower())
        yield from pairwise((0, *cuts, len(word)))


def _letters(chain: str) -> str:
    """Return a chain of words as one, which is not cut again; a word that is none as it stands."""
    return chain if _JOINT.search(chain) is None else "".join(filter(str.isalpha, chain)).capitalize()
