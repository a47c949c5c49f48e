"""
What people who write policies may see of a post: its words around a finding, without anything that names or counts.

Of the text only words in small letters remain. Findings become the name of their entity, everything else a mark: what
has a digit, a capital or a sign other than punctuation. In a text without capitals nobody can tell names from other
words, so no word remains.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from proxy.core.model import Finding

__all__ = ["MARK", "WHOLE_POST", "masked", "telling"]

MARK = "…"
WHOLE_POST = "DISCLOSURE"
"""Stands for a post as a whole: its place would hide every word."""
_AROUND = 40
"""Code points before and after the place that is shown."""
_SHORTEST = 2
"""Letters of a word that remains: single letters may be those of a name that is spread."""
_LONGEST = 24
_WORD = re.compile(r"\S+")
_EDGES = ".,;:!?()\"'„“”»«"
_MARKS = re.compile(rf"{MARK}(?:\s+{MARK})+")


def masked(text: str, findings: Sequence[Finding], place: tuple[int, int]) -> str:
    """Return the words around a place of a part, masked; `findings` are all those of that part."""
    start, end = max(0, place[0] - _AROUND), min(len(text), place[1] + _AROUND)
    readable = _readable(text)
    shown: list[str] = []
    done = start
    for low, high, label in _labels(findings):
        if high <= start or low >= end:
            continue
        shown += [*_words(text, done, low, readable=readable), f"[{label}]"]
        done = max(done, high)
    shown += _words(text, done, end, readable=readable)
    return _MARKS.sub(MARK, " ".join(shown))


def telling(text: str) -> tuple[tuple[int, int], ...]:
    """Return the places of all words of a text that may name or count: those that `masked` makes a mark of."""
    readable = _readable(text)
    places = (match.span() for match in _WORD.finditer(text))
    return tuple((start, end) for start, end in places if _word(text, start, end, readable=readable) == MARK)


def _readable(text: str) -> bool:
    """Return whether names can be told from other words by their capitals."""
    return any(letter.isupper() for letter in text) and any(letter.islower() for letter in text)


def _labels(findings: Iterable[Finding]) -> list[tuple[int, int, str]]:
    """Return the places of findings with their names; what overlaps becomes one place."""
    joined: list[tuple[int, int, set[str]]] = []
    for one in sorted(findings, key=lambda one: (one.span.start, one.span.end)):
        if one.entity == WHOLE_POST:
            continue
        name = one.rule if one.entity == "WORDS" else one.entity
        if joined and one.span.start < joined[-1][1]:
            low, high, names = joined[-1]
            joined[-1] = (low, max(high, one.span.end), names | {name})
        else:
            joined.append((one.span.start, one.span.end, {name}))
    return [(low, high, "+".join(sorted(names))) for low, high, names in joined]


def _words(text: str, start: int, end: int, *, readable: bool) -> list[str]:
    """Return the words of a range; one that goes on beyond it is masked, so that no part of a word is shown."""
    return [
        _word(text, start + match.start(), start + match.end(), readable=readable)
        for match in _WORD.finditer(text[start:end])
    ]


def _word(text: str, start: int, end: int, *, readable: bool) -> str:
    cut = (start > 0 and not text[start - 1].isspace()) or (end < len(text) and not text[end].isspace())
    word = text[start:end].strip(_EDGES)
    plain = word.isalpha() and word.islower() and _SHORTEST <= len(word) <= _LONGEST
    return word if plain and readable and not cut else MARK
