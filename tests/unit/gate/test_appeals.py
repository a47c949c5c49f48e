"""What an appeal makes of a decision: people decide, as far as people may."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Decision, Localised, MatchedRule, Phase, Reason, Verdict
from proxy.gate.appeals import APPEAL, heard
from tests.factories import make_decision, make_post

POST = make_post("IBAN")
APPEALED = replace(POST, appeal_of="r1")
REASON = Reason(rule="sample/iban", verdict=Verdict.BLOCK, message=Localised(de="Nein", en="No"))


def decided(verdict: Verdict, phase: Phase, *, hard: bool = False) -> Decision:
    """Return a decision by one rule, or by none."""
    matched = MatchedRule(rule="sample/iban", verdict=verdict, hard=hard)
    return replace(
        make_decision(),
        verdict=verdict,
        phase=phase,
        reasons=(replace(REASON, verdict=verdict),),
        matched=() if verdict is Verdict.ALLOW else (matched,),
    )


@pytest.mark.parametrize("phase", [Phase.SUBMIT, Phase.RELEASE])
def test_what_is_no_appeal_stays_as_it_was_decided(phase: Phase) -> None:
    """Whatever it is."""
    decision = decided(Verdict.BLOCK, phase)
    assert heard(POST, decision) is decision


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_an_appeal_is_held_when_it_is_made(verdict: Verdict, *, hard: bool) -> None:
    """Whatever the policies say of the text now, also where no person could let it out."""
    held = heard(APPEALED, decided(verdict, Phase.SUBMIT, hard=hard))
    asked = [] if verdict is Verdict.ALLOW else ["sample/iban"]

    assert held.verdict is Verdict.HOLD
    assert [reason.rule for reason in held.reasons] == [*asked, APPEAL.rule]


@pytest.mark.parametrize("phase", [Phase.RELEASE, Phase.RECHECK])
@pytest.mark.parametrize(
    ("verdict", "hard", "then"),
    [
        (Verdict.ALLOW, False, Verdict.ALLOW),
        (Verdict.HOLD, False, Verdict.HOLD),
        (Verdict.BLOCK, False, Verdict.HOLD),
        (Verdict.BLOCK, True, Verdict.BLOCK),
    ],
)
def test_before_it_is_sent_a_hard_rule_still_blocks(
    verdict: Verdict, then: Verdict, phase: Phase, *, hard: bool
) -> None:
    """Any other block is a hold that people may have approved."""
    decision = heard(APPEALED, decided(verdict, phase, hard=hard))

    assert decision.verdict is then
    assert (APPEAL in decision.reasons) is (verdict is Verdict.BLOCK and not hard)
