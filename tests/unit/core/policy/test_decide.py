"""The verdict on one post, case by case; what holds for all cases is in tests/property."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Decision, Finding, Localised, PartKind, Phase, PostKind, Scan, Verdict
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.decide import decide
from proxy.core.policy.policy import Mode
from tests.factories import LOOKED, make_finding, make_part, make_post, make_scan
from tests.policies import BrokenSpec, make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle


def _decide(bundle: PolicyBundle, *findings: Finding, scan: Scan | None = None) -> Decision:
    return decide(make_post(), scan or make_scan(*findings), bundle, running=frozenset(), expected=LOOKED)


def _rules(decision: Decision) -> list[str]:
    return [reason.rule for reason in decision.reasons]


def test_an_allow_says_which_policies_looked() -> None:
    """Reasons come with both outcomes."""
    decision = _decide(make_bundle(make_policy(identifier="bank"), make_policy(identifier="ads")))

    assert decision.verdict is Verdict.ALLOW
    assert _rules(decision) == ["ads/*", "bank/*"]
    assert decision.obligations == ()


def test_the_strictest_rule_wins_and_all_are_on_record() -> None:
    """Only the winning strength gives reasons; every match is recorded."""
    rules = [make_rule(verdict.value, action=verdict) for verdict in Verdict]

    decision = _decide(make_bundle(make_policy(*rules)), make_finding())

    assert decision.verdict is Verdict.BLOCK
    assert _rules(decision) == ["sample/block"]
    assert [matched.rule for matched in decision.matched] == [
        "sample/allow", "sample/block", "sample/hold", "sample/redact",
    ]  # fmt: skip


def test_a_reason_says_what_would_make_the_post_pass() -> None:
    """Where its rule does; the gate's own reasons say nothing of it."""
    remedy = Localised(de="Ohne Nummer", en="without the number")
    rules = replace(make_rule("a"), remedy=remedy), make_rule("b")

    decision = _decide(make_bundle(make_policy(*rules)), make_finding())

    assert [(reason.rule, reason.remedy) for reason in decision.reasons] == [("sample/a", remedy), ("sample/b", None)]


@pytest.mark.parametrize(("appeal_of", "stages"), [("r1", [2]), (None, [])])
def test_an_appeal_against_a_block_asks_on_the_terms_of_what_else_holds_it(
    appeal_of: str | None, stages: list[int]
) -> None:
    """A block alone asks nobody; people who hear an appeal are as many as without the block."""
    rules = make_rule("block"), make_rule("hold", action=HoldSpec(queue="legal", stages=2))
    post = replace(make_post(), appeal_of=appeal_of)
    bundle = make_bundle(make_policy(*rules))

    decision = decide(post, make_scan(make_finding()), bundle, running=frozenset(), expected=LOOKED)

    assert decision.verdict is Verdict.BLOCK
    assert [dict(one.arguments)["stages"] for one in decision.obligations] == stages


def test_rules_of_equal_strength_add_their_reasons() -> None:
    """Two rules that block are both named."""
    assert _rules(_decide(make_bundle(make_policy(make_rule("two"), make_rule("one"))), make_finding())) == [
        "sample/one",
        "sample/two",
    ]


def test_an_allow_rule_weakens_nothing() -> None:
    """It is recorded beside a default that holds, and does not lift it."""
    bundle = make_bundle(make_policy(make_rule(action=Verdict.ALLOW)), default=Verdict.HOLD)

    decision = _decide(bundle, make_finding())

    assert (decision.verdict, _rules(decision)) == (Verdict.HOLD, ["gate/default"])


def test_a_rule_that_is_off_is_not_asked() -> None:
    """Neither verdict nor record show it."""
    decision = _decide(make_bundle(make_policy(make_rule(mode=Mode.OFF))), make_finding())

    assert (decision.verdict, decision.matched, decision.would_have) == (Verdict.ALLOW, (), ())


def test_a_monitored_rule_says_what_it_would_have_done() -> None:
    """With its verdict and findings, and without effect."""
    decision = _decide(make_bundle(make_policy(make_rule(mode=Mode.MONITOR))), make_finding())

    assert decision.verdict is Verdict.ALLOW
    assert [(one.rule, one.verdict, one.findings) for one in decision.would_have] == [
        ("sample/iban", Verdict.BLOCK, (0,)),
    ]


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.MONITOR])
def test_policies_that_are_not_in_force_cover_nothing(mode: Mode) -> None:
    """Nothing is configured to look, so nothing passes."""
    decision = _decide(make_bundle(make_policy(mode=mode)))

    assert (decision.verdict, _rules(decision)) == (Verdict.HOLD, ["gate/no-policy"])


