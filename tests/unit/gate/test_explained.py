"""What rules say to authors, by their names."""

from __future__ import annotations

from dataclasses import replace

from proxy.core.model import Localised
from proxy.gate.explained import said
from tests.policies import make_bundle, make_policy, make_rule


def test_rules_speak_in_the_words_that_are_in_force() -> None:
    """Each once, in the order of the record."""
    bundle = make_bundle(make_policy(replace(make_rule(), remedy=Localised(de="Ohne", en="without"))))
    (rule,) = bundle.policies[0].rules
    assert rule.remedy is not None
    (first, own) = said(["sample/iban", "gate/incomplete-scan", "sample/iban"], bundle)

    assert (first.rule, first.title, first.message) == ("sample/iban", rule.title, rule.message)
    assert first.remedy == rule.remedy
    assert (own.rule, own.title, own.remedy) == ("gate/incomplete-scan", None, None)
    assert own.message is not None
    assert "checked completely" in own.message.en


def test_a_rule_that_is_not_in_force_any_more_has_a_name_alone() -> None:
    """Its words are gone with it."""
    (gone,) = said(["sample/gestern"], make_bundle())
    assert (gone.rule, gone.title, gone.message) == ("sample/gestern", None, None)


def test_the_gates_own_reasons_have_words() -> None:
    """Every one of them."""
    names = ["incomplete-scan", "no-policy", "default", "not-redactable", "redaction-not-clean", "appeal"]
    assert all(one.message is not None for one in said([f"gate/{name}" for name in names], make_bundle()))
