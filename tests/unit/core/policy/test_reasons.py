"""The gate's own reasons are there in both languages."""

from __future__ import annotations

import pytest

from proxy.core.model import Localised, Reason, Verdict
from proxy.core.policy import reasons
from tests.policies import make_policy


@pytest.mark.parametrize(
    ("reason", "rule", "verdict"),
    [
        (reasons.incomplete_scan(Verdict.BLOCK), "gate/incomplete-scan", Verdict.BLOCK),
        (reasons.no_policy(), "gate/no-policy", Verdict.HOLD),
        (reasons.default(Verdict.HOLD), "gate/default", Verdict.HOLD),
        (reasons.default(Verdict.BLOCK), "gate/default", Verdict.BLOCK),
        (reasons.not_redactable(), "gate/not-redactable", Verdict.HOLD),
        (reasons.not_clean(), "gate/redaction-not-clean", Verdict.HOLD),
        (reasons.looked(make_policy(), text=True), "sample/*", Verdict.ALLOW),
        (reasons.looked(make_policy(), text=False), "sample/*", Verdict.ALLOW),
    ],
)
def test_a_reason_names_its_rule_and_verdict(reason: Reason, rule: str, verdict: Verdict) -> None:
    """Names are stable, because records and clients show them."""
    assert (reason.rule, reason.verdict) == (rule, verdict)
    assert reason.message.de
    assert reason.message.de != reason.message.en


def test_a_broken_rule_says_so() -> None:
    """The rule's own words stay, with the reason why it counts."""
    message = reasons.unevaluated(Localised(de="Keine Kontonummer.", en="No account number."))

    assert message.de.startswith("Keine Kontonummer. (")
    assert message.en.startswith("No account number. (")
