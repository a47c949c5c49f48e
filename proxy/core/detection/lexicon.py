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
from typing import TYPE_CHECKING, NamedTuple

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


class _Ending:
    """What may follow a piece and leave it the same word."""

    __slots__ = ("_bare", "_endings", "_first", "_longest")

    def __init__(self, endings: frozenset[str] | None) -> None:
        """Take endings; None for anything."""
        self._endings = endings
        self._bare = endings is not None and "" in endings
        self._first = frozenset(ending[0] for ending in endings or () if ending)
        self._longest = max(map(len, endings or ("",)))

    def reach(self, text: str, end: int) -> int:
        """Return where the longest ending after a place ends, 0 if none fits."""
        if self._endings is None:
            return end
        following = text[end : end + 1]
        # Most pieces are followed by what begins no ending: then nothing has to be tried.
        if following in self._first:
            for reach in range(min(end + self._longest, len(text)), end, -1):
                if text[end:reach] in self._endings and not text[reach : reach + 1].isalnum():
                    return reach
        return end if self._bare and not following.isalnum() else 0


class _Link(NamedTuple):
    """A piece of phrases, behind the pieces before it: phrases that begin alike share links."""

    before: int
    """The link of the piece before it, -1 for a first one."""
    depth: int


class _Form(NamedTuple):
    """How a piece is written."""

    text: str
    left_free: bool
    """Letters may precede."""
    ending: _Ending
    for_last_e: _Ending | None
    """What may stand in the place of its last `e`."""


class _Group:
    """The links that one string in the automaton stands for and that fit the same surroundings."""

    __slots__ = ("ending", "first", "later", "left_free")

    def __init__(self, left_free: bool, ending: _Ending) -> None:  # noqa: FBT001  a key, taken apart
        self.left_free = left_free
        self.ending = ending
        self.first: list[int] = []
        self.later: defaultdict[int, list[int]] = defaultdict(list)
        """By the link of the piece before."""

    def links(self, seen: set[int]) -> list[int]:
        """Return the links that may stand here: first ones, and those behind a piece that was seen."""
        if not self.later or self.later.keys().isdisjoint(seen):
            return self.first
        return [*self.first, *(link for before in self.later.keys() & seen for link in self.later[before])]


_EXACTLY = _Ending(frozenset({""}))
_ANYTHING = _Ending(None)


