"""Our words for what happened; a platform's shape is its own test's matter."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from proxy.core import errors
from proxy.core.model import Localised, Verdict
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.results import Blocked, Held, NotSent, Published, Rejected, Result, Spooled, Unknown
from proxy.platforms._wire.answers import Answers, Problem, json_answer
from tests.factories import make_decision, make_post

if TYPE_CHECKING:
    from proxy.gate.wire import WireAnswer

POST = make_post()
NOW = datetime(2026, 11, 24, tzinfo=UTC)
OUTCOME = Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=418)


class PlainAnswers(Answers):
    """The problem itself, as JSON."""

    def problem(self, problem: Problem) -> WireAnswer:
        """Show word and text."""
        return json_answer(
            problem.status, {"word": problem.word, "text": problem.text}, problem.headers, reason=problem.reason
        )

    def spooled(self, name: str, result: Spooled) -> WireAnswer:
        """Show the id."""
        return json_answer(200, {"id": result.media_id})


ANSWERS = PlainAnswers(language="en", stopped=403, too_long=400)


def test_what_would_make_it_pass_stands_behind_what_a_rule_says() -> None:
    """Each text once, in the language of the door."""
    decision = make_decision(POST, Verdict.BLOCK)
    (reason,) = decision.reasons
    reason = replace(reason, remedy=Localised(de="Ohne Nummer.", en="Leave it out."))
    blocked = Blocked(post=POST, decision=replace(decision, reasons=(reason, reason)), decision_id="d-1")

    said = json.loads(ANSWERS.result("x", blocked).body)["text"]

    assert said.startswith("reason Leave it out. (")


@pytest.mark.parametrize(
    ("result", "status", "word"),
    [
        (Blocked(post=POST, decision=make_decision(POST, Verdict.BLOCK), decision_id="d-1"), 403, "PolicyBlock"),
        (Blocked(post=POST, decision=make_decision(POST, Verdict.HOLD), decision_id="d-1"), 403, "PolicyBlock"),
        (
            Held(
                post=POST,
                decision=make_decision(POST, Verdict.HOLD),
                decision_id="d-1",
                review_id="r",
                due_at=NOW,
            ),
            403,
            "PendingReview",
        ),
        (Rejected(decision_id="d-1", outcome=OUTCOME), 403, "PlatformRejected"),
        (NotSent(decision_id="d-1", outcome=replace(OUTCOME, kind=OutcomeKind.NOT_SENT)), 403, "NotSent"),
        (NotSent(decision_id="d-1", outcome=Outcome(kind=OutcomeKind.NOT_SENT, reason="connect")), 502, "NotSent"),
        (Unknown(decision_id="d-1", outcome=OUTCOME), 403, "OutcomeUnknown"),
    ],
)
def test_every_bad_end_has_a_word_and_the_decision(result: Result, status: int, word: str) -> None:
    """In the body and in the reason phrase, which some clients show alone."""
    answer = ANSWERS.result("x", result)
    told = json.loads(answer.body)
    assert (answer.status, told["word"]) == (status, word)
    assert "d-1" in told["text"]
    assert answer.reason is not None
    assert "d-1" in answer.reason
    assert dict(answer.headers)["x-postgate-decision"] == "d-1"


def test_a_success_keeps_the_platforms_status() -> None:
    """201 stays 201."""
    outcome = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=201, answer=b'{"id":"1"}')
    result = Published(post=POST, decision=make_decision(POST), decision_id="d-1", outcome=outcome)
    answer = ANSWERS.result("x", result)
    assert (answer.status, answer.body) == (201, b'{"id":"1"}')
    assert dict(answer.headers)["x-postgate-verdict"] == "allow"


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (errors.EndpointDenied(remedy="not yet"), 403, "NotAllowed"),
        (errors.OutcomeUnknown(), 403, "OutcomeUnknown"),
        (errors.AuditUnavailable(), 503, "audit_unavailable"),
        (errors.NotFound(), 404, errors.NotFound.code),
    ],
)
def test_errors(error: errors.PostgateError, status: int, word: str) -> None:
    """What is denied looks like what the policy stopped."""
    answer = ANSWERS.refusal(error)
    assert (answer.status, json.loads(answer.body)["word"]) == (status, word)
