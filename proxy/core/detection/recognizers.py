"""
Patterns as data, searched for all at once: what `rules/recognizers` and the house's own number formats say.

    1. cues        a rule that finds nothing without a cue is left out where none of its cues is in the text
    2. prefilter   what the patterns need, then RE2 sets, say which rules may match; a superset, nothing is lost
    3. confirm     each of the others is searched alone, longest match first; boundaries are looked at here
    4. prove       exclusions, the rule's check, and a cue within its window decide how sure the finding is

Every step is linear: RE2 does not backtrack, and a rule that has to look at too many matches gives up, which makes the
whole detector not completed instead of clean.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.boundaries import Boundary
from proxy.core.detection.cues import CueSearch
from proxy.core.detection.dialect import bad_pattern, compiled
from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.lookalikes import with_digits
from proxy.core.detection.pieces import CHECKS, groups_alone
from proxy.core.detection.prefilter import LookFailed, Prefilter
from proxy.core.detection.reading import JOINED, Reading, Sight
from proxy.core.detection.registry import check_named
from proxy.core.model import ELSEWHERE, Confidence, Finding, Span, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from proxy.core.model import Recognizer, Surface

__all__ = [
    "MOST_ATTEMPTS",
    "LookFailed",
    "RecognizerMatcher",
    "TooManyAttempts",
]

DETECTOR = "identifiers"
MOST_ATTEMPTS = 1000
"""How many matches one rule may look at in one view, those with a wrong boundary included."""
_GROUPED = "grouped"
_KINDS = ("text", _GROUPED, "stream")
_CONTEXT = 24
"""Characters on both sides of a match in which an exclusion may begin and end."""
_VALUE = "value"
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class TooManyAttempts(LookFailed):
    """A rule matched again and again; the text was not looked at to the end."""


class _Rule:
    """One recognizer, compiled."""

    def __init__(self, number: int, recognizer: Recognizer) -> None:
        self.number = number
        self.recognizer = recognizer
        if bad_pattern(recognizer.pattern):
            raise ValueError("a pattern that cannot be used")
        self.regex = compiled(recognizer.pattern)
        self.group = self.regex.groupindex.get(_VALUE, 0)
        self.exclude = tuple(compiled(pattern) for pattern in recognizer.exclude)
        self.check = None if recognizer.check is None else check_named(recognizer.check)
        if recognizer.check is not None and self.check is None:
            raise ValueError("a check that does not exist")
        levels = recognizer.confidence
        self.needs_cue = levels.bare is None and (self.check is None or levels.check is None)

    def rate(self, *, cued: bool, passed: bool) -> Confidence | None:
        """Return the surest level that applies; one signal more never makes a finding less sure."""
        levels = self.recognizer.confidence
        said = (
            levels.bare,
            levels.cue if cued else None,
            levels.check if passed else None,
            levels.cue_and_check if cued and passed else None,
        )
        applying = [level for level in said if level is not None]
        if not applying:
            return None
        if self.recognizer.status == "experimental":
            return Confidence.LOW
        return max(applying, key=lambda level: level.rank)

    def passes(self, value: str) -> bool:
        """Return whether the rule's check says yes to a value; what surrounds letters and digits is no part of it."""
        return self.check is not None and self.check.valid(_EDGES.sub("", value))

    def excluded(self, text: str, start: int, end: int) -> bool:
        """Return whether one of the rule's exclusions covers a range of a text."""
        low = max(0, start - _CONTEXT)
        around = text[low : end + _CONTEXT]
        return any(
            low + found.start() <= start and end <= low + found.end()
            for pattern in self.exclude
            for found in pattern.finditer(around)
        )


class _Match(NamedTuple):
    start: int
    end: int
    """Of the whole match."""
    first: int
    last: int
    """Of the value in it."""


class RecognizerMatcher:
    """Searches the views of a part for everything that a set of recognizers describes."""

    def __init__(self, recognizers: Iterable[Recognizer], key: bytes) -> None:
        """
        Compile the recognizers that are in force.

        Raises:
            ValueError: a pattern that RE2 does not take, or an unknown check, kind of view or form of a cue.
        """
        self._key = key
        in_force = [one for one in recognizers if one.in_force]
        by_kind: dict[str, list[_Rule]] = {kind: [] for kind in _KINDS}
        for number, one in enumerate(in_force):
            if one.surface not in by_kind:
                raise ValueError("a rule searches text, grouped or stream")
            by_kind[one.surface].append(_Rule(number, one))
        self._sets = {kind: (rules, _prefilter(rules)) for kind, rules in by_kind.items() if rules}
        self._places = {
            kind: {rule.number: place for place, rule in enumerate(rules)} for kind, rules in by_kind.items()
        }
        """Where a rule stands among those of a kind, by its number."""
        self._cues = CueSearch([(one.cues, one.forms) for one in in_force])

    def find(self, surfaces: Sequence[Surface]) -> list[Finding]:
        """
        Return what the rules find in views, each joined one standing behind the view that it was made from.

        Raises:
            LookFailed: not looked at to the end.
        """
        found: list[Finding] = []
        reading = plain = None
        for surface in surfaces:
            kind = surface.name if surface.name in JOINED else "text"
            if kind == "text" or reading is None:
                reading = Reading(surface, self._cues)
            if plain is None or surface.name == "normalised":
                plain = reading
            if not surface.text:
                continue
            if kind in self._sets:
                found += self._as_read(surface, reading, plain)
            if kind == "text" and surface.name != "original":
                found += self._dealt(surface, reading, plain)
        return found

    def _as_read(self, surface: Surface, reading: Reading, plain: Reading) -> Iterator[Finding]:
        """Yield what a view says, and what it says with letters read as digits."""
        kind = surface.name if surface.name in JOINED else "text"
        yield from self._search(Sight(surface, reading, plain), kind)
        for disguised in () if surface.name == "original" else with_digits(surface):
            yield from self._search(Sight(disguised, reading, plain, disguised=True), kind)

    def _dealt(self, surface: Surface, reading: Reading, plain: Reading) -> Iterator[Finding]:
        """Yield the numbers of a view in which words stand apart whose groups have something between them."""
        groups = groups_alone(surface) if _GROUPED in self._sets else None
        if groups is not None:
            for one in (groups, *with_digits(groups)):
                yield from self._search(Sight(one, reading, plain, dealt=True), _GROUPED)

    def _search(self, sight: Sight, kind: str) -> Iterator[Finding]:
        rules, prefilter = self._sets[kind]
        places = self._places[kind]
        for number in prefilter.may_match(sight.raw, lambda: [places[rule] for rule in sight.cued() if rule in places]):
            rule = rules[number]
            if not _searches(rule, sight):
                continue
            yield from self._confirm(sight, rule)

    def _confirm(self, sight: Sight, rule: _Rule) -> Iterator[Finding]:
        surface = sight.surface
        for match in _matches(sight, rule):
            value = surface.text[match.first : match.last]
            passed = rule.passes(value)
            if _excluded(sight, rule, match) or (not passed and (sight.disguised or sight.dealt)):
                continue
            confidence, cued = _confidence(sight, rule, match, passed=passed)
            place = None if confidence is None else _place(surface, match, cued=cued)
            if confidence is None or place is None:
                continue
            part, span = place
            view = surface.view_of(span)
            yield Finding(
                rule=rule.recognizer.id,
                entity=rule.recognizer.entity,
                confidence=confidence,
                part=part,
                span=span,
                view=view,
                transforms=surface.transforms if view is View.DEOBFUSCATED else (),
                fingerprint=fingerprint(self._key, rule.recognizer.entity, value),
                detector=DETECTOR,
            )


