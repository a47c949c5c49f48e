"""
Patterns as data, searched for all at once: what `rules/recognizers` and the house's own number formats say.

    1. prefilter   one RE2 set over all patterns of a view says which rules may match; a superset, nothing is lost
    2. confirm     each of those is searched alone, longest match first; boundaries are looked at here
    3. prove       the rule's check, and a cue within its window, decide how sure the finding is

Every step is linear: RE2 does not backtrack, and a rule that fails its boundary too often gives up, which makes the
whole detector not completed instead of clean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import re2

from proxy.core.detection.cues import Cues, Window
from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.registry import check_named
from proxy.core.model import Confidence, Finding, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from proxy.core.detection.registry import Check
    from proxy.core.model import Recognizer, Surface

__all__ = ["MOST_ATTEMPTS", "RecognizerMatcher", "TooManyAttempts", "bad_pattern", "mask_pattern"]

DETECTOR = "identifiers"
MOST_ATTEMPTS = 1000
"""How often one rule may fail its boundary in one view."""
_NOT_TEXT = frozenset({"grouped", "stream"})
_VIEWS = {"text": None, "grouped": "grouped", "stream": "stream"}
_DIGITS = str.maketrans("OoQlI|SsB", "000111558")
"""T10: letters that stand for digits; believed only where a check digit then passes."""


class TooManyAttempts(Exception):
    """A rule matched again and again where its boundary does not hold; the text was not looked at to the end."""


class SetFailed(Exception):
    """The prefilter gave an answer without its sentinel: it ran out of memory, and silence would look like nothing."""


def mask_pattern(mask: str, *, grouped: bool) -> str:
    """
    Return the pattern of a mask: `#` is a digit, `A` a letter, everything else itself.

    In the view `grouped` letters and digits stand together, so separators of the mask are left out there.
    """
    pieces = []
    for character in mask:
        if character == "#":
            pieces.append("[0-9]")
        elif character == "A":
            pieces.append("[A-Za-z]")
        elif character.isalnum():
            pieces.append(f"[{character.upper()}{character.lower()}]" if character.isalpha() else character)
        elif not grouped:
            pieces.append(re2.escape(character))
    return "".join(pieces)


def bad_pattern(pattern: str) -> bool:
    """Return whether RE2 does not take a pattern, or it matches the empty text."""
    try:
        return re2.compile(pattern, _options()).search("") is not None
    except re2.error:
        return True


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.longest_match = True
    return options


class _Rule(NamedTuple):
    recognizer: Recognizer
    pattern: object
    check: Check | None
    cues: Cues


class _Set:
    """The rules of one kind of view behind their prefilter."""

    def __init__(self, rules: Sequence[_Rule]) -> None:
        self.rules = rules
        self._set = re2.Set.SearchSet(_options())
        for rule in rules:
            self._set.Add(rule.recognizer.pattern)
        self._sentinel = len(rules)
        self._set.Add("")
        self._set.Compile()

    def fired(self, text: str) -> list[_Rule]:
        """
        Return the rules that may match.

        Raises:
            SetFailed: the set gave no answer.
        """
        indexes = self._set.Match(text)
        if self._sentinel not in indexes:
            raise SetFailed
        return [self.rules[index] for index in sorted(indexes) if index != self._sentinel]


class RecognizerMatcher:
    """Searches the views of a part for everything that a set of recognizers describes."""

    def __init__(self, recognizers: Iterable[Recognizer], key: bytes) -> None:
        """
        Compile.

        Raises:
            ValueError: a pattern that RE2 does not take, or a check that does not exist.
        """
        self._key = key
        rules = [_rule(one) for one in recognizers if one.status in {"experimental", "stable"}]
        by_view: dict[str | None, list[_Rule]] = {}
        for rule in rules:
            by_view.setdefault(_VIEWS[rule.recognizer.surface], []).append(rule)
        self._sets: Mapping[str | None, _Set] = {view: _Set(some) for view, some in by_view.items()}

    def find(self, surfaces: Sequence[Surface], normalised: Surface | None) -> list[Finding]:
        """
        Return what the rules find in the views of one part, or in joined views (`normalised` is None then).

        Raises:
            TooManyAttempts, SetFailed: not looked at to the end.
        """
        found: list[Finding] = []
        for surface in surfaces:
            chosen = self._sets.get(surface.name if surface.name in _NOT_TEXT else None)
            if chosen is not None and surface.text:
                for rule in chosen.fired(surface.text):
                    found.extend(self._confirm(rule, surface, normalised))
        return found

    def _confirm(self, rule: _Rule, surface: Surface, normalised: Surface | None) -> Iterator[Finding]:
        for start, end in _matches(rule, surface):
            place = surface.place(start, end)
            if place is None:
                continue
            value = surface.text[start:end]
            passed = _passes(rule.check, value)
            cued = rule.cues.near(Window(surface, start, end, normalised), rule.recognizer)
            confidence = _confidence(rule.recognizer, passed=passed, cued=cued)
            if confidence is None:
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


def _rule(recognizer: Recognizer) -> _Rule:
    check = None
    if recognizer.check is not None:
        check = check_named(recognizer.check)
        if check is None:
            raise ValueError("a check that does not exist")
    if bad_pattern(recognizer.pattern):
        raise ValueError("a pattern that cannot be used")
    return _Rule(
        recognizer=recognizer,
        pattern=re2.compile(recognizer.pattern, _options()),
        check=check,
        cues=Cues(recognizer.cues, recognizer.forms),
    )


def _matches(rule: _Rule, surface: Surface) -> Iterator[tuple[int, int]]:
    """
    Yield the ranges that fit pattern, boundary and exceptions.

    Raises:
        TooManyAttempts: the boundary failed too often.
    """
    text = surface.text
    position, attempts = 0, 0
    exclude = rule.recognizer.exclude
    while position <= len(text):
        match = rule.pattern.search(text, position)  # type: ignore[attr-defined]  # the library has no types
        if match is None:
            return
        start, end = match.span()
        if _bounded(surface, start, end, rule.recognizer.boundary):
            if not any(text[start : start + len(word)].casefold() == word.casefold() for word in exclude):
                yield start, end
            position = end
            continue
        attempts += 1
        if attempts > MOST_ATTEMPTS:
            raise TooManyAttempts
        position = start + 1


def _bounded(surface: Surface, start: int, end: int, boundary: str) -> bool:
    """Return whether nothing of the same kind touches a match; where words were joined, only what touched before."""
    if boundary == "none":
        return True
    text = surface.text
    before, after = text[start - 1 : start], text[end : end + 1]
    if boundary == "digit":
        return not (before.isdecimal() or after.isdecimal())
    return not ((_is_word(before) and _touch(surface, start - 1)) or (_is_word(after) and _touch(surface, end - 1)))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _touch(surface: Surface, left: int) -> bool:
    """Return whether a character and its right neighbour stand together in the author's text as well."""
    starts, ends = surface.starts, surface.ends
    return starts is None or ends is None or surface.name not in _NOT_TEXT or starts[left + 1] <= ends[left]


def _passes(check: Check | None, value: str) -> bool:
    if check is None:
        return False
    compact = "".join(character for character in value if character.isalnum())
    return check.valid(compact) or check.valid(compact.translate(_DIGITS))


def _confidence(recognizer: Recognizer, *, passed: bool, cued: bool) -> Confidence | None:
    """Return how sure the finding is; None for none at all."""
    levels = recognizer.confidence
    if passed and cued:
        chosen = levels.cue_and_check
    elif passed:
        chosen = levels.check
    elif cued:
        chosen = levels.cue
    else:
        chosen = levels.bare
    if chosen is not None and recognizer.status == "experimental":
        return Confidence.LOW
    return chosen