@pytest.mark.parametrize(("on_incomplete", "rules"), [(Verdict.HOLD, 1), (Verdict.BLOCK, 1)])
def test_an_incomplete_scan_gets_what_the_house_wants(on_incomplete: Verdict, rules: int) -> None:
    """A missing detector is named in the decision and never allowed."""
    scan = make_scan(completed=frozenset(list(LOOKED)[:1]))

    decision = _decide(make_bundle(on_incomplete=on_incomplete), scan=scan)

    assert decision.verdict is on_incomplete
    assert _rules(decision) == ["gate/incomplete-scan"]
    assert len(decision.missing) == rules


def test_a_detector_of_another_version_is_missing() -> None:
    """The scan must hold what is expected now, whatever it itself expected."""
    newer = frozenset(type(one)(name=one.name, version="2") for one in LOOKED)

    decision = decide(make_post(), make_scan(), make_bundle(), running=frozenset(), expected=newer)

    assert decision.verdict is Verdict.HOLD
    assert decision.missing == ("lexicons", "presidio")


def test_an_empty_expectation_is_incomplete() -> None:
    """Nobody had to look, so nobody looked."""
    assert (
        decide(make_post(), make_scan(), make_bundle(), running=frozenset(), expected=frozenset()).verdict
        is Verdict.HOLD
    )


def test_an_act_without_text_passes_when_a_policy_covers_acts() -> None:
    """The reason says that there was no text and the default applies."""
    act = make_post(kind=PostKind.ACT, parts=())

    decision = decide(act, make_scan(), make_bundle(), running=frozenset(), expected=LOOKED)

    assert decision.verdict is Verdict.ALLOW
    assert "default" in decision.reasons[0].message.en


def test_media_needs_a_policy_that_names_it() -> None:
    """A media kind no policy names is held."""
    image = make_post(kind=PostKind.MEDIA)

    assert decide(image, make_scan(), make_bundle(), running=frozenset(), expected=LOOKED).verdict is Verdict.HOLD
    named = make_bundle(make_policy(kinds=frozenset({PostKind.MEDIA})))
    assert decide(image, make_scan(), named, running=frozenset(), expected=LOOKED).verdict is Verdict.ALLOW


def test_a_rule_that_could_not_be_evaluated_says_so() -> None:
    """Its reason stays the rule's, with a note."""
    decision = _decide(make_bundle(make_policy(make_rule(when=BrokenSpec()))))

    assert (decision.verdict, _rules(decision)) == (Verdict.BLOCK, ["sample/iban"])
    assert "could not be evaluated" in decision.reasons[0].message.en


@pytest.mark.parametrize("kind", [PartKind.LINK, PartKind.FILE_NAME, PartKind.OTHER])
def test_a_label_cannot_go_into_an_identifier(kind: PartKind) -> None:
    """Redacting a link or an identifier would break the request, so a person looks."""
    post = make_post(parts=(make_part("DE02 1203", kind),))
    bundle = make_bundle(make_policy(make_rule(action=Verdict.REDACT)))

    decision = decide(post, make_scan(make_finding()), bundle, running=frozenset(), expected=LOOKED)

    assert (decision.verdict, _rules(decision)) == (Verdict.HOLD, ["gate/not-redactable"])


def test_what_a_broken_rule_would_redact_is_not_known() -> None:
    """A redact rule that raised holds the post instead."""
    bundle = make_bundle(make_policy(make_rule(when=BrokenSpec(), action=Verdict.REDACT)))

    assert _rules(_decide(bundle)) == ["gate/not-redactable"]


def test_a_redacted_post_that_is_not_clean_is_held() -> None:
    """Redacting happens once."""
    bundle = make_bundle(make_policy(make_rule(action=Verdict.REDACT)))

    first = decide(make_post(), make_scan(make_finding()), bundle, running=frozenset(), expected=LOOKED)
    second = decide(
        make_post(), make_scan(make_finding()), bundle, running=frozenset(), expected=LOOKED, phase=Phase.REDACTED
    )

    assert first.verdict is Verdict.REDACT
    assert (second.verdict, _rules(second)) == (Verdict.HOLD, ["gate/redaction-not-clean"])


def test_a_decision_names_everything_it_depends_on() -> None:
    """Digests, detectors and phase are on record, so that it can be repeated."""
    decision = _decide(make_bundle())

    assert (decision.policy_digest, decision.rules_digest, decision.organisation_digest) == (
        "b" * 64,
        "r" * 64,
        "o" * 64,
    )
    assert (decision.expected, decision.completed, decision.phase) == (LOOKED, LOOKED, Phase.SUBMIT)


def test_a_rule_that_is_rolled_out_shows_its_share_on_both_sides() -> None:
    """In the sample it counts, outside it only shows what it would have done."""
    bundle = make_bundle(make_policy(make_rule(rollout=500)))
    decisions = [
        decide(make_post(post_id=str(number)), make_scan(make_finding()), bundle, running=frozenset(), expected=LOOKED)
        for number in range(20)
    ]
    sides = {
        (one.verdict, tuple(hit.rollout for hit in one.matched), tuple(hit.rollout for hit in one.would_have))
        for one in decisions
    }

    assert sides == {(Verdict.BLOCK, (500,), ()), (Verdict.ALLOW, (), (500,))}