def _searches(rule: _Rule, sight: Sight) -> bool:
    """Return whether a rule may search a view: what was guessed needs a check, groups put together a check digit."""
    if sight.dealt:
        return rule.recognizer.check in CHECKS
    return not sight.disguised or rule.check is not None


def _prefilter(rules: Sequence[_Rule]) -> Prefilter:
    cued = [number for number, rule in enumerate(rules) if rule.needs_cue]
    return Prefilter([rule.recognizer.pattern for rule in rules], guarded=cued)


def _matches(sight: Sight, rule: _Rule) -> Iterator[_Match]:
    """
    Yield the matches whose boundaries hold, from left to right, without overlap.

    RE2 counts bytes and we count characters, so both places are carried along: decoding stays linear.

    Raises:
        TooManyAttempts: there are too many matches to look at.
    """
    raw, text, search = sight.raw, sight.surface.text, rule.regex.search
    boundary = Boundary(rule.recognizer.boundary, sight.surface, joined=sight.joined)
    at = character = attempts = 0
    while (match := search(raw, at)) is not None:
        attempts += 1
        if attempts > MOST_ATTEMPTS:
            raise TooManyAttempts
        first, last = match.span()
        start = character + len(raw[at:first].decode())
        end = start + len(raw[first:last].decode())
        if boundary.holds(start, end):
            low, high = match.span(rule.group)
            if not first <= low < high:  # the value's group took no part: then the whole match is the value
                low, high = first, last
            begin = start + len(raw[first:low].decode())
            yield _Match(start, end, begin, begin + len(raw[low:high].decode()))
            at, character = last, end
        else:
            onward = boundary.next_start(start + 1)
            at, character = first + len(text[start:onward].encode()), onward


def _excluded(sight: Sight, rule: _Rule, match: _Match) -> bool:
    """Return whether an exclusion covers a match, here or in the text that the view was made from."""
    if not rule.exclude:
        return False
    if rule.excluded(sight.surface.text, match.start, match.end):
        return True
    return sight.joined and rule.excluded(sight.reading.text, *sight.in_reading(match.start, match.end))


def _confidence(sight: Sight, rule: _Rule, match: _Match, *, passed: bool) -> tuple[Confidence | None, bool]:
    """
    Return how sure a match is, and whether a cue made it so; cues are only looked for where they matter.

    Backwards, every number is another one: there only a check that says something by itself counts, and it needs a
    cue unless it is a proof. So does one whose groups were put together. Who encodes a number that passes such a check
    hides it: that is as good as a cue.
    """
    without, with_cue = rule.rate(cued=False, passed=passed), rule.rate(cued=True, passed=passed)
    if sight.dealt and without is not Confidence.HIGH:
        without = None
    if sight.reading.backwards:
        if not passed or rule.recognizer.confidence.check is None:
            return None, False
        without = without if without is Confidence.HIGH else None
    if sight.reading.hidden and passed and rule.recognizer.confidence.check is not None:
        return with_cue, False
    if with_cue is without or not sight.has_cue(rule.number):
        return without, False
    window = (rule.recognizer.before, rule.recognizer.after)
    anywhere = rule.recognizer.anywhere and passed and not sight.reading.backwards
    cued = anywhere or sight.has_cue_near(rule.number, (match.start, match.end), window)
    return (with_cue, True) if cued else (without, False)


def _place(surface: Surface, match: _Match, *, cued: bool) -> tuple[int, Span] | None:
    """Return where the author wrote a value; one that stands in one part counts when its cue may be in another."""
    place = surface.place(match.first, match.last)
    if place is not None or not cued:
        return place
    span = surface.origin(match.first, match.last)
    for piece in surface.pieces:
        if piece.part != ELSEWHERE and piece.base <= span.start and span.end <= piece.end:
            return piece.part, Span(start=span.start - piece.base, end=span.end - piece.base)
    return None
