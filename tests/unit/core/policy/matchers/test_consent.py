"""`consent`: who agreed is excused, finding by finding, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Span
from proxy.core.policy.consent import NEVER
from proxy.core.policy.facts import look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.consent import ConsentSpec, build, complain, match
from tests.consents import make_consent
from tests.factories import make_finding, make_post, make_scan

if TYPE_CHECKING:
    from proxy.core.model import Finding
    from proxy.core.policy.consent import Consent
    from proxy.core.policy.facts import Match

ANNA, BEN, HOUSE = "a" * 32, "b" * 32, "c" * 32
FULL = ConsentSpec(covers=("name", "platform", "topic"))
NARROW = ConsentSpec(covers=("name", "platform"))
OF_ANNA = make_consent(ANNA, consent="anna")
OF_BEN = make_consent(BEN, consent="ben")
SENTENCES = ((Span(start=0, end=20), Span(start=20, end=40)),)


def _found(entity: str = "PERSON", name: str | None = ANNA, at: int = 0, rule: str = "test", end: int = 0) -> Finding:
    return make_finding(entity, fingerprint=name, start=at, end=end or at + 5, rule=rule)


def _asked(
    *findings: Finding, consents: tuple[Consent, ...] = (OF_ANNA,), spec: ConsentSpec = FULL, visible: int | None = None
) -> Match:
    scan = replace(make_scan(*findings), sentences=SENTENCES)
    facts = look(make_post(), scan, {"own-names": frozenset({HOUSE})}, consents=consents)
    return match(spec, facts, facts.everything if visible is None else frozenset(range(visible)))


RELATION = _found("CUSTOMER_RELATION")


@pytest.mark.parametrize(
    ("findings", "excused"),
    [
        ((_found(),), {0}),
        ((_found("ORGANIZATION"),), {0}),
        ((RELATION,), {0}),
        ((_found("CUSTOMER_RECORD", rule="register/name"),), {0}),
        ((_found("CUSTOMER_RECORD", rule="register/identifier"),), set()),
        ((_found("CUSTOMER_RECORD", rule="register/name-and-attribute"),), set()),
        ((_found(name=BEN),), set()),
        ((_found(name=None),), set()),
        ((_found("CUSTOMER_RELATION", name=None),), set()),
        ((_found(), _found(name=BEN, at=6)), {0}),
        ((_found(), _found("WORDS", name=None, rule="own-house")), {0}),
        ((_found(), _found("DISCLOSURE", name=None)), {0}),
        ((_found("WORDS", rule="own-house"),), set()),
        ((_found(), _found("IBAN_CODE")), set()),
        ((_found(), _found("INFERRED_CUSTOMER")), set()),
        ((), set()),
    ],
)
def test_each_finding_needs_its_own_consent(findings: tuple[Finding, ...], excused: set[int]) -> None:
    """A name that nobody agreed to is left over; what is no name makes the exception nothing at all."""
    answer = _asked(*findings)

    assert (answer.held, set(answer.findings)) == (bool(excused), excused)
    assert set(answer.consents) == ({"anna"} if excused else set())


@pytest.mark.parametrize(
    ("other", "consents", "counted"),
    [
        (_found(name=BEN, at=10), (OF_ANNA,), set()),
        (_found(name=BEN, at=10), (OF_ANNA, OF_BEN), {"anna", "ben"}),
        (_found("ORGANIZATION", name=BEN, at=10), (OF_ANNA,), set()),
        (_found("CUSTOMER_RELATION", name=None, at=10), (OF_ANNA,), set()),
        (_found("CUSTOMER_RECORD", name=BEN, at=10, rule="register/identifier"), (OF_ANNA,), set()),
        (_found("ORGANIZATION", name=HOUSE, at=10), (OF_ANNA,), {"anna"}),
        (_found(name=BEN, at=25), (OF_ANNA,), {"anna"}),
        (_found(name=BEN, at=1, end=4), (OF_ANNA,), {"anna"}),
        (_found(name=BEN, at=3, end=9), (OF_ANNA,), set()),
        (_found("LOCATION", name=BEN, at=10), (OF_ANNA,), {"anna"}),
    ],
)
def test_a_relation_needs_a_consent_for_every_name_of_its_sentence(
    other: Finding, consents: tuple[Consent, ...], counted: set[str]
) -> None:
    """Not for parts of its own name, for the house itself, or for what stands in another sentence."""
    answer = _asked(RELATION, other, consents=consents, visible=1)

    assert (answer.held, set(answer.consents)) == (bool(counted), counted)


@pytest.mark.parametrize(
    ("consent", "excused"),
    [
        (OF_ANNA, True),
        (make_consent(ANNA, platforms=("bluesky",)), False),
        (make_consent(ANNA, platforms=("bluesky", "mastodon")), True),
        (make_consent(ANNA, topics=("contract-topic",)), True),
    ],
)
def test_a_consent_is_for_its_platforms(consent: Consent, excused: bool) -> None:
    """On others it has no effect."""
    assert _asked(RELATION, consents=(consent,)).held is excused


@pytest.mark.parametrize(
    ("topics", "spec", "excused"),
    [
        ((), FULL, False),
        (("contract-topic",), FULL, False),
        (("contract-topic", "amount"), FULL, True),
        (("contract-topic", "amount", "insurance-product"), FULL, True),
        (("contract-topic", "amount"), NARROW, False),
    ],
)
def test_a_consent_is_for_all_topics_of_the_post(topics: tuple[str, ...], spec: ConsentSpec, excused: bool) -> None:
    """One more topic in a post never excuses, and a rule that asks for no topics excuses no post that has one."""
    spoken = (_found("WORDS", name=None, rule="contract-topic"), _found("MONEY_AMOUNT", name=None))

    assert (
        _asked(RELATION, *spoken, consents=(make_consent(ANNA, topics=topics),), spec=spec, visible=1).held is excused
    )


@pytest.mark.parametrize("signal", sorted(NEVER))
def test_some_things_are_never_covered(signal: str) -> None:
    """Whatever the customer agreed to: health, claims, money troubles, secrets and disguises anywhere in the post."""
    finding = _found(signal, name=None) if signal.isupper() else _found("WORDS", name=None, rule=signal)

    assert not _asked(RELATION, finding, visible=1).held


def test_earlier_posts_of_a_thread_are_not_excused() -> None:
    """What they say was said."""
    scan = replace(make_scan(), earlier=(RELATION,))
    facts = look(make_post(), scan, {}, consents=(OF_ANNA,))

    assert not match(FULL, facts, facts.earlier).held


def test_without_consents_nothing_is_excused() -> None:
    """None is in force."""
    assert not _asked(RELATION, consents=()).held


@pytest.mark.parametrize("covers", [("name",), ("platform",), ("topic",), ("name", "topic")])
def test_an_exception_looks_at_name_and_platform(covers: tuple[str, ...]) -> None:
    """It says so in both languages."""
    (complaint,) = complain(Written(place="p/r#1", values={"covers": covers}))

    assert (complaint.code, complaint.field) == ("consent-covers", "covers")
    assert "[name, platform]" in complaint.remedy.de
    assert "[name, platform]" in complaint.remedy.en


@pytest.mark.parametrize("spec", [FULL, NARROW])
def test_it_is_built_of_what_is_written(spec: ConsentSpec) -> None:
    """Nothing is added."""
    written = Written(place="p/r#1", values={"covers": spec.covers})

    assert complain(written) == ()
    assert build(written) == spec
