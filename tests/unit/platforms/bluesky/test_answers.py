"""Answers that clients of this platform show and do not act upon in the wrong way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from proxy.core import errors
from proxy.core.model import Verdict
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.results import Blocked, Held, NotSent, Rejected, Result, Spooled, Unknown
from proxy.gate.session_ports import Profile, SessionTokens
from proxy.platforms.bluesky.answers import Answers, cleaned, refuses_login, session_answer
from tests.factories import make_decision, make_post

ANSWERS = Answers(language="en")
POST = make_post("Hallo")


def outcome(kind: OutcomeKind, reason: str, status: int | None = None) -> Outcome:
    """Return an outcome."""
    return Outcome(kind=kind, reason=reason, upstream_status=status)


REJECTED, UNKNOWN = OutcomeKind.REJECTED, OutcomeKind.UNKNOWN
RESULTS: list[tuple[Result, int, str]] = [
    (Blocked(post=POST, decision=make_decision(POST, Verdict.BLOCK), decision_id="d-1"), 400, "PolicyBlock"),
    (
        Held(
            post=POST,
            decision=make_decision(POST, Verdict.HOLD),
            decision_id="d-1",
            review_id="r-1",
            due_at=datetime(2026, 11, 24, tzinfo=UTC),
        ),
        400,
        "PendingReview",
    ),
    (Unknown(decision_id="d-1", outcome=outcome(UNKNOWN, "closed")), 400, "OutcomeUnknown"),
    (NotSent(decision_id="d-1", outcome=outcome(OutcomeKind.NOT_SENT, "connect")), 502, "NotSent"),
    (Rejected(decision_id="d-1", outcome=outcome(REJECTED, "refused", 400)), 400, "PlatformRejected"),
    (Rejected(decision_id="d-1", outcome=outcome(REJECTED, "refused", 403)), 400, "PlatformRejected"),
    (Rejected(decision_id="d-1", outcome=outcome(REJECTED, "conflict", 400)), 400, "InvalidSwap"),
    (Rejected(decision_id="d-1", outcome=outcome(REJECTED, "credential", 401)), 400, "PlatformRejected"),
    (Rejected(decision_id="d-1", outcome=outcome(REJECTED, "rate_limited", 429)), 429, "RateLimited"),
]


@pytest.mark.parametrize(("result", "status", "name"), RESULTS)
def test_every_end_has_a_name_and_its_decision(result: Result, status: int, name: str) -> None:
    """Never 401 and never `ExpiredToken`: clients would log in again and send the whole post once more."""
    answer = ANSWERS.result("record.create", result)
    told = json.loads(answer.body)

    assert (answer.status, told["error"]) == (status, name)
    assert "d-1" in told["message"]
    assert ("x-postgate-decision", "d-1") in answer.headers


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (errors.ExpiredSession(), 400, "ExpiredToken"),
        (errors.UnknownToken(), 401, "AuthenticationRequired"),
        (errors.NotFound(), 404, "NotFound"),
        (errors.EndpointDenied(), 400, "NotAllowed"),
        (errors.UnknownField(), 400, "UnknownField"),
        (errors.MalformedRequest(), 400, "malformed"),
        (errors.UnsupportedEncoding(), 415, "unsupported_encoding"),
        (errors.RequestTooLarge(), 413, "too_large"),
        (errors.TextTooLong(), 400, "InvalidRequest"),
        (errors.IdempotencyMismatch(), 400, "idempotency_mismatch"),
        (errors.StillInProgress(), 400, "in_progress"),
        (errors.OutcomeUnknown(decision_id="d-1"), 400, "OutcomeUnknown"),
        (errors.AuditUnavailable(), 503, "audit_unavailable"),
    ],
)
def test_refusals(error: errors.PostgateError, status: int, name: str) -> None:
    """In the shape that clients show; 403 and 409 would read as no permission and no network."""
    answer = ANSWERS.refused(error)
    assert (answer.status, json.loads(answer.body)["error"]) == (status, name)


def test_an_upload_is_told_by_the_name_that_the_platform_would_give() -> None:
    """With its type and size, which a record has to repeat."""
    post = replace(POST, options=(("blob.mimeType", "image/png"), ("blob.size", 9)))
    answer = ANSWERS.result(
        "blob.upload", Spooled(post=post, decision=make_decision(POST), decision_id="d-1", media_id="bafkrei")
    )
    assert json.loads(answer.body) == {
        "blob": {"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": "image/png", "size": 9}
    }


def test_a_login_is_told_without_the_way_to_the_platform() -> None:
    """Both SDKs follow a `didDoc`; there is none."""
    profile = Profile(subject="did:plc:x", handle="presse.example")
    shown = {"did": "did:plc:x", "handle": "presse.example", "active": True}
    tokens = SessionTokens(access="a", renewal="r")

    assert json.loads(session_answer(profile, tokens).body) == {**shown, "accessJwt": "a", "refreshJwt": "r"}
    assert json.loads(session_answer(replace(profile, email="p@x"), None).body) == {**shown, "email": "p@x"}
    assert json.loads(session_answer(None, None).body) == {}


def test_answers_are_cleaned_at_any_depth() -> None:
    """Addresses of servers and credentials go, wherever they stand."""
    body = json.dumps(
        {"a": [{"didDoc": {"service": 1}, "b": 1}], "accessJwt": "x", "c": {"refreshJwt": "y", "password": "z"}}
    )
    assert cleaned(body.encode()) == {"a": [{"didDoc": {}, "b": 1}], "c": {}}
    assert cleaned(rb'{"didD\u006fc":{"service":1},"a":1}') == {"didDoc": {}, "a": 1}
    assert cleaned(b"") == {}
    with pytest.raises(errors.MalformedRequest):
        cleaned(b'{"a":1,"a":2}')


@pytest.mark.parametrize(
    ("status", "body", "refused"),
    [
        (401, b"", True),
        (400, b'{"error":"ExpiredToken"}', True),
        (400, b'{"error":"InvalidToken"}', True),
        (400, b'{"error":"InvalidRequest"}', False),
        (400, b"", False),
        (200, b'{"error":"ExpiredToken"}', False),
    ],
)
def test_how_a_platform_refuses_a_login(status: int, body: bytes, refused: bool) -> None:
    """By its status, or by the name of the error."""
    assert refuses_login(status, body) is refused
