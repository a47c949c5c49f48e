"""What the gate has to do because of a verdict."""

from __future__ import annotations

from proxy.core.model import Obligation, Verdict
from proxy.core.policy.actions.block import BlockSpec
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.actions.redact import RedactSpec
from proxy.core.policy.obligations import due


def _arguments(obligations: tuple[Obligation, ...]) -> list[dict[str, str | int]]:
    return [dict(obligation.arguments) for obligation in obligations]


def test_every_hold_asks_for_a_review() -> None:
    """In the order of the rules' names; the gate knows what the strictest terms of all are."""
    actions = {
        "a/two": HoldSpec(queue="second", stages=2),
        "a/one": HoldSpec(queue="first", stages=1, due=600, escalate_to="board"),
    }

    assert _arguments(due(Verdict.HOLD, actions)) == [
        {"queue": "first", "stages": 1, "due_seconds": 600, "escalate_to": "board", "rule": "a/one"},
        {"queue": "second", "stages": 2, "escalate_to": "compliance", "rule": "a/two"},
    ]


def test_a_hold_of_the_gate_itself_goes_to_compliance() -> None:
    """When it is due is a setting, so it does not say."""
    assert _arguments(due(Verdict.HOLD, {"a/b": BlockSpec()})) == [
        {"queue": "compliance", "stages": 1, "escalate_to": "compliance", "rule": "gate"},
    ]


def test_only_rules_of_the_winning_strength_ask_for_something() -> None:
    """A block needs no review, even when other rules would hold."""
    actions = {"a/hold": HoldSpec(), "a/block": BlockSpec(), "a/redact": RedactSpec()}

    assert due(Verdict.BLOCK, actions) == ()
    assert due(Verdict.REDACT, actions) == (Obligation(name="replace", arguments=(("rule", "a/redact"),)),)
