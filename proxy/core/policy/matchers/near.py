"""
`near`: what `a` finds stands close to what `b` finds, in one part of the post.

`a` and `b` are one of `finding`, `pattern` and `words` each. `distance` is `sentence`, or how many words may stand
between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from proxy.core.policy.facts import MISS, Facts, Match, MatcherSpec, Place, Within, units
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written
from proxy.core.policy.matchers import finding, pattern, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.model import Finding, Lexicon

NAME = "near"
MOST_WORDS = 50
"""The largest distance."""
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = True
FIELDS: tuple[Field, ...] = (
    Field(name="a", kind=FieldKind.MATCHER, choices=(finding.NAME, pattern.NAME, words.NAME), required=True),
    Field(name="b", kind=FieldKind.MATCHER, choices=(finding.NAME, pattern.NAME, words.NAME), required=True),
    Field(name="distance", kind=FieldKind.DISTANCE, high=MOST_WORDS, required=True),
)
_INNER = {module.SPEC: module for module in (finding, pattern, words)}
_LONGEST_WORD = 40
"""Code points a word has on average at most: what is farther apart is not counted word by word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearSpec(MatcherSpec):
    """What has to stand close to what."""

    a: MatcherSpec
    b: MatcherSpec
    distance: int | None
    """How many words may stand between; None for one sentence."""

    def needs(self) -> frozenset[str] | None:
        """Return what `a` needs; `b` has to be there too."""
        return self.a.needs()

    def lexicons(self) -> tuple[Lexicon, ...]:
        """Return the word lists written in both."""
        return (*self.a.lexicons(), *self.b.lexicons())


SPEC = NearSpec


def complain(written: Written) -> tuple[Complaint, ...]:  # noqa: ARG001 - every matcher module has the same functions
    """Find nothing wrong: the fields do not depend on each other."""
    return ()


def build(written: Written) -> NearSpec:
    """Make the spec of checked values."""
    values = written.values
    distance = values["distance"]
    return NearSpec(
        a=cast("MatcherSpec", values["a"]),
        b=cast("MatcherSpec", values["b"]),
        distance=distance if isinstance(distance, int) else None,
    )


def match(spec: NearSpec, facts: Facts, visible: frozenset[int]) -> Match:
    """Return the findings of both that stand close to one of the other."""
    visible &= facts.everything  # what stands in another post stands close to nothing here
    first, second = (_INNER[type(one)].match(one, facts, visible).findings & visible for one in (spec.a, spec.b))
    close = frozenset(index for pair in _pairs(spec, facts, first, second) for index in pair)
    return Match(held=True, findings=close) if close else MISS


def _pairs(spec: NearSpec, facts: Facts, first: frozenset[int], second: frozenset[int]) -> Iterator[tuple[int, int]]:
    if spec.distance is None:
        for unit in units(facts, Within.SENTENCE, first | second):
            yield from ((one, other) for one in first & unit for other in second & unit if one != other)
        return
    findings = facts.scan.findings
    for one in first:
        for other in second:
            if one != other and _words_between(facts, findings[one], findings[other]) <= spec.distance:
                yield one, other


def _words_between(facts: Facts, one: Finding, other: Finding) -> float:
    """Count the words between two findings; none where the place of one is not known, which makes a rule stricter."""
    known = range(len(facts.post.parts))
    if one.part not in known or other.part not in known:
        return 0
    if one.part != other.part:
        return float("inf")
    first, second = sorted((one.span, other.span), key=lambda span: span.start)
    gap = range(first.end, second.start)
    if len(gap) > (_LONGEST_WORD + 1) * (MOST_WORDS + 1):
        return float("inf")
    return len(facts.post.parts[one.part].text[gap.start : gap.stop].split()) if gap else 0
