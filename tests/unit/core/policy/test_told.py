"""What an author hears of a decision: the same bytes with the register and without, and never what it knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Confidence, Decision, Finding, Localised, MatchedRule, Verdict
from proxy.core.policy import reasons
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.decide import decide
from proxy.core.policy.facts import Within
from proxy.core.policy.matchers.consent import ConsentSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.pattern import PatternSpec
from proxy.core.policy.policy import Condition, Group, GroupKind, Rule
from proxy.core.policy.told import CUSTOMER as BY_REGISTER
from proxy.core.policy.told import TOPIC, decided_by_register, needs_register, open_to_authors, replaces_untold, told
from tests.consents import make_consent
from tests.factories import LOOKED, make_decision, make_finding, make_post, make_scan
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.policy.consent import Consent

RECORD = FindingSpec(entities=("CUSTOMER_RECORD",))
PERSON = FindingSpec(entities=("PERSON",))
TERM = FindingSpec(entities=("CONFIDENTIAL_TERM",))
NAME = make_finding("PERSON", start=0, end=4, rule="ner/person")
HIT = make_finding("CUSTOMER_RECORD", start=0, end=4, rule="register/name-and-attribute")
CLOSED = make_finding("RESTRICTED_NAME", start=0, end=4, rule="register/restricted")


def _any(*conditions: Condition) -> Group:
    return Group(kind=GroupKind.ANY, conditions=conditions)


def _all(*conditions: Condition) -> Group:
    return Group(kind=GroupKind.ALL, conditions=conditions)


def _decide(
    *findings: Finding, rules: tuple[Rule, ...], appeal_of: str | None = None, consents: tuple[Consent, ...] = ()
) -> Decision:
    post = replace(make_post(), appeal_of=appeal_of)
    bundle = make_bundle(make_policy(*rules))
    return decide(post, make_scan(*findings), bundle, running=frozenset(), expected=LOOKED, consents=consents)


def _said(decision: Decision) -> list[tuple[str, str]]:
    return [(reason.rule, reason.message.en) for reason in told(decision).reasons]


RELATION = make_rule("relation", when=PERSON)
CUSTOMER = make_rule("customer", when=_any(RECORD, FindingSpec(entities=("IBAN_CODE",))))


def test_beside_another_rule_as_strict_the_register_changes_nothing() -> None:
    """Reasons, words and verdict are those of the post without the hit; the record has both rules."""
    without, with_hit = (_decide(NAME, *more, rules=(RELATION, CUSTOMER)) for more in ((), (HIT,)))

    assert _said(without) == _said(with_hit) == [("sample/relation", "rule relation")]
    assert without.verdict is with_hit.verdict is Verdict.BLOCK
    assert [one.rule for one in with_hit.reasons] == ["sample/customer", "sample/relation"]
    assert [(one.rule, one.untold) for one in with_hit.matched] == [
        ("sample/customer", BY_REGISTER),
        ("sample/relation", None),
    ]
    assert told(without) == without
    assert not decided_by_register(without)
    assert not decided_by_register(with_hit)


def test_a_hit_alone_is_told_as_what_else_the_rule_matches_by() -> None:
    """The bytes of another post that the same rule stops; and the gate knows that the register alone decided."""
    hit = _decide(HIT, rules=(CUSTOMER,))
    other = _decide(make_finding(), rules=(CUSTOMER,))

    assert _said(hit) == _said(other) == [("sample/customer", "rule customer")]
    assert decided_by_register(hit)
    assert not decided_by_register(other)
    assert not decided_by_register(_decide(rules=(CUSTOMER,)))


def test_who_agreed_hides_nobody_who_did_not() -> None:
    """Beside a name that may be named, the register alone stops the other one: that counts as its hit."""
    agreed = make_finding("PERSON", start=0, end=4, rule="ner/person", fingerprint="a" * 32)
    other = make_finding("CUSTOMER_RECORD", start=6, end=9, rule="register/name", fingerprint="b" * 32)
    rule = make_rule("named", when=_any(RECORD, PERSON), unless=(ConsentSpec(covers=("name", "platform", "topic")),))
    consents = (make_consent("a" * 32),)

    passes, hit = (_decide(agreed, *more, rules=(rule,), consents=consents) for more in ((), (other,)))

    assert (passes.verdict, hit.verdict) == (Verdict.ALLOW, Verdict.BLOCK)
    assert [one.untold for one in hit.matched] == [BY_REGISTER]
    assert decided_by_register(hit)


def test_what_only_follows_from_a_hit_is_not_told() -> None:
    """A relation that the register made surer: the rule for sure ones is told no more than the hit itself."""
    medium = make_finding("CUSTOMER_RELATION", confidence=Confidence.MEDIUM, rule="combination/customer-relation")
    high = replace(medium, confidence=Confidence.HIGH)
    sure = make_rule("sure", when=FindingSpec(entities=("CUSTOMER_RELATION",), confidence=Confidence.HIGH))
    any_relation = make_rule("relation", when=FindingSpec(entities=("CUSTOMER_RELATION",)))
    bundle = make_bundle(make_policy(sure, any_relation))
    scan = replace(make_scan(high, HIT), told=(medium,))
    decision = decide(make_post(), scan, bundle, running=frozenset(), expected=LOOKED)

    assert {one.rule: one.untold for one in decision.matched} == {"sample/sure": BY_REGISTER, "sample/relation": None}
    assert _said(decision) == [("sample/relation", "rule relation")]


def test_a_rule_that_matches_both_ways_is_told() -> None:
    """It would have matched without the hit, so its name tells nothing of it."""
    decision = _decide(HIT, make_finding(), rules=(CUSTOMER,))

    assert [one.untold for one in decision.matched] == [None]
    assert _said(decision) == [("sample/customer", "rule customer")]


@pytest.mark.parametrize("finding", [CLOSED, make_finding("CONFIDENTIAL_TERM")])
def test_of_a_closed_topic_only_that_it_is_closed_is_told(finding: Finding) -> None:
    """Neither the rule nor its words; beside the other reasons, in both languages."""
    closed = make_rule("project", when=FindingSpec(entities=("RESTRICTED_NAME", "CONFIDENTIAL_TERM")))
    alone = _decide(finding, rules=(closed,))
    beside = _decide(finding, NAME, HIT, rules=(closed, RELATION, CUSTOMER))
    topic = ("gate/topic-closed", "This topic is closed at present.")

    assert _said(alone) == [topic]
    assert told(alone).reasons[0].message.de == "Dieses Thema ist derzeit gesperrt."
    assert told(alone).reasons[0].verdict is Verdict.BLOCK
    assert _said(beside) == [("sample/relation", "rule relation"), topic]
    assert alone.matched[0].untold == TOPIC


def test_a_weaker_rule_on_a_closed_topic_is_no_reason() -> None:
    """Only what decided is told."""
    weak = make_rule("project", when=TERM, action=Verdict.HOLD)
    decision = _decide(make_finding("CONFIDENTIAL_TERM"), NAME, rules=(weak, RELATION))

    assert _said(decision) == [("sample/relation", "rule relation")]


def test_a_reached_limit_is_all_that_is_told() -> None:
    """Whatever else there is to say; and nothing of who would be asked, and until when."""
    decision = _decide(NAME, rules=(make_rule(when=PERSON, action=HoldSpec(queue="legal", stages=2), retain="long"),))
    limited = replace(decision, reasons=(*decision.reasons, reasons.limit_reached()))

    assert _said(limited) == [("gate/limit", "A limit was reached. A person decides about the post.")]
    assert [one.name for one in limited.obligations] == ["review", "retain"]
    assert [one.name for one in told(limited).obligations] == ["retain"]


def _terms(decision: Decision) -> list[tuple[object, object]]:
    asked = [dict(one.arguments) for one in decision.obligations]
    return [(one.get("queue"), one.get("stages")) for one in asked]


def test_who_reviews_does_not_tell_of_the_register() -> None:
    """Authors see the queue: beside another hold, its terms count; alone, its own; it is kept anyway."""
    register = make_rule("customer", when=_any(RECORD, TERM), action=HoldSpec(queue="privacy", stages=2), retain="long")
    other = make_rule("relation", when=PERSON, action=HoldSpec(queue="legal"))

    assert _terms(_decide(NAME, rules=(register, other))) == [("legal", 1)]
    assert _terms(_decide(NAME, HIT, rules=(register, other))) == [("legal", 1), (None, None)]
    assert _terms(_decide(HIT, rules=(register, other))) == [("privacy", 2), (None, None)]


def test_an_appeal_is_heard_on_terms_that_do_not_tell_of_the_register() -> None:
    """It is always held for a reason of its own."""
    register = make_rule("customer", when=_any(RECORD, TERM), action=HoldSpec(queue="privacy", stages=2))
    block = make_rule("relation", when=PERSON)
    without, with_hit = (_decide(NAME, *more, rules=(register, block), appeal_of="r1") for more in ((), (HIT,)))

    assert _terms(without) == _terms(with_hit) == [("compliance", 1)]


def test_earlier_posts_of_a_thread_count_as_little() -> None:
    """A hit in one of them is as untold as one in this post."""
    spec = FindingSpec(entities=("CUSTOMER_RECORD", "PERSON"), at_least=2, within=Within.THREAD)
    scan = replace(make_scan(NAME), earlier=(HIT,))
    decision = decide(
        make_post(), scan, make_bundle(make_policy(make_rule(when=spec))), running=frozenset(), expected=LOOKED
    )
    shown = open_to_authors(scan)

    assert [one.untold for one in decision.matched] == [BY_REGISTER]
    assert shown is not None
    assert (shown.findings, shown.earlier) == ((NAME,), ())
    assert open_to_authors(make_scan(NAME)) is None


def test_other_reasons_of_the_gate_are_told() -> None:
    """A rule that nobody knows any more, and reasons without a rule."""
    decision = replace(make_decision(verdict=Verdict.HOLD), matched=(MatchedRule(rule="a/b", verdict=Verdict.HOLD),))

    assert told(decision).reasons == decision.reasons
    assert decision.reasons[0].message == Localised(de="Grund", en="reason")


@pytest.mark.parametrize(
    ("when", "needs"),
    [
        (RECORD, True),
        (FindingSpec(entities=("CUSTOMER_RECORD", "CONFIDENTIAL_TERM")), True),
        (PatternSpec(rules=("register/name",)), True),
        (_all(RECORD, PERSON), True),
        (_any(RECORD, _all(RECORD, PERSON)), True),
        (_any(RECORD, PERSON), False),
        (FindingSpec(entities=("CUSTOMER_RECORD", "PERSON")), False),
        (TERM, False),
        (FindingSpec(entities=("RESTRICTED_NAME",)), False),
        (PERSON, False),
    ],
)
def test_no_rule_may_need_the_register(when: Condition, needs: bool) -> None:
    """Its name and words would be those of a customer alone; what a topic closes is told without them."""
    assert needs_register(make_rule(when=when)) is needs


@pytest.mark.parametrize(
    ("when", "action", "replaces"),
    [
        (_any(_all(PERSON, RECORD), TERM), Verdict.REDACT, True),
        (NearSpec(a=PERSON, b=PatternSpec(rules=("register/restricted",)), distance=5), Verdict.REDACT, True),
        (_any(PERSON, RECORD), Verdict.HOLD, False),
        (TERM, Verdict.REDACT, False),
    ],
)
def test_no_label_stands_where_a_customer_stood(when: Condition, action: Verdict, replaces: bool) -> None:
    """It would show the place."""
    assert replaces_untold(make_rule(when=when, action=action)) is replaces
