"""What the gate has to do because of a verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Obligation, Verdict
from proxy.core.policy.actions.block import BlockSpec
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.actions.redact import RedactSpec
from proxy.core.policy.obligations import RETAIN, asking, due
from tests.factories import make_post
from tests.policies import make_rule


def _arguments(obligations: tuple[Obligation, ...]) -> list[dict[str, str | int]]:
    return [dict(obligation.arguments) for obligation in obligations]


def test_every_hold_asks_for_a_review() -> None:
    """In the order of the rules' names; the gate knows what the strictest terms of all are."""
    rules = {
        "a/two": make_rule(action=HoldSpec(queue="second", stages=2)),
        "a/one": make_rule(action=HoldSpec(queue="first", stages=1, due=600, escalate_to="board")),
    }

    assert _arguments(due(Verdict.HOLD, rules)) == [
        {"queue": "first", "stages": 1, "due_seconds": 600, "escalate_to": "board", "rule": "a/one"},
        {"queue": "second", "stages": 2, "escalate_to": "compliance", "rule": "a/two"},
    ]


def test_a_hold_of_the_gate_itself_goes_to_compliance() -> None:
    """When it is due is a setting, so it does not say."""
    assert _arguments(due(Verdict.HOLD, {"a/b": make_rule(action=BlockSpec())})) == [
        {"queue": "compliance", "stages": 1, "escalate_to": "compliance", "rule": "gate"},
    ]


def test_only_rules_of_the_winning_strength_ask_for_something() -> None:
    """A block needs no review, even when other rules would hold."""
    specs = {"a/hold": HoldSpec(), "a/block": BlockSpec(), "a/redact": RedactSpec()}
    rules = {name: make_rule(action=spec) for name, spec in specs.items()}

    assert due(Verdict.BLOCK, rules) == ()
    assert due(Verdict.REDACT, rules) == (Obligation(name="replace", arguments=(("rule", "a/redact"),)),)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_retention_class_is_asked_for_whatever_the_verdict(verdict: Verdict) -> None:
    """A rule that lets pass may ask for it as well as one that blocks."""
    rules = {
        "a/keep": make_rule(action=Verdict.ALLOW, retain="de-wphg-5y"),
        "a/block": make_rule(action=Verdict.BLOCK, retain="long-9y"),
        "a/plain": make_rule(action=Verdict.BLOCK),
    }
    asked = [dict(one.arguments) for one in due(verdict, rules) if one.name == RETAIN]

    assert asked == [{"class": "long-9y", "rule": "a/block"}, {"class": "de-wphg-5y", "rule": "a/keep"}]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_an_appeal_against_a_block_asks_like_a_hold(verdict: Verdict) -> None:
    """Any other post, and any other verdict, asks for itself."""
    appealed = replace(make_post(), appeal_of="r1")

    assert asking(make_post(), verdict) is verdict
    assert asking(appealed, verdict) is (Verdict.HOLD if verdict is Verdict.BLOCK else verdict)
