"""What LinkedIn's clients read."""

from __future__ import annotations

import json

import pytest

from proxy.core import errors
from proxy.core.model import Verdict
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.results import Blocked, Opened, Published, Spooled
from proxy.platforms.linkedin.answers import Answers
from tests.factories import make_decision, make_post

SPOOL = "00000000-0000-4000-8000-00000000000a"
POST = make_post()
ANSWERS = Answers(language="en", door="https://li.gw.example")


def test_a_block() -> None:
    """422 with a code of its own; the client reads `status_code` and `message`."""
    result = Blocked(post=POST, decision=make_decision(POST, Verdict.BLOCK), decision_id="d-1")
    answer = ANSWERS.result("post.create", result)
    told = json.loads(answer.body)
    assert (answer.status, told["status"], told["code"]) == (422, 422, "POLICY_BLOCK")
    assert "Rule: test/rule; Decision: d-1" in told["message"]


def test_nothing_has_no_body() -> None:
    """204 stays 204, and a body would belong to the next answer."""
    outcome = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=204, answer=b"{}")
    result = Published(post=POST, decision=make_decision(POST), decision_id="d-1", outcome=outcome)
    assert (ANSWERS.result("post.update", result).status, ANSWERS.result("post.update", result).body) == (204, b"")


def test_uploads() -> None:
    """Our own name, and our own absolute address."""
    value = json.loads(ANSWERS.result("image.initialize", Opened(media_id=SPOOL)).body)["value"]
    assert value == {"uploadUrl": f"https://li.gw.example/dms-uploads/{SPOOL}", "image": f"urn:li:image:{SPOOL}"}
    taken = Spooled(post=POST, decision=make_decision(POST), decision_id="d-1", media_id=SPOOL)
    assert ANSWERS.result("image.put", taken).status == 201


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.UnknownToken(), 401, "INVALID_ACCESS_TOKEN"),
        (errors.EndpointDenied(), 422, "NOT_ALLOWED"),
        (errors.OutcomeUnknown(decision_id="d-1"), 422, "OUTCOME_UNKNOWN"),
        (errors.UnknownField(), 422, "UNKNOWN_FIELD"),
    ],
)
def test_errors(error: errors.PostgateError, status: int, code: str) -> None:
    """Each with its code."""
    answer = ANSWERS.refusal(error)
    assert (answer.status, json.loads(answer.body)["code"]) == (status, code)
