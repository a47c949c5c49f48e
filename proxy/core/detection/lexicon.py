"""
Word lists, searched for all at once.

One automaton holds every term of every list, folded: case, `ß`/`ss` and `ä`/`ae` make no difference. A raw hit counts
when its surroundings fit the term's form; excluded longer words take hits back. A span always covers whole words.
Time grows with the text and the hits, never with their product.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import ahocorasick

from proxy.core.detection.folding import fold
from proxy.core.detection.inflection import endings_after, endings_for_last_e
from proxy.core.detection.negation import Negation
from proxy.core.detection.words import Words
from proxy.core.model import Confidence, Finding, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from proxy.core.detection.folding import Folded
    from proxy.core.model import Lexicon, Surface

__all__ = ["GAP", "LexiconMatcher"]

DETECTOR = "lexicons"
GAP = "*"
_WORDLESS_VIEWS = frozenset({"grouped", "stream"})
"""Where words stand together: nothing there tells a word from the end of one and the beginning of the next."""


class _Pattern(NamedTuple):
    """One string in the automaton: a term, or one piece of a phrase between gaps."""

    phrase: int
    piece: int
    length: int
    left_free: bool
    """Letters may precede."""
    endings: frozenset[str] | None
    """What may follow; `None` for anything."""


class _Phrase(NamedTuple):
    """What pieces belong to; a term without gap is a phrase of one piece."""

    lexicon: int
    pieces: int
    excludes: bool


class _Hit(NamedTuple):
    start: int
    piece: int
    end: int
    phrase: int


_EXACTLY = frozenset({""})
_Group: TypeAlias = tuple[bool, "frozenset[str] | None", tuple[_Pattern, ...]]


def _grouped(patterns: Iterable[_Pattern]) -> tuple[_Group, ...]:
    """Put patterns together that fit the same surroundings: many phrases begin with one word, one look is enough."""
    groups: defaultdict[tuple[bool, frozenset[str] | None], list[_Pattern]] = defaultdict(list)
    for pattern in patterns:
        groups[pattern.left_free, pattern.endings].append(pattern)
    return tuple((left_free, endings, tuple(together)) for (left_free, endings), together in groups.items())


class LexiconMatcher:
    """All word lists of a bundle, compiled."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        """
        Compile word lists.

        Raises:
            ValueError: a term of unknown form or without a word, or a list in an unknown language.
        """
        self._ids = tuple(lexicon.id for lexicon in lexicons)
        self._phrases: list[_Phrase] = []
        self._patterns: defaultdict[str, list[_Pattern]] = defaultdict(list)
        for number, lexicon in enumerate(lexicons):
            after, for_last_e = endings_after(lexicon.language), endings_for_last_e(lexicon.language)
            for term in lexicon.terms:
                self._add(_Phrase(number, 0, excludes=False), term.text, term.forms, (after, for_last_e))
            for word in lexicon.exclude:
                self._add(_Phrase(number, 0, excludes=True), word, "stem", (after, for_last_e))
        self._longest_ending = max(
            (len(ending) for patterns in self._patterns.values() for p in patterns for ending in p.endings or ()),
            default=0,
        )
        self._automaton = ahocorasick.Automaton()
        for text, patterns in self._patterns.items():
            self._automaton.add_word(text, (len(text), _grouped(patterns)))
        self._automaton.make_automaton()

    def _add(self, phrase: _Phrase, text: str, form: str, endings: tuple[frozenset[str], frozenset[str]]) -> None:
        pieces = [fold(piece.strip()).text.strip() for piece in text.split(GAP)]
        if not all(any(character.isalnum() for character in piece) for piece in pieces):
            raise ValueError("every term, and every piece of a phrase between its gaps, has a word")
        if form not in {"exact", "stem", "compound"}:
            raise ValueError(f"a term's form is exact, stem or compound, not {form!r}")
        number = len(self._phrases)
        self._phrases.append(phrase._replace(pieces=len(pieces)))
        after, for_last_e = endings
        left_free = form == "compound" and len(pieces) == 1 and " " not in pieces[0]
        follows = {"exact": _EXACTLY, "stem": after, "compound": None}[form]
        for index, piece in enumerate(pieces):
            self._patterns[piece].append(_Pattern(number, index, len(piece), left_free, follows))
            if form != "exact" and for_last_e and piece.endswith("e") and len(piece) > 3:
                self._patterns[piece[:-1]].append(_Pattern(number, index, len(piece) - 1, left_free, for_last_e))

    def find(self, surface: Surface) -> tuple[Finding, ...]:
        """Return the word hits of a view, each with its list's id as rule; none in the view without word boundaries."""
        if surface.name in _WORDLESS_VIEWS or not self._phrases:
            return ()
        folded = fold(surface.text)
        hits = self._phrase_hits(folded.text)
        excluded: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        found: set[tuple[int, int, int]] = set()
        for start, end, number in hits:
            phrase = self._phrases[number]
            if phrase.excludes:
                excluded[phrase.lexicon].append((start, end))
            else:
                found.add((start, end, phrase.lexicon))
        covers = {lexicon: _Cover(places) for lexicon, places in excluded.items()}
        kept = sorted(hit for hit in found if hit[2] not in covers or not covers[hit[2]].holds(hit[0], hit[1]))
        if not kept:
            return ()
        negation = Negation(folded.text)
        return tuple(
            finding
            for hit in kept
            for finding in self._findings(surface, folded, hit, negated=negation.denies(hit[0], hit[1]))
        )

    def _findings(
        self, surface: Surface, folded: Folded, hit: tuple[int, int, int], *, negated: bool
    ) -> Iterator[Finding]:
        place = surface.place(folded.start(hit[0]), folded.end(hit[1]))
        if place is None:
            return
        part, span = place
        view = surface.view_of(span)
        yield Finding(
            rule=self._ids[hit[2]],
            entity="WORDS",
            confidence=Confidence.HIGH,
            part=part,
            span=span,
            view=view,
            transforms=surface.transforms if view is View.DEOBFUSCATED else (),
            detector=DETECTOR,
            negated=negated,
        )

    def _phrase_hits(self, text: str) -> list[tuple[int, int, int]]:
        """Return start, end and number of every phrase in a folded text, excluding ones too."""
        hits = list(self._piece_hits(text))
        if not hits:
            return []
        words = Words(text)
        whole: list[tuple[int, int, int]] = []
        pieces: list[_Hit] = []
        for start, end, pattern in hits:
            if self._phrases[pattern.phrase].pieces > 1:
                pieces.append(_Hit(start, -pattern.piece, end, pattern.phrase))
            else:
                whole.append((*words.around(start, end), pattern.phrase))
        return whole + list(self._chain(pieces, words))

    def _piece_hits(self, text: str) -> Iterator[tuple[int, int, _Pattern]]:
        for last, (length, groups) in self._automaton.iter(text):
            end = last + 1
            start = end - length
            inside_word = start > 0 and text[start - 1].isalnum()
            for left_free, endings, patterns in groups:
                if not inside_word or left_free:
                    reach = self._reach(text, end, endings)
                    if reach:
                        for pattern in patterns:
                            yield start, reach, pattern

    def _reach(self, text: str, end: int, endings: frozenset[str] | None) -> int:
        """Return where the longest ending after a pattern ends, 0 if none fits."""
        if endings is None:
            return end
        if len(endings) == 1:
            return 0 if text[end : end + 1].isalnum() else end
        for length in range(min(self._longest_ending, len(text) - end), -1, -1):
            reach = end + length
            if text[end:reach] in endings and not text[reach : reach + 1].isalnum():
                return reach
        return 0

    def _chain(self, pieces: list[_Hit], words: Words) -> Iterator[tuple[int, int, int]]:
        """Put the pieces of phrases together, nearest first."""
        reached: dict[tuple[int, int], tuple[int, int]] = {}
        # Later pieces of the same place first, so that no hit follows itself.
        for start, negative, end, phrase in sorted(pieces):
            piece = -negative
            begin = start
            if piece:
                before = reached.get((phrase, piece - 1))
                if before is None or before[1] > start or not words.near(before[1], start):
                    continue
                begin = before[0]
            reached[phrase, piece] = (begin, end)
            if piece == self._phrases[phrase].pieces - 1:
                yield *words.around(begin, end), phrase


class _Cover:
    """Excluded ranges, asked whether one of them holds a hit."""

    def __init__(self, places: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(places)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def holds(self, start: int, end: int) -> bool:
        """Return whether a range lies inside an excluded one."""
        before = bisect_right(self._starts, start) - 1
        return before >= 0 and self._ends[before] >= end
