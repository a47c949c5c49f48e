"""What it does to verdicts when rules match more, or when findings take the place of others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Confidence, PostKind, Recognizer, RuleConfidence, Verdict, View
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.change import Direction
from proxy.core.policy.facts import Within
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.core.policy.matchers.missing import MissingSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.pattern import PatternSpec
from proxy.core.policy.matchers.register import RegisterSpec, Sought
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Condition, Group, GroupKind, Mode, Rule
from proxy.core.policy.strictness import (
    all_of,
    enforced,
    entities_of,
    findings_added,
    lists_of,
    matching_more,
    words_added,
)
from tests.policies import BrokenSpec, make_bundle, make_policy, make_rule

IBAN = FindingSpec(entities=("IBAN_CODE",))
WORDS = WordsSpec(lists=("promises",))
EVASION = make_rule("evasion", when=FindingSpec(entities=("OBFUSCATION",)), action=Verdict.HOLD)
HOLDING = make_rule(action=HoldSpec(queue="claims"))
STRICTER, UNCLEAR, NEUTRAL, WEAKER = (
    Direction.STRICTER,
    Direction.UNCLEAR,
    Direction.NEUTRAL,
    Direction.WEAKER,
)


def _together(condition: Condition, within: Within = Within.POST) -> Group:
    return Group(kind=GroupKind.ALL, conditions=(condition,), within=within)


@pytest.mark.parametrize(
    ("directions", "together"),
    [
        ((), NEUTRAL),
        ((NEUTRAL, STRICTER), STRICTER),
        ((STRICTER, UNCLEAR), UNCLEAR),
        ((WEAKER, UNCLEAR, STRICTER), WEAKER),
    ],
)
def test_the_worst_direction_counts(directions: tuple[Direction, ...], together: Direction) -> None:
    """Several changes are as good as the worst of them."""
    assert all_of(directions) is together


def test_only_rules_with_an_effect_are_enforced() -> None:
    """The weaker of the modes of policy and rule counts."""
    bundle = make_bundle(
        make_policy(make_rule("a"), make_rule("b", mode=Mode.MONITOR)),
        make_policy(make_rule("c"), identifier="watched", mode=Mode.MONITOR),
    )

    assert [rule.id for _, rule in enforced(bundle)] == ["a"]


@pytest.mark.parametrize(
    ("rule", "mode", "direction"),
    [
        (make_rule(), Mode.ENFORCE, STRICTER),
        (make_rule(), Mode.MONITOR, NEUTRAL),
        (make_rule(action=Verdict.ALLOW), Mode.ENFORCE, NEUTRAL),
        (make_rule(action=Verdict.REDACT), Mode.ENFORCE, STRICTER),
        (make_rule(action=Verdict.HOLD), Mode.ENFORCE, STRICTER),
        (make_rule(action=HoldSpec(queue="claims")), Mode.ENFORCE, STRICTER),
        (make_rule(action=HoldSpec(queue="mine")), Mode.ENFORCE, UNCLEAR),
    ],
)
def test_a_rule_that_matches_more_is_stricter(rule: Rule, mode: Mode, direction: Direction) -> None:
    """Unless the review it asks for could keep the post from those who looked so far."""
    assert matching_more(rule, mode, make_bundle(make_policy(HOLDING))) is direction


@pytest.mark.parametrize(
    ("condition", "direction"),
    [
        (WORDS, STRICTER),
        (_together(WORDS), STRICTER),
        (_together(WORDS, Within.SENTENCE), UNCLEAR),
        (NearSpec(a=IBAN, b=WORDS, distance=3), UNCLEAR),
        (MissingSpec(lists=("promises",)), UNCLEAR),
        (MissingSpec(lists=("others",)), STRICTER),
        (PatternSpec(rules=("promises",)), UNCLEAR),
        (RegisterSpec(sought=Sought.CUSTOMER), STRICTER),
        (FindingSpec(entities=("WORDS",), at_least=2), UNCLEAR),
        (FindingSpec(entities=("DISCLOSURE",)), STRICTER),
        (LengthSpec(low=1), STRICTER),
        (BrokenSpec(), UNCLEAR),
    ],
)
def test_more_words_are_stricter_where_only_their_presence_counts(condition: Condition, direction: Direction) -> None:
    """A longer hit takes the place of a shorter one, so where a word stands may change."""
    assert words_added("promises", make_bundle(make_policy(make_rule(when=condition)))) is direction


def test_more_words_for_a_label_are_unclear() -> None:
    """As everything is that redacts more where something is redacted."""
    assert words_added("promises", make_bundle(make_policy(make_rule(when=WORDS, action=Verdict.REDACT)))) is UNCLEAR


def test_words_that_detection_combines_are_unclear() -> None:
    """What they say together with others depends on their place."""
    assert words_added("health", make_bundle()) is UNCLEAR


@pytest.mark.parametrize(
    ("rule", "direction"),
    [
        (make_rule(when=IBAN), STRICTER),
        (make_rule(when=replace(IBAN, at_least=2)), UNCLEAR),
        (make_rule(when=replace(IBAN, view=View.DEOBFUSCATED)), UNCLEAR),
        (make_rule(when=_together(IBAN, Within.PART)), UNCLEAR),
        (make_rule(when=PatternSpec(rules=("own",))), UNCLEAR),
        (make_rule(when=PatternSpec(rules=("other",))), STRICTER),
        (make_rule(when=RegisterSpec(sought=Sought.CUSTOMER)), STRICTER),
        (make_rule(when=PatternSpec(rules=("unknown",))), UNCLEAR),
        (make_rule(when=IBAN, unless=(AllowedSpec(lists=("own",)),)), UNCLEAR),
        (make_rule(when=WORDS, unless=(AllowedSpec(lists=("own",)),)), STRICTER),
        (make_rule(when=IBAN, action=Verdict.REDACT), UNCLEAR),
        (make_rule(when=replace(IBAN, entities=("DISCLOSURE",), at_least=2)), STRICTER),
        (make_rule(when=BrokenSpec()), UNCLEAR),
        (EVASION, UNCLEAR),
    ],
)
def test_more_findings_are_stricter_where_only_their_presence_counts(rule: Rule, direction: Direction) -> None:
    """One finding takes the place of another, with another place, rule, view and fingerprint."""
    known = Recognizer(id="own", entity="IBAN_CODE", pattern="x", confidence=RuleConfidence())
    bundle = replace(make_bundle(make_policy(rule)), recognizers=(known, replace(known, id="other", entity="SECRET")))

    assert findings_added("IBAN_CODE", bundle) is direction


def test_findings_that_detection_combines_are_unclear() -> None:
    """What they say together with others depends on their place."""
    assert findings_added("PERSON", make_bundle()) is UNCLEAR


@pytest.mark.parametrize(
    ("shield", "direction"),
    [
        (make_rule(when=IBAN, action=Verdict.HOLD), STRICTER),
        (make_rule(when=Group(kind=GroupKind.ANY, conditions=(WORDS, IBAN))), STRICTER),
        (make_rule(when=replace(IBAN, confidence=Confidence.HIGH)), UNCLEAR),
        (make_rule(when=IBAN, action=Verdict.ALLOW), UNCLEAR),
        (make_rule(when=_together(IBAN)), UNCLEAR),
    ],
)
def test_a_rule_as_strict_as_that_for_evasions_makes_up_for_them(shield: Rule, direction: Direction) -> None:
    """An evasion goes where a finding in plain sight takes the place of what was dug out."""
    assert findings_added("IBAN_CODE", make_bundle(make_policy(EVASION, shield))) is direction


def test_that_rule_has_to_apply_wherever_the_other_does() -> None:
    """On all its platforms and for all its kinds of post."""
    shield = make_policy(make_rule(when=IBAN), identifier="shield")
    mastodon = frozenset({"mastodon"})
    everywhere = make_policy(EVASION)

    def direction(*, shield_on: frozenset[str] | None, evasion_on: frozenset[str] | None) -> Direction:
        return findings_added(
            "IBAN_CODE",
            make_bundle(replace(everywhere, platforms=evasion_on), replace(shield, platforms=shield_on)),
        )

    assert direction(shield_on=mastodon, evasion_on=mastodon) is STRICTER
    assert direction(shield_on=None, evasion_on=mastodon) is STRICTER
    assert direction(shield_on=mastodon, evasion_on=None) is UNCLEAR
    narrow = replace(shield, kinds=frozenset({PostKind.POST}))
    assert findings_added("IBAN_CODE", make_bundle(everywhere, narrow)) is UNCLEAR


def test_a_rule_looks_at_entities_by_name_or_by_detection_rule() -> None:
    """And at word lists, there or absent."""
    known = Recognizer(id="own", entity="SECRET", pattern="x", confidence=RuleConfidence())
    condition = Group(
        kind=GroupKind.ANY,
        conditions=(
            NearSpec(a=IBAN, b=WORDS, distance=3),
            PatternSpec(rules=("own", "unknown")),
            MissingSpec(lists=("others",)),
            RegisterSpec(sought=Sought.NAME),
        ),
    )
    bundle = replace(make_bundle(), recognizers=(known,))

    assert entities_of(make_rule(when=condition), bundle) == {"CUSTOMER_RECORD", "IBAN_CODE", "SECRET"}
    assert lists_of(condition) == {"promises", "others"}
