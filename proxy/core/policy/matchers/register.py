"""
`register`: a customer of the register, or an entry of a restricted list, stands in the post.

`customer` is whoever is named there by a number, a telephone number, an e-mail address or a name; `identifier` is the
number of a customer, a contract, an account; `name` is a name. `attributes: {from: 2}` leaves out what is a name and no
more: people share names, and few share a name together with a town, a street or a date of birth. `restricted-list` is
what the house must not speak about at the moment. In a rule on customers other conditions belong beside this one, in an
`any`: by a rule that only the register can make match, authors would learn who is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from proxy.core.errors import Localised
from proxy.core.model import Confidence
from proxy.core.policy.facts import MISS, Facts, Match, MatcherSpec, Place, Within, seen
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written, upper_bound

NAME = "register"
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = True


class Sought(StrEnum):
    """What of the register counts."""

    CUSTOMER = "customer"
    IDENTIFIER = "identifier"
    NAME = "name"
    RESTRICTED_LIST = "restricted-list"


FIELDS: tuple[Field, ...] = (
    Field(name="match", kind=FieldKind.CHOICE, choices=tuple(Sought), required=True),
    Field(name="attributes", kind=FieldKind.RANGE, low=1, high=2),
    Field(name="confidence", kind=FieldKind.CHOICE, choices=tuple(Confidence)),
    Field(name="within", kind=FieldKind.CHOICE, choices=tuple(Within)),
)

_IDENTIFIER, _CONTACT = "register/identifier", "register/contact"
_WITH_MORE, _NAME = "register/name-and-attribute", "register/name"
_RULES = {
    Sought.CUSTOMER: frozenset({_IDENTIFIER, _CONTACT, _WITH_MORE, _NAME}),
    Sought.IDENTIFIER: frozenset({_IDENTIFIER}),
    Sought.NAME: frozenset({_WITH_MORE, _NAME}),
    Sought.RESTRICTED_LIST: frozenset({"register/restricted"}),
}
_COUNTED = frozenset({Sought.CUSTOMER, Sought.NAME})
"""What may be a name and no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSpec(MatcherSpec):
    """Which findings of the register count."""

    sought: Sought
    attributes: int = 1
    """2: a name alone is not enough."""
    confidence: Confidence = Confidence.LOW
    """This confidence or higher."""

    @property
    def entity(self) -> str:
        """Return the entity of the findings that count."""
        return "RESTRICTED_NAME" if self.sought is Sought.RESTRICTED_LIST else "CUSTOMER_RECORD"

    @property
    def rules(self) -> frozenset[str]:
        """Return the rules of the findings that count."""
        return _RULES[self.sought] - {_NAME} if self.attributes > 1 else _RULES[self.sought]

    def needs(self) -> frozenset[str]:
        """Return the entity."""
        return frozenset({self.entity})


SPEC = RegisterSpec


def complain(written: Written) -> tuple[Complaint, ...]:
    """Refuse an upper bound, and attributes of what has none."""
    if "attributes" in written.values and written.values["match"] not in _COUNTED:
        return (
            Complaint(
                code="attributes-without-name",
                field="attributes",
                message=Localised(
                    de="»attributes« gilt nur für »customer« und »name«: Nummern und gesperrte Begriffe haben keine.",
                    en="`attributes` goes with `customer` and `name` only: numbers and closed topics have none.",
                ),
                remedy=Localised(de="»attributes« streichen.", en="Remove `attributes`."),
            ),
        )
    return upper_bound(written, "attributes")


def build(written: Written) -> RegisterSpec:
    """Make the spec of checked values."""
    values = written.values
    low, _ = cast("tuple[int | None, int | None]", values.get("attributes", (None, None)))
    return RegisterSpec(
        sought=Sought(cast("str", values["match"])),
        attributes=low or 1,
        confidence=Confidence(cast("str", values.get("confidence", Confidence.LOW))),
        within=Within(cast("str", values["within"])) if "within" in values else None,
    )


def match(spec: RegisterSpec, facts: Facts, visible: frozenset[int]) -> Match:
    """Return the findings of the register among the visible ones; earlier posts alone are not enough."""
    found = frozenset(
        index
        for index in seen(facts, visible, spec.within)
        if facts.findings[index].rule in spec.rules and facts.findings[index].confidence.rank >= spec.confidence.rank
    )
    return Match(held=True, findings=found) if found & visible else MISS
