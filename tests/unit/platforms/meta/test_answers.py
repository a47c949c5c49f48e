"""What Meta's clients read."""

from __future__ import annotations

import json

import pytest

from proxy.core import errors
from proxy.core.model import Verdict
from proxy.gate.results import Blocked, Spooled
from proxy.platforms._wire.numbers import to_number
from proxy.platforms.meta.answers import Answers
from tests.factories import make_decision, make_post

POST = make_post()
ANSWERS = Answers(language="en")
SPOOL = "00000000-0000-4000-8000-00000000000a"


def test_a_block() -> None:
    """400 with code 368, not to be tried again; rule and decision in the message."""
    result = Blocked(post=POST, decision=make_decision(POST, Verdict.BLOCK), decision_id="d-1")
    answer = ANSWERS.result("feed.create", result)
    error = json.loads(answer.body)["error"]
    assert (answer.status, error["code"], error["is_transient"]) == (400, 368, False)
    assert "Rule: test/rule; Decision: d-1" in error["message"]
    assert (error["error_user_title"], error["fbtrace_id"]) == ("Blocked by policy", "d-1")


def test_a_container() -> None:
    """Its id is digits; its verdict is in a header, for its post is decided later."""
    result = Spooled(post=POST, decision=make_decision(POST, Verdict.HOLD), decision_id="d-1", media_id=SPOOL)
    answer = ANSWERS.result("container.create", result)
    assert json.loads(answer.body) == {"id": to_number(SPOOL)}
    assert dict(answer.headers)["x-postgate-verdict"] == "hold"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.UnknownToken(), 401, 190),
        (errors.EndpointDenied(), 400, 368),
        (errors.OutcomeUnknown(decision_id="d-1"), 400, 368),
        (errors.NotFound(), 404, 100),
    ],
)
def test_errors(error: errors.PostgateError, status: int, code: int) -> None:
    """Each in the one shape."""
    answer = ANSWERS.refusal(error)
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (status, code)
