"""What X's clients read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.core import errors
from proxy.core.model import Verdict
from proxy.gate.results import Blocked, Opened, Spooled
from proxy.platforms._wire.numbers import to_number
from proxy.platforms.x.answers import Answers
from tests.factories import make_decision, make_post

SPOOL = "00000000-0000-4000-8000-00000000000a"
NUMBER = to_number(SPOOL)
POST = make_post()
ANSWERS = Answers(language="en")


def test_a_block_says_why_wherever_a_client_looks() -> None:
    """In the status line, in `detail`, in `message`, in `errors[].message`."""
    answer = ANSWERS.result(
        "tweet.create", Blocked(post=POST, decision=make_decision(POST, Verdict.BLOCK), decision_id="d-1")
    )
    told = json.loads(answer.body)
    assert (answer.status, told["status"], told["title"]) == (403, 403, "Blocked by policy")
    assert "Rule: test/rule; Decision: d-1" in told["detail"]
    assert told["detail"] == told["message"] == told["errors"][0]["message"]
    assert answer.reason == "Blocked by policy d-1 (test/rule)"


def spooled(name: str) -> Any:
    """Return the answer to an upload."""
    result = Spooled(post=POST, decision=make_decision(POST), decision_id="d-1", media_id=SPOOL)
    return json.loads(ANSWERS.result(name, result).body)


def test_uploads() -> None:
    """Ids are digits, as X writes them."""
    assert json.loads(ANSWERS.result("media.initialize", Opened(media_id=SPOOL)).body)["data"]["id"] == NUMBER
    assert spooled("media.upload")["data"]["media_key"] == f"3_{NUMBER}"
    assert spooled("media.append") == {"data": {}}
    assert spooled("media.metadata") == {"data": {"id": NUMBER}}
    assert spooled("media.upload.v1")["media_id_string"] == NUMBER


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (errors.UnknownToken(), 401, "Unauthorized"),
        (errors.EndpointDenied(), 403, "NotAllowed"),
        (errors.OutcomeUnknown(decision_id="d-1"), 403, "OutcomeUnknown"),
        (errors.AuditUnavailable(), 503, errors.AuditUnavailable.code),
    ],
)
def test_errors(error: errors.PostgateError, status: int, title: str) -> None:
    """A problem document each."""
    answer = ANSWERS.refusal(error)
    assert (answer.status, json.loads(answer.body)["title"]) == (status, title)
