"""Why each rule says what it says about a post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Confidence, Finding, PostKind, Verdict
from proxy.core.policy.decide import decide
from proxy.core.policy.explain import Explained, Outcome, explain
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.missing import MissingSpec
from proxy.core.policy.matchers.register import RegisterSpec, Sought
from proxy.core.policy.policy import Group, GroupKind, Mode, Rule
from tests.factories import LOOKED, make_finding, make_post, make_scan
from tests.policies import BrokenSpec, make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle

IBAN = FindingSpec(entities=("IBAN_CODE",), confidence=Confidence.MEDIUM)
PERSON = FindingSpec(entities=("PERSON",))
NO_WARNING = MissingSpec(lists=("risk-warning", "risk-mention"))
BOTH = Group(kind=GroupKind.ALL, conditions=(IBAN, PERSON, NO_WARNING))


def _bundle(*rules: Rule) -> PolicyBundle:
    return make_bundle(make_policy(*rules), allow_lists={"own": frozenset({"f" * 32})})


RECORD = RegisterSpec(sought=Sought.CUSTOMER, attributes=2)


def _explain(rule: Rule, *findings: Finding) -> Explained:
    (one,) = explain(make_post(), make_scan(*findings), _bundle(rule), running=frozenset())
    return one


@pytest.mark.parametrize(
    ("rule", "findings", "outcome"),
    [
        (make_rule(when=IBAN), [make_finding()], Outcome.MATCHED),
        (make_rule(when=IBAN), [], Outcome.NOT),
        (make_rule(when=IBAN), [make_finding(confidence=Confidence.LOW)], Outcome.ALMOST),
        (make_rule(when=IBAN, unless=(AllowedSpec(lists=("own",)),)), [make_finding()], Outcome.EXCUSED),
        (make_rule(when=BOTH), [make_finding(), make_finding("PERSON")], Outcome.MATCHED),
        (make_rule(when=BOTH), [make_finding("PERSON")], Outcome.ALMOST),
        (make_rule(when=BOTH), [], Outcome.NOT),
        (make_rule(when=FindingSpec(entities=("PERSON",), at_least=2)), [make_finding("PERSON")], Outcome.ALMOST),
        (make_rule(when=RECORD), [make_finding(rule="register/name")], Outcome.ALMOST),
        (make_rule(when=BrokenSpec()), [], Outcome.MATCHED),
    ],
)
def test_every_rule_has_an_outcome(rule: Rule, findings: list[Finding], outcome: Outcome) -> None:
    """A duty text that is missing alone makes no rule match almost: it is missing nearly everywhere."""
    assert _explain(rule, *findings).outcome is outcome


def test_conditions_answer_one_by_one() -> None:
    """Also those that a rule need not ask any more."""
    answer = _explain(make_rule(when=BOTH), make_finding("PERSON")).when

    assert (answer.held, [one.held for one in answer.inner]) == (False, [False, True, True])
    assert [one.findings for one in answer.inner] == [(), (0,), ()]


def test_missing_texts_are_named() -> None:
    """Any of them would keep the rule from matching."""
    assert _explain(make_rule(when=BOTH), make_finding(), make_finding("PERSON")).absent() == NO_WARNING.lists
    assert _explain(make_rule(when=IBAN), make_finding()).absent() == ()


def test_rules_that_matched_come_first_the_strictest_before_others() -> None:
    """Then by name."""
    rules = (
        make_rule("a", when=PERSON, action=Verdict.HOLD),
        make_rule("b", when=IBAN, action=Verdict.HOLD),
        make_rule("c", when=IBAN, action=Verdict.BLOCK),
    )

    assert [
        one.rule.id for one in explain(make_post(), make_scan(make_finding()), _bundle(*rules), running=frozenset())
    ] == ["c", "b", "a"]


def test_rules_that_do_not_count_for_the_post_are_left_out() -> None:
    """Those that are off, and those of policies for other kinds of posts; a watching one is there."""
    off, watching = make_rule("off", mode=Mode.OFF), make_rule("watching", mode=Mode.MONITOR)
    bundle = _bundle(off, watching)

    assert [(one.rule.id, one.mode) for one in explain(make_post(), make_scan(), bundle, running=frozenset())] == [
        ("watching", Mode.MONITOR)
    ]
    assert explain(make_post(kind=PostKind.MEDIA), make_scan(), bundle, running=frozenset()) == ()


def test_what_matched_is_what_was_decided() -> None:
    """The explanation and the decision are of one mind."""
    rules = (make_rule("a", when=PERSON), make_rule("b", when=IBAN), make_rule("c", when=BOTH))
    post, scan, bundle = make_post(), make_scan(make_finding()), _bundle(*rules)

    matched = {one.name for one in explain(post, scan, bundle, running=frozenset()) if one.outcome is Outcome.MATCHED}

    assert matched == {one.rule for one in decide(post, scan, bundle, running=frozenset(), expected=LOOKED).matched}


def test_a_rule_outside_its_sample_is_explained_as_watching() -> None:
    """As the decision on the same post has it."""
    bundle = _bundle(make_rule(when=IBAN, rollout=500))
    modes = set()
    for number in range(20):
        post, scan = make_post(post_id=str(number)), make_scan(make_finding())
        (one,) = explain(post, scan, bundle, running=frozenset())
        modes.add(one.mode)
        blocked = decide(post, scan, bundle, running=frozenset(), expected=LOOKED).verdict is Verdict.BLOCK
        assert (one.mode is Mode.ENFORCE) is blocked

    assert modes == {Mode.ENFORCE, Mode.MONITOR}
