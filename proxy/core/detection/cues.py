"""
Words that speak for a match nearby: `Kundennummer` before or after eight digits.

All cues of all rules are searched for at once, folded as word lists are. A cue counts when few enough words stand
between it and the match. Behind a match the window ends with the sentence or the line; before it, it reaches across
one end (`Here is my card. The number is ...`) until another number or label comes first, and never across a blank line.
The dot of an abbreviation ends nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import ahocorasick

from proxy.core.detection.folding import fold
from proxy.core.detection.inflection import endings_after, endings_for_last_e
from proxy.core.detection.words import Words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["CueSearch", "Cues"]

_SINGLE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
_BLANK_LINE = "\n\n"
_NEXT = re.compile(r"[0-9]{3}|(?:^|[.!?\n])[^\w:]*\w+(?: \w+)?:\s*$")
"""Another number, or another label right before the match; a sentence that ends in a colon announces what follows."""
_NEW_LABEL = re.compile(r"[.!?] \w+:\s*$")
_SHORTEST_IN_HASHTAG = 5
_LONGEST_HASHTAG = 100


class _Cue(NamedTuple):
    rule: int
    left_free: bool
    endings: frozenset[str] | None
    """What may follow; `None` for anything."""


class CueSearch:
    """The cues of all rules, compiled; a rule is its number."""

    def __init__(self, cues: Sequence[tuple[Sequence[str], str]]) -> None:
        """
        Compile the cues of rules, each with their form: `exact`, `stem` or `compound`.

        Raises:
            ValueError: a cue of unknown form, or without a letter or digit.
        """
        self._after, self._for_last_e = endings_after("any"), endings_for_last_e("any")
        patterns: defaultdict[str, list[_Cue]] = defaultdict(list)
        for rule, (words, form) in enumerate(cues):
            for word in words:
                self._add(patterns, rule, word, form)
        self._longest = max((len(ending) for ending in (*self._after, *self._for_last_e)), default=0)
        self._automaton = ahocorasick.Automaton()
        for text, found in patterns.items():
            self._automaton.add_word(text, (len(text), tuple(found)))
        self._automaton.make_automaton()

    def _add(self, patterns: defaultdict[str, list[_Cue]], rule: int, word: str, form: str) -> None:
        folded = fold(word.strip()).text
        if not any(character.isalnum() for character in folded):
            raise ValueError("every cue has a letter or digit")
        match form:
            case "exact":
                free, open_end = word.startswith("*"), word.endswith("*")
                cue = _Cue(rule, left_free=free, endings=None if open_end else frozenset({""}))
                patterns[fold(word.strip("* ")).text].append(cue)
            case "stem":
                patterns[folded].append(_Cue(rule, left_free=False, endings=self._after))
                if folded.endswith("e") and len(folded) > 3:
                    patterns[folded[:-1]].append(_Cue(rule, left_free=False, endings=self._for_last_e))
            case "compound":
                patterns[folded].append(_Cue(rule, left_free=True, endings=None))
            case _:
                raise ValueError(f"a cue's form is exact, stem or compound, not {form!r}")

    def find(self, text: str) -> Cues:
        """Return where in a text the cues of which rules stand."""
        folded = fold(text)
        places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        # An automaton without words refuses to search.
        if len(self._automaton):
            for last, (length, found) in self._automaton.iter(folded.text):
                end = last + 1
                start = end - length
                for rule in {cue.rule for cue in found if self._fits(folded.text, start, end, cue)}:
                    places[rule].append((folded.start(start), folded.end(end)))
        return Cues(text, dict(places))

    def _fits(self, text: str, start: int, end: int, cue: _Cue) -> bool:
        open_left = cue.left_free or start == 0 or not text[start - 1].isalnum()
        if open_left and (cue.endings is None or self._ends(text, end, cue.endings)):
            return True
        return end - start >= _SHORTEST_IN_HASHTAG and _in_hashtag(text, start)

    def _ends(self, text: str, end: int, endings: frozenset[str]) -> bool:
        reach = end
        while reach < len(text) and reach - end <= self._longest:
            if text[end:reach] in endings and not text[reach].isalnum():
                return True
            reach += 1
        return reach == len(text) and text[end:reach] in endings


class Cues:
    """What was found in one text, asked match by match."""

    def __init__(self, text: str, places: dict[int, list[tuple[int, int]]]) -> None:
        self._text = text
        self._places = places
        self._words: Words | None = None

    @property
    def rules(self) -> Collection[int]:
        """Return the rules of which any cue stands in the text."""
        return self._places.keys()

    def of(self, rule: int) -> bool:
        """Return whether any cue of a rule stands anywhere in the text."""
        return rule in self._places

    def near(self, rule: int, match: tuple[int, int], window: tuple[int, int]) -> bool:
        """Return whether a cue of a rule stands within so many words before or after a match, or inside it."""
        places = self._places.get(rule)
        if not places:
            return False
        words = self._words
        if words is None:
            # A line that merely goes on is no end of a sentence; `_before` looks at line ends itself.
            words = self._words = Words(_SINGLE_BREAK.sub(" ", self._text))
        start, end = match
        first, last = _around(words, start, end, window)
        # Only places that begin inside the window are asked, however many there are.
        low = bisect_left(places, (first, 0)) - 1
        for cue in places[max(low, 0) :]:
            if cue[0] >= last:
                return False
            if _speaks(self._text, words, cue, (start, end), window):
                return True
        return False


def _around(words: Words, start: int, end: int, window: tuple[int, int]) -> tuple[int, int]:
    """Return the widest range in which a cue may begin; a cue may have several words itself."""
    before = bisect_left(words.starts, start) - window[0] - _LONGEST_CUE
    after = bisect_left(words.starts, end) + window[1]
    first = words.starts[before] if before >= 0 else 0
    last = words.starts[after] if after < len(words.starts) else len(words.starts) and words.ends[-1] + 1
    return first, max(last, end)


_LONGEST_CUE = 6


def _speaks(text: str, words: Words, cue: tuple[int, int], match: tuple[int, int], window: tuple[int, int]) -> bool:
    if cue[1] <= match[0]:
        return _before(text, words, cue[1], match[0], window[0])
    if cue[0] >= match[1]:
        return _after(text, words, match[1], cue[0], window[1])
    return True


def _before(text: str, words: Words, end: int, start: int, most: int) -> bool:
    """Return whether a cue that ends at `end` still speaks for a match that begins at `start`."""
    following = bisect_left(words.starts, end)
    if bisect_left(words.starts, start) - following >= most:
        return False
    gap = text[end:start]
    first = words.starts[following] if following < len(words.starts) else start
    if _BLANK_LINE in text[min(first, start) : start]:
        return False
    stopped = "\n" in gap or bisect_left(words.stops, end) != bisect_left(words.stops, start)
    if not stopped:
        return _NEW_LABEL.search(gap) is None
    # What follows goes on about the cue, unless another number or another label came first.
    return _NEXT.search(gap.lstrip(" :=#-–.")) is None


def _after(text: str, words: Words, end: int, start: int, most: int) -> bool:
    between = bisect_left(words.starts, start) - bisect_left(words.starts, end)
    if between >= most or "\n" in text[end:start]:
        return False
    return bisect_left(words.stops, end) == bisect_left(words.stops, start)


def _in_hashtag(text: str, start: int) -> bool:
    """Return whether the word around a place is a hashtag: words in it stand together."""
    first = start
    while first > 0 and start - first < _LONGEST_HASHTAG and (text[first - 1].isalnum() or text[first - 1] == "_"):
        first -= 1
    return first > 0 and text[first - 1] == "#"
