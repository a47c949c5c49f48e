"""`redact` puts a label in the place of what was found, the rule's own if it has one."""

from __future__ import annotations

from proxy.core.model import Localised, Obligation, Verdict
from proxy.core.policy.actions.redact import VERDICT, RedactSpec, build, obligations
from proxy.core.policy.fields import Written


def test_the_action_gives_its_verdict() -> None:
    """Nothing has to be chosen."""
    spec = build(Written(place="redact", values={}))

    assert (spec, spec.verdict) == (RedactSpec(), Verdict.REDACT)
    assert VERDICT is Verdict.REDACT


def test_what_the_gate_has_to_do() -> None:
    """As data, for the rule that decided."""
    assert obligations(RedactSpec(), "bank/iban") == (Obligation(name="replace", arguments=(("rule", "bank/iban"),)),)


def test_a_label_of_its_own_goes_with_the_task() -> None:
    """In both languages: which one is needed depends on the post."""
    spec = build(Written(place="redact", values={"label": Localised(de="[Konto]", en="[account]")}))

    (replace,) = obligations(spec, "bank/iban")

    assert dict(replace.arguments) == {"rule": "bank/iban", "label_de": "[Konto]", "label_en": "[account]"}
