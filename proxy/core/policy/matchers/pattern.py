"""
`pattern`: a rule of `rules/recognizers`, or a number format of the house, found something.

It names one rule where `finding` names all that look for the same thing. Patterns cannot be written in a policy: there
they would have no tests of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from proxy.core.model import Confidence
from proxy.core.policy.facts import MISS, Facts, Match, MatcherSpec, Place, Within, often_enough, seen
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written, upper_bound

NAME = "pattern"
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = True
FIELDS: tuple[Field, ...] = (
    Field(name="name", kind=FieldKind.PATTERNS, required=True),
    Field(name="confidence", kind=FieldKind.CHOICE, choices=tuple(Confidence)),
    Field(name="count", kind=FieldKind.RANGE, low=1, high=1000),
    Field(name="within", kind=FieldKind.CHOICE, choices=tuple(Within)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternSpec(MatcherSpec):
    """Which rules count."""

    rules: tuple[str, ...]
    confidence: Confidence = Confidence.LOW
    """This confidence or higher."""
    at_least: int = 1
    """How many different places."""

    def needs(self) -> frozenset[str]:
        """Return the rules."""
        return frozenset(self.rules)


SPEC = PatternSpec


def complain(written: Written) -> tuple[Complaint, ...]:
    """Refuse an upper bound: one more finding would turn the rule off."""
    return upper_bound(written)


def build(written: Written) -> PatternSpec:
    """Make the spec of checked values."""
    values = written.values
    low, _ = cast("tuple[int | None, int | None]", values.get("count", (None, None)))
    return PatternSpec(
        rules=cast("tuple[str, ...]", values["name"]),
        confidence=Confidence(cast("str", values.get("confidence", Confidence.LOW))),
        at_least=low or 1,
        within=Within(cast("str", values["within"])) if "within" in values else None,
    )


def match(spec: PatternSpec, facts: Facts, visible: frozenset[int]) -> Match:
    """Return the findings of these rules among the visible ones; earlier posts alone are not enough."""
    findings = facts.findings
    found = frozenset(
        index
        for index in seen(facts, visible, spec.within)
        if findings[index].rule in spec.rules and findings[index].confidence.rank >= spec.confidence.rank
    )
    found = often_enough(facts, found, spec.at_least, spec.within)
    return Match(held=True, findings=found) if found & visible else MISS
