"""`redact` has no options."""

from __future__ import annotations

from proxy.core.model import Obligation, Verdict
from proxy.core.policy.actions.redact import FIELDS, VERDICT, RedactSpec, build, obligations
from proxy.core.policy.fields import Written


def test_the_action_gives_its_verdict() -> None:
    """There is nothing to choose."""
    spec = build(Written(place="redact", values={}))

    assert (spec, spec.verdict, FIELDS) == (RedactSpec(), Verdict.REDACT, ())
    assert VERDICT is Verdict.REDACT


def test_what_the_gate_has_to_do() -> None:
    """As data, for the rule that decided."""
    assert obligations(RedactSpec(), "bank/iban") == (Obligation(name="replace", arguments=(("rule", "bank/iban"),)),)
