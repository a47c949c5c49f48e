"""Records of posts that are taken back."""

from __future__ import annotations

from proxy.gate.recall_records import recall_intent, recall_outcome, request_taken_back
from proxy.gate.records import SYSTEM
from proxy.gate.work import Actor, Subject
from tests.fakes.clock import START

BY = Actor(kind="employee", ref="a_1")
ABOUT = Subject(account="mastodon:presse", post="p1")


def test_a_recall_stands_in_the_log_before_and_after_the_platform_is_asked() -> None:
    """Who wants it, and what became of it; the outcome names the intent."""
    intent = recall_intent(record="r1", at=START, by=BY, about=ABOUT, attempt="t1")
    outcome = recall_outcome(
        record="r2", at=START, about=ABOUT, intent="r1", said={"attempt": "t1", "result": "recalled", "reason": ""}
    )

    assert (intent.code, intent.actor, intent.subject, intent.data) == ("PG-106", BY, ABOUT, {"attempt": "t1"})
    assert (outcome.code, outcome.actor, outcome.refs) == ("PG-107", SYSTEM, ("r1",))
    assert outcome.data == {"attempt": "t1", "result": "recalled", "reason": ""}


def test_what_is_done_for_a_whole_request_names_the_action() -> None:
    """The record of the action is its name."""
    action = request_taken_back(record="r0", at=START, by=BY, request="q1")
    intent = recall_intent(record="r1", at=START, by=BY, about=ABOUT, attempt="t1", action=action.id)
    outcome = recall_outcome(record="r2", at=START, about=ABOUT, intent="r1", said={"attempt": "t1"}, action=action.id)

    assert (action.code, action.data) == ("PG-109", {"request": "q1"})
    assert (intent.data["action"], outcome.data["action"]) == ("r0", "r0")
