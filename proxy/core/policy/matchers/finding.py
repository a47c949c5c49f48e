"""
`finding`: a detector saw one of these entities, at least this surely, at least this often.

There is no upper bound on the count and no "at most this surely": both would let an added finding weaken a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from proxy.core.model import Confidence, View
from proxy.core.policy.facts import MISS, Facts, Match, MatcherSpec, Place, Within, often_enough, seen
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written, upper_bound

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "finding"
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = True
FIELDS: tuple[Field, ...] = (
    Field(name="type", kind=FieldKind.ENTITIES, required=True),
    Field(name="confidence", kind=FieldKind.CHOICE, choices=tuple(Confidence)),
    Field(name="count", kind=FieldKind.RANGE, low=1, high=1000),
    Field(name="within", kind=FieldKind.CHOICE, choices=tuple(Within)),
    Field(name="view", kind=FieldKind.CHOICE, choices=tuple(View)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSpec(MatcherSpec):
    """Which findings count."""

    entities: tuple[str, ...]
    confidence: Confidence = Confidence.LOW
    """This confidence or higher."""
    at_least: int = 1
    """How many different places."""
    view: View | None = None
    """None takes both."""

    def needs(self) -> frozenset[str]:
        """Return the entities."""
        return frozenset(self.entities)


SPEC = FindingSpec


def complain(written: Written) -> tuple[Complaint, ...]:
    """Refuse an upper bound: one more finding would turn the rule off."""
    return upper_bound(written)


def build(written: Written) -> FindingSpec:
    """Make the spec of checked values."""
    values = written.values
    low, _ = cast("tuple[int | None, int | None]", values.get("count", (None, None)))
    return FindingSpec(
        entities=cast("tuple[str, ...]", values["type"]),
        confidence=Confidence(cast("str", values.get("confidence", Confidence.LOW))),
        at_least=low or 1,
        view=View(cast("str", values["view"])) if "view" in values else None,
        within=Within(cast("str", values["within"])) if "within" in values else None,
    )


def match(spec: FindingSpec, facts: Facts, visible: frozenset[int]) -> Match:
    """Return the findings of these entities among the visible ones; earlier posts alone are not enough."""
    if not visible:
        return MISS
    found = frozenset(_fitting(spec, facts, seen(facts, visible, spec.within)))
    found = often_enough(facts, found, spec.at_least, spec.within)
    return Match(held=True, findings=found) if found & visible else MISS


def _fitting(spec: FindingSpec, facts: Facts, visible: frozenset[int]) -> Iterable[int]:
    for entity in spec.entities:
        for index in facts.by_entity.get(entity, ()):
            finding = facts.findings[index]
            if (
                index in visible
                and finding.confidence.rank >= spec.confidence.rank
                and (spec.view is None or finding.view is spec.view)
            ):
                yield index
