"""The terms under which a held post waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from proxy.core.model import Obligation, Verdict
from proxy.gate.review import DEFAULT_QUEUE, review_terms
from tests.factories import make_decision
from tests.fakes.clock import START

TWO_HOURS = timedelta(hours=2)


def test_a_hold_that_no_rule_asked_for_goes_to_the_default_queue() -> None:
    """An incomplete scan has no rule, so nobody named a queue: the default one gets it, with the default due time."""
    terms = review_terms(make_decision(verdict=Verdict.HOLD), now=START, due=TWO_HOURS)

    assert terms.queue == DEFAULT_QUEUE
    assert terms.stages == 1
    assert terms.due_at == START + TWO_HOURS
    assert terms.escalate_to == "compliance"


def test_the_strictest_terms_win() -> None:
    """Most stages decide the queue; the earliest due time counts even when another rule named it."""
    short = Obligation(name="review", arguments=(("queue", "team-a"), ("stages", 1), ("due_seconds", 600)))
    deep = Obligation(name="review", arguments=(("queue", "team-b"), ("stages", 2), ("due_seconds", 7200)))
    other = Obligation(name="replace", arguments=())
    decision = replace(make_decision(verdict=Verdict.HOLD), obligations=(short, other, deep))

    terms = review_terms(decision, now=START, due=TWO_HOURS)

    assert terms.queue == "team-b"
    assert terms.stages == 2
    assert terms.due_at == START + timedelta(seconds=600)


def test_a_rule_without_a_due_time_is_due_as_the_setting_says() -> None:
    """Another rule that gives people longer does not give them longer for this one."""
    long = Obligation(name="review", arguments=(("queue", "team-a"), ("stages", 1), ("due_seconds", 90_000)))
    unsaid = Obligation(name="review", arguments=(("queue", "team-b"), ("stages", 1), ("escalate_to", "board")))
    decision = replace(make_decision(verdict=Verdict.HOLD), obligations=(long, unsaid))

    terms = review_terms(decision, now=START, due=TWO_HOURS)

    assert (terms.queue, terms.due_at, terms.escalate_to) == ("team-b", START + TWO_HOURS, "board")
