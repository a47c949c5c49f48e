"""
`calendar`: a period of one of these calendars of the house is running, such as the weeks before results are published.

Whoever decides says which calendars are running; nothing here looks at a clock, so that a decision can be repeated.
Findings do not matter: a rule that names a calendar alone stops every post of the period.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from proxy.core.policy.facts import CALENDAR, MISS, Facts, Match, MatcherSpec, Place
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written

NAME = "calendar"
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = False
FIELDS: tuple[Field, ...] = (Field(name="name", kind=FieldKind.CALENDARS, required=True),)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSpec(MatcherSpec):
    """Which calendars count."""

    names: tuple[str, ...]

    def needs(self) -> frozenset[str]:
        """Return the calendars."""
        return frozenset(CALENDAR + name for name in self.names)


SPEC = CalendarSpec


def complain(written: Written) -> tuple[Complaint, ...]:  # noqa: ARG001 - every matcher module has the same functions
    """Find nothing wrong: there is one field."""
    return ()


def build(written: Written) -> CalendarSpec:
    """Make the spec of checked values."""
    return CalendarSpec(names=cast("tuple[str, ...]", written.values["name"]))


def match(spec: CalendarSpec, facts: Facts, visible: frozenset[int]) -> Match:  # noqa: ARG001 - findings do not matter
    """Hold while one of the calendars is running."""
    return MISS if facts.running.isdisjoint(spec.names) else Match(held=True)
