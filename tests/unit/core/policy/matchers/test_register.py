"""`register`: what of the register of customers, and of restricted lists, a rule asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Confidence, Span
from proxy.core.policy.facts import Facts, Within, look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.register import RegisterSpec, Sought, build, complain, match
from proxy.core.policy.policy import Group, GroupKind
from tests.factories import make_finding, make_post, make_scan
from tests.policies import make_rule

CUSTOMER, NAME = RegisterSpec(sought=Sought.CUSTOMER), RegisterSpec(sought=Sought.NAME)


def _facts() -> Facts:
    findings = (
        make_finding("CUSTOMER_RECORD", rule="register/identifier", start=0, end=5),
        make_finding(
            "CUSTOMER_RECORD", rule="register/name-and-attribute", start=6, end=9, confidence=Confidence.MEDIUM
        ),
        make_finding("CUSTOMER_RECORD", rule="register/name", start=25, end=30, confidence=Confidence.LOW),
        make_finding("RESTRICTED_NAME", rule="register/restricted", start=10, end=15),
        make_finding("PERSON", start=25, end=30),
        make_finding("CUSTOMER_RECORD", rule="register/contact", start=31, end=35),
    )
    sentences = ((Span(start=0, end=20), Span(start=20, end=40)),)
    return look(make_post("x" * 40), replace(make_scan(*findings), sentences=sentences), {})


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (CUSTOMER, {0, 1, 2, 5}),
        (replace(CUSTOMER, attributes=2), {0, 1, 5}),
        (replace(CUSTOMER, confidence=Confidence.MEDIUM), {0, 1, 5}),
        (replace(CUSTOMER, confidence=Confidence.HIGH), {0, 5}),
        (RegisterSpec(sought=Sought.IDENTIFIER), {0}),
        (NAME, {1, 2}),
        (replace(NAME, attributes=2), {1}),
        (replace(NAME, confidence=Confidence.HIGH), set()),
        (RegisterSpec(sought=Sought.RESTRICTED_LIST), {3}),
    ],
)
def test_findings_of_what_is_sought_are_returned(spec: RegisterSpec, found: set[int]) -> None:
    """With a second attribute a name alone is not enough; a name that no register knows never counts."""
    facts = _facts()

    answer = match(spec, facts, facts.everything)

    assert (answer.held, set(answer.findings)) == (bool(found), found)


def test_only_visible_findings_count() -> None:
    """A group shows a matcher one sentence only."""
    assert match(CUSTOMER, _facts(), frozenset({2, 4})).findings == {2}


def test_a_rule_is_asked_where_the_register_found_something() -> None:
    """What a policy rule needs is among the signals of a post, alone and in a group."""
    for when in (NAME, Group(kind=GroupKind.ALL, conditions=(NAME,))):
        assert make_rule("named", when=when).may_match(_facts().signals)
        assert not make_rule("named", when=when).may_match(look(make_post(), make_scan(), {}).signals)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({"match": "customer", "attributes": (1, 2)}, "count-upper-bound"),
        ({"match": "identifier", "attributes": (2, None)}, "attributes-without-name"),
        ({"match": "restricted-list", "attributes": (None, 2)}, "attributes-without-name"),
    ],
)
def test_what_would_weaken_or_mean_nothing_is_refused(written: dict[str, object], code: str) -> None:
    """One more attribute would turn the rule off; a number has none."""
    (complaint,) = complain(Written(place="a/b#1", values=written))

    assert (complaint.code, complaint.field) == (code, "attributes")


def test_nothing_else_is_refused() -> None:
    """Attributes go with whatever may be a name."""
    assert complain(Written(place="a/b#1", values={"match": "name", "attributes": (2, None)})) == ()
    assert complain(Written(place="a/b#1", values={"match": "restricted-list"})) == ()


def test_a_spec_is_built_of_what_is_written() -> None:
    """Absent fields take the weakest demand."""
    assert build(Written(place="a/b#1", values={"match": "customer"})) == CUSTOMER
    full = {"match": "name", "attributes": (2, None), "confidence": "high", "within": "part"}
    assert build(Written(place="a/b#1", values=full)) == RegisterSpec(
        sought=Sought.NAME, attributes=2, confidence=Confidence.HIGH, within=Within.PART
    )


@pytest.mark.parametrize(
    ("sought", "entity"), [(Sought.CUSTOMER, "CUSTOMER_RECORD"), (Sought.RESTRICTED_LIST, "RESTRICTED_NAME")]
)
def test_a_spec_says_the_entity_of_its_findings(sought: Sought, entity: str) -> None:
    """What is told of changes of policies goes by entities."""
    assert RegisterSpec(sought=sought).entity == entity


def test_with_thread_earlier_posts_count_together_with_this_one() -> None:
    """And never alone."""
    spec = replace(CUSTOMER, within=Within.THREAD)
    record = make_finding("CUSTOMER_RECORD", rule="register/name")
    own = look(make_post(), replace(make_scan(record), earlier=(record,)), {})
    none = look(make_post(), replace(make_scan(), earlier=(record,)), {})

    assert match(spec, own, own.everything).findings == {0, 1}
    assert not match(spec, none, none.everything).held
