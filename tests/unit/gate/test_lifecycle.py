"""The life of a post: which event leads where, and which is refused."""

from __future__ import annotations

from itertools import product

import pytest

from proxy.core.errors import Conflict
from proxy.gate.lifecycle import DELIVERABLE, FINAL, TRANSITIONS, WAITING, Event, Refused, State, enter, step

LEADS_TO = {
    (None, Event.NEW_BLOCK): State.BLOCKED,
    (None, Event.NEW_HOLD): State.HELD,
    (None, Event.NEW_REDACT): State.REPLACED,
    (None, Event.NEW_ALLOW): State.INTENT,
    (None, Event.NEW_SCHEDULED): State.SCHEDULED,
    (None, Event.NEW_QUEUED): State.QUEUED,
    (None, Event.NEW_WITHHELD): State.FAILED,
    (State.HELD, Event.APPROVE_STAGE): State.HELD,
    (State.HELD, Event.APPROVE): State.APPROVED,
    (State.HELD, Event.REJECT): State.REJECTED,
    (State.HELD, Event.RESCHEDULE): State.HELD,
    (State.HELD, Event.WITHDRAW): State.WITHDRAWN,
    (State.HELD, Event.EXPIRE): State.EXPIRED,
    (State.APPROVED, Event.RESCHEDULE): State.APPROVED,
    (State.APPROVED, Event.CHECK_ALLOW): State.INTENT,
    (State.APPROVED, Event.CHECK_HOLD): State.HELD,
    (State.APPROVED, Event.CHECK_BLOCK): State.BLOCKED,
    (State.APPROVED, Event.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Event.EXPIRE): State.EXPIRED,
    (State.APPROVED, Event.LEFT): State.FAILED,
    (State.SCHEDULED, Event.RESCHEDULE): State.SCHEDULED,
    (State.SCHEDULED, Event.CHECK_ALLOW): State.INTENT,
    (State.SCHEDULED, Event.CHECK_HOLD): State.HELD,
    (State.SCHEDULED, Event.CHECK_BLOCK): State.BLOCKED,
    (State.SCHEDULED, Event.WITHDRAW): State.WITHDRAWN,
    (State.SCHEDULED, Event.EXPIRE): State.EXPIRED,
    (State.SCHEDULED, Event.LEFT): State.FAILED,
    (State.QUEUED, Event.CHECK_ALLOW): State.INTENT,
    (State.QUEUED, Event.CHECK_HOLD): State.HELD,
    (State.QUEUED, Event.CHECK_BLOCK): State.BLOCKED,
    (State.QUEUED, Event.WITHDRAW): State.WITHDRAWN,
    (State.QUEUED, Event.EXPIRE): State.EXPIRED,
    (State.QUEUED, Event.LEFT): State.FAILED,
    (State.INTENT, Event.OUTCOME_PUBLISHED): State.PUBLISHED,
    (State.INTENT, Event.OUTCOME_REJECTED): State.REJECTED_UPSTREAM,
    (State.INTENT, Event.OUTCOME_NOT_SENT): State.FAILED,
    (State.INTENT, Event.OUTCOME_DEFERRED): State.QUEUED,
    (State.INTENT, Event.OUTCOME_UNKNOWN): State.UNKNOWN,
    (State.INTENT, Event.LEASE_OVER): State.UNKNOWN,
    (State.UNKNOWN, Event.LATE_PUBLISHED): State.PUBLISHED,
    (State.UNKNOWN, Event.LATE_REJECTED): State.REJECTED_UPSTREAM,
    (State.UNKNOWN, Event.FOUND_ABSENT): State.ABSENT,
    (State.ABSENT, Event.RESEND): State.QUEUED,
    (State.ABSENT, Event.CLOSE): State.FAILED,
    (State.PUBLISHED, Event.RECALL): State.RECALLING,
    (State.RECALLING, Event.RECALL): State.RECALLING,
    (State.RECALL_FAILED, Event.RECALL): State.RECALLING,
    (State.RECALLING, Event.RECALL_GONE): State.RECALLED,
    (State.RECALLING, Event.RECALL_REFUSED): State.RECALL_FAILED,
}
EVERYTHING = list(product([None, *State], Event))


@pytest.mark.parametrize(("state", "event"), EVERYTHING)
def test_every_state_answers_every_event(state: State | None, event: Event) -> None:
    """A listed event leads to its one next state; any other changes nothing and is refused by name."""
    assert step(state, event) == LEADS_TO.get((state, event), Refused(state=state, event=event))


@pytest.mark.parametrize(("state", "event"), EVERYTHING)
def test_entering_a_state_that_the_table_does_not_give_is_a_conflict(state: State | None, event: Event) -> None:
    """Whoever wants the next state and nothing else is stopped where there is none."""
    target = LEADS_TO.get((state, event))
    if target is not None:
        assert enter(state, event) is target
        return
    with pytest.raises(Conflict) as caught:
        enter(state, event)

    assert caught.value.what == "post-state"


@pytest.mark.parametrize("event", [event for event in Event if event.name.startswith("OUTCOME")])
@pytest.mark.parametrize("state", [State.BLOCKED, State.HELD, State.REPLACED])
def test_what_was_stopped_never_gets_an_outcome(state: State, event: Event) -> None:
    """I4: no event leads from a stopped post to the platform."""
    assert step(state, event) == Refused(state=state, event=event)


def test_an_unclear_outcome_is_never_sent_again() -> None:
    """I3: whoever leaves `unknown` knows what happened; what is known to be absent is decided again before it goes."""
    ways = {event: step(State.UNKNOWN, event) for event in Event}

    assert {event: state for event, state in ways.items() if not isinstance(state, Refused)} == {
        Event.LATE_PUBLISHED: State.PUBLISHED,
        Event.LATE_REJECTED: State.REJECTED_UPSTREAM,
        Event.FOUND_ABSENT: State.ABSENT,
    }
    assert State.INTENT not in {step(State.ABSENT, event) for event in Event}


@pytest.mark.parametrize("state", sorted(FINAL))
def test_nothing_leaves_a_final_state(state: State) -> None:
    """What has ended has ended."""
    assert not any(source is state for source, _ in TRANSITIONS)


def test_every_other_state_can_be_left() -> None:
    """A state that nobody leaves and that is not final would be a place where posts get lost."""
    assert {source for source, _ in TRANSITIONS} == {None, *State} - FINAL


def test_what_waits_can_be_taken_back_and_ends_with_its_time() -> None:
    """Nobody has to see a post go out that he does not want any more, and none goes out too late."""
    for event in (Event.WITHDRAW, Event.EXPIRE):
        assert {state for state in State if not isinstance(step(state, event), Refused)} == WAITING
    assert DELIVERABLE < WAITING


def test_only_what_had_an_intent_can_be_published() -> None:
    """I1: every way to `published` starts at a recorded intent, or at the unknown outcome of one."""
    ways = [(state, event) for state, event in EVERYTHING if step(state, event) is State.PUBLISHED]

    assert ways == [(State.INTENT, Event.OUTCOME_PUBLISHED), (State.UNKNOWN, Event.LATE_PUBLISHED)]
