"""
`consent`: the customers who are named agreed to it. Stands in `unless` only, in rules on who is named as a customer.

Excused is each finding whose own name a consent covers, for this platform and everything that the post speaks of; where
a customer relation was found, every other name of its sentence has to be covered too. The rule is then asked again
without the excused findings: whoever did not agree keeps it matched. Numbers, health, claims, money troubles and
disguises are never excused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from proxy.core.errors import Localised
from proxy.core.policy.consent import NEVER, TOPICS
from proxy.core.policy.facts import MISS, WORD_HIT, Facts, Match, MatcherSpec, Place, Within, units
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.core.model import Finding
    from proxy.core.policy.consent import Consent

NAME = "consent"
PLACES = frozenset({Place.UNLESS})
FROM_FINDINGS = True
COVERS = ("name", "platform", "topic")
FIELDS: tuple[Field, ...] = (Field(name="covers", kind=FieldKind.CHOICES, choices=COVERS, required=True),)

NAMES = frozenset({"PERSON", "ORGANIZATION"})
RELATION = "CUSTOMER_RELATION"
RECORD, RECORD_OF_NAME = "CUSTOMER_RECORD", "register/name"
"""Of entries of the register only that a name is in it; numbers and attributes are more than a name."""
EXCUSABLE = NAMES | {RELATION, RECORD}
BESIDE = frozenset({"DISCLOSURE", WORD_HIT})
"""What may make such a rule match together with a name; by itself no consent excuses it."""
OWN_NAMES = "own-names"
"""The list with names of the house itself, which nobody has to agree to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSpec(MatcherSpec):
    """What of a post a consent may cover."""

    covers: tuple[str, ...]


SPEC = ConsentSpec


def complain(written: Written) -> tuple[Complaint, ...]:
    """Refuse an exception that does not look at the name or the platform: a consent is never for more than it says."""
    if {"name", "platform"} <= set(cast("tuple[str, ...]", written.values["covers"])):
        return ()
    return (
        Complaint(
            code="consent-covers",
            field="covers",
            message=Localised(
                de="Eine Einwilligung gilt immer nur für einen Namen auf einer Plattform.",
                en="A consent is always for a name on a platform only.",
            ),
            remedy=Localised(
                de="»covers: [name, platform]« schreiben, mit »topic«, wenn auch Themen gedeckt sein dürfen.",
                en="Write `covers: [name, platform]`, with `topic` where topics may be covered too.",
            ),
        ),
    )


def build(written: Written) -> ConsentSpec:
    """Make the spec of checked values."""
    return ConsentSpec(covers=cast("tuple[str, ...]", written.values["covers"]))


def match(spec: ConsentSpec, facts: Facts, visible: frozenset[int]) -> Match:
    """Return the findings that consents cover; none where the rule found anything that no consent may excuse."""
    if not facts.consents or not NEVER.isdisjoint(facts.signals) or not all(_known(facts.findings[i]) for i in visible):
        return MISS
    fitting = [consent for consent in facts.consents if _fits(spec, facts, consent)]
    found: dict[int, frozenset[str]] = {}
    for index in visible & facts.everything:
        counted = _counted(facts, index, fitting)
        if counted:
            found[index] = counted
    if not found:
        return MISS
    return Match(held=True, findings=frozenset(found), consents=frozenset().union(*found.values()))


def _known(finding: Finding) -> bool:
    return _nameable(finding) or finding.entity in BESIDE


def _nameable(finding: Finding) -> bool:
    return finding.entity in EXCUSABLE and (finding.entity != RECORD or finding.rule == RECORD_OF_NAME)


def _fits(spec: ConsentSpec, facts: Facts, consent: Consent) -> bool:
    """Return whether a consent is for this platform, and for every topic of the post."""
    spoken_of = {topic for topic, signal in TOPICS.items() if signal in facts.signals}
    allowed = consent.topics if "topic" in spec.covers else frozenset()
    return facts.post.platform in consent.platforms and spoken_of <= allowed


def _counted(facts: Facts, index: int, consents: Iterable[Consent]) -> frozenset[str]:
    """Return the consents that cover a finding, none where anything of it is not covered."""
    finding = facts.findings[index]
    if not _nameable(finding):
        return frozenset()
    own = _naming(finding, consents)
    if finding.entity != RELATION or not own:
        return own
    others = [_naming(other, consents) for other in _others(facts, index)]
    return own.union(*others) if all(others) else frozenset()


def _naming(finding: Finding, consents: Iterable[Consent]) -> frozenset[str]:
    return frozenset(consent.id for consent in consents if finding.fingerprint in consent.names)


def _others(facts: Facts, index: int) -> Iterable[Finding]:
    """Yield the names around a relation that are not part of its own and not the house's."""
    relation, own = facts.findings[index], facts.allow_lists.get(OWN_NAMES, frozenset())
    around = frozenset[int]().union(
        *(unit for unit in units(facts, Within.SENTENCE, facts.everything) if index in unit)
    )
    for number in around:
        other = facts.findings[number]
        inside = other.part == relation.part and relation.span.covers(other.span)
        if other.entity in EXCUSABLE and not inside and other.fingerprint not in own:
            yield other
