"""
`allowed`: every finding that made the rule match is on a list of the house itself. Stands in `unless` only.

It works per finding, not per post, by keyed fingerprints. What must never be excused by a list is not: that somebody is
a customer, health, secrets, word hits and evasions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from proxy.core.policy.facts import MISS, Facts, Match, MatcherSpec, Place
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written

if TYPE_CHECKING:
    from proxy.core.model import Finding

NAME = "allowed"
PLACES = frozenset({Place.UNLESS})
FROM_FINDINGS = True
FIELDS: tuple[Field, ...] = (Field(name="list", kind=FieldKind.ALLOW_LISTS, required=True),)

NEVER_COVERED = frozenset(
    {
        "CUSTOMER_RELATION",
        "INFERRED_CUSTOMER",
        "CUSTOMER_RECORD",
        "DISCLOSURE",
        "HEALTH_CONDITION",
        "SECRET",
        "OBFUSCATION",
        "WORDS",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedSpec(MatcherSpec):
    """Which lists excuse a finding."""

    lists: tuple[str, ...]


SPEC = AllowedSpec


def complain(written: Written) -> tuple[Complaint, ...]:  # noqa: ARG001 - every matcher module has the same functions
    """Find nothing wrong: there is one field."""
    return ()


def build(written: Written) -> AllowedSpec:
    """Make the spec of checked values."""
    return AllowedSpec(lists=cast("tuple[str, ...]", written.values["list"]))


def match(spec: AllowedSpec, facts: Facts, visible: frozenset[int]) -> Match:
    """Hold when there are findings and each one is on one of the lists."""
    findings = [facts.findings[index] for index in visible]
    if not findings or not all(_covered(spec, facts, finding) for finding in findings):
        return MISS
    return Match(held=True, findings=visible)


def _covered(spec: AllowedSpec, facts: Facts, finding: Finding) -> bool:
    if finding.fingerprint is None or finding.entity in NEVER_COVERED:
        return False
    whole, host = finding.fingerprint, finding.fingerprint.rpartition("@")[2]
    lists = [facts.allow_lists.get(name, frozenset()) for name in spec.lists]
    return any(whole in values or host in values for values in lists)