class LexiconMatcher:
    """All word lists of a bundle, compiled."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        """
        Compile word lists.

        Raises:
            ValueError: a term of unknown form or without a word, or a list in an unknown language.
        """
        self._ids = tuple(lexicon.id for lexicon in lexicons)
        self._links: list[_Link] = []
        self._numbers: dict[tuple[int, _Form], int] = {}
        self._lists: defaultdict[int, set[tuple[int, bool]]] = defaultdict(set)
        """By link: the lists a phrase of which ends there, and whether it takes hits back."""
        self._goes_on: set[int] = set()
        """Links of pieces that are not the last of every phrase."""
        self._strings: defaultdict[str, dict[tuple[bool, _Ending], _Group]] = defaultdict(dict)
        endings = {
            language: (_Ending(endings_after(language)), _last_e(language))
            for language in {lexicon.language for lexicon in lexicons}
        }
        for number, lexicon in enumerate(lexicons):
            for term in lexicon.terms:
                self._add(term.text, term.forms, endings[lexicon.language], (number, False))
            for word in lexicon.exclude:
                self._add(word, "stem", endings[lexicon.language], (number, True))
        self._automaton = ahocorasick.Automaton()
        for text, groups in self._strings.items():
            self._automaton.add_word(text, (len(text), tuple(groups.values())))
        self._automaton.make_automaton()

    def _add(self, text: str, form: str, endings: tuple[_Ending, _Ending | None], what: tuple[int, bool]) -> None:
        pieces = [fold(piece.strip()).text.strip() for piece in text.split(GAP)]
        if not all(any(character.isalnum() for character in piece) for piece in pieces):
            raise ValueError("every term, and every piece of a phrase between its gaps, has a word")
        if form not in {"exact", "stem", "compound"}:
            raise ValueError(f"a term's form is exact, stem or compound, not {form!r}")
        after, last_e = endings
        left_free = form == "compound" and len(pieces) == 1 and " " not in pieces[0]
        ending = {"exact": _EXACTLY, "stem": after, "compound": _ANYTHING}[form]
        link = -1
        for piece in pieces:
            spelled = piece.endswith("e") and len(piece) > 3 and form != "exact"
            if link >= 0:
                self._goes_on.add(link)
            link = self._linked(link, _Form(piece, left_free, ending, last_e if spelled else None))
        self._lists[link].add(what)

    def _linked(self, before: int, form: _Form) -> int:
        """Return the number of a piece behind others; one that is new goes into the automaton."""
        known = self._numbers.get((before, form))
        if known is not None:
            return known
        link = self._numbers[before, form] = len(self._links)
        self._links.append(_Link(before, self._links[before].depth + 1 if before >= 0 else 0))
        self._spell(form.text, link, form.left_free, form.ending)
        if form.for_last_e is not None:
            self._spell(form.text[:-1], link, form.left_free, form.for_last_e)
        return link

    def _spell(self, text: str, link: int, left_free: bool, ending: _Ending) -> None:  # noqa: FBT001  a key
        group = self._strings[text].setdefault((left_free, ending), _Group(left_free, ending))
        before = self._links[link].before
        (group.first if before < 0 else group.later[before]).append(link)

    def find(self, surface: Surface) -> tuple[Finding, ...]:
        """Return the word hits of a view, each with its list's id as rule; none in the view without word boundaries."""
        if surface.name in _WORDLESS_VIEWS or not self._links:
            return ()
        folded = fold(surface.text)
        hits = self._phrase_hits(folded.text)
        excluded: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        found: set[tuple[int, int, int]] = set()
        for start, end, link in hits:
            for lexicon, excludes in self._lists[link]:
                if excludes:
                    excluded[lexicon].append((start, end))
                else:
                    found.add((start, end, lexicon))
        if excluded:
            covers = {lexicon: _Cover(places) for lexicon, places in excluded.items()}
            found = {hit for hit in found if hit[2] not in covers or not covers[hit[2]].holds(hit[0], hit[1])}
        if not found:
            return ()
        negation = Negation(folded.text)
        findings = [
            self._finding(surface, folded, hit, negated=negation.denies(hit[0], hit[1])) for hit in sorted(found)
        ]
        return tuple([finding for finding in findings if finding is not None])

    def _finding(self, surface: Surface, folded: Folded, hit: tuple[int, int, int], *, negated: bool) -> Finding | None:
        place = surface.place(folded.start(hit[0]), folded.end(hit[1]))
        if place is None:
            return None
        part, span = place
        view = surface.view_of(span)
        return Finding(
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
        """Return start, end and last link of every phrase in a folded text, excluding ones too."""
        hits = self._piece_hits(text)
        if not hits:
            return []
        words = Words(text)
        whole: list[tuple[int, int, int]] = []
        pieces: list[tuple[int, int, int, int]] = []
        for start, end, link in hits:
            before, depth = self._links[link]
            if before < 0 and link in self._lists:
                whole.append((*words.around(start, end), link))
            if before >= 0 or link in self._goes_on:
                # Later pieces of the same place first, so that no hit follows itself.
                pieces.append((start, -depth, end, link))
        return whole + list(self._chain(sorted(pieces), words))

    def _piece_hits(self, text: str) -> list[tuple[int, int, int]]:
        """
        Return start, end and link of every piece.

        The automaton reports them by their ends, so whatever may stand before a piece has been seen by then: pieces
        that cannot go on anything are left out, and the common words inside phrases cost next to nothing.
        """
        hits: list[tuple[int, int, int]] = []
        seen: set[int] = set()
        for last, (length, groups) in self._automaton.iter(text):
            end = last + 1
            start = end - length
            inside_word = start > 0 and text[start - 1].isalnum()
            for group in groups:
                if inside_word and not group.left_free:
                    continue
                links = group.links(seen)
                if links and (reach := group.ending.reach(text, end)):
                    hits += [(start, reach, link) for link in links]
                    seen.update(links)
        return hits

    def _chain(self, pieces: Iterable[tuple[int, int, int, int]], words: Words) -> Iterator[tuple[int, int, int]]:
        """Put the pieces of phrases together, nearest first."""
        reached: dict[int, tuple[int, int]] = {}
        for start, _, end, link in pieces:
            before, begin = self._links[link].before, start
            if before >= 0:
                earlier = reached.get(before)
                if earlier is None or earlier[1] > start or not words.near(earlier[1], start):
                    continue
                begin = earlier[0]
            reached[link] = (begin, end)
            if before >= 0 and link in self._lists:
                yield *words.around(begin, end), link


def _last_e(language: str) -> _Ending | None:
    endings = endings_for_last_e(language)
    return _Ending(endings) if endings else None


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
