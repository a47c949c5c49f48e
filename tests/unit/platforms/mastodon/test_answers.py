"""What clients read: the reason, the rule, the decision; never a matched value."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from proxy.core import errors
from proxy.core.model import Localised, Part, PartKind, Reason, Verdict
from proxy.gate.oauth_ports import LoginRefused
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.results import Blocked, Held, NotSent, Published, Rejected, Result, Scheduled, Spooled, Unknown
from proxy.platforms.mastodon.answers import Answers
from tests.factories import make_decision, make_part, make_post
from tests.fakes.clock import START

if TYPE_CHECKING:
    from proxy.gate.wire import WireAnswer

CANARY = "DE02120300000000202051"
POST = make_post(f"Meine IBAN: {CANARY}")
DECISION = "d-0001"
DUE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OUTCOME = Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=422, answer=CANARY.encode())


def answers(language: str = "de", held_reply: str = "scheduled") -> Answers:
    """Make the answers of one door."""
    return Answers(language=language, door="https://gw.example", held_reply=held_reply)


def body(answer: WireAnswer) -> Any:
    """Return the JSON of an answer."""
    assert answer.headers[0] == ("content-type", "application/json; charset=utf-8")
    return json.loads(answer.body)


def held() -> Held:
    """Make a held post."""
    return Held(
        post=POST,
        decision=make_decision(POST, Verdict.HOLD),
        decision_id=DECISION,
        review_id="r-1",
        due_at=DUE,
    )


def test_published() -> None:
    """The platform's object and headers, with verdict and decision."""
    outcome = Outcome(
        kind=OutcomeKind.PUBLISHED, answer=b'{"id":"115"}', answer_headers=(("x-ratelimit-limit", "300"),)
    )
    result = Published(post=POST, decision=make_decision(POST), decision_id=DECISION, outcome=outcome)
    answer = answers().result("status.create", result)
    assert (answer.status, answer.body) == (200, b'{"id":"115"}')
    assert dict(answer.headers)["x-postgate-verdict"] == "allow"
    assert dict(answer.headers)["x-postgate-decision"] == DECISION
    assert dict(answer.headers)["x-ratelimit-limit"] == "300"
    redacted = answers().result("status.create", replace(result, redacted=True))
    assert dict(redacted.headers)["x-postgate-verdict"] == "redact"


@pytest.mark.parametrize(("language", "word", "label"), [("de", "Grund", "Regel"), ("en", "reason", "Rule")])
def test_blocked(language: str, word: str, label: str) -> None:
    """422 with the rule's message, rule and decision, in the door's language; the reason phrase is ASCII."""
    result = Blocked(post=POST, decision=make_decision(POST, Verdict.BLOCK), decision_id=DECISION)
    answer = answers(language).result("status.create", result)
    assert answer.status == 422
    error = body(answer)["error"]
    assert word in error
    assert f"{label}: test/rule" in error
    assert DECISION in error
    assert answer.reason == "Blocked by policy d-0001 (test/rule)"
    assert dict(answer.headers)["x-postgate-verdict"] == "block"


def test_held_status_looks_scheduled() -> None:
    """A held post is answered as ScheduledStatus that is due when its review is; the text is the author's own."""
    answer = answers().result("status.create", held())
    assert answer.status == 200
    scheduled = body(answer)
    assert scheduled["id"] == POST.id
    assert scheduled["scheduled_at"] == "2026-11-24T09:00:00.000Z"
    assert scheduled["params"]["text"] == POST.parts[0].text
    assert scheduled["media_attachments"] == []
    assert dict(answer.headers)["x-postgate-verdict"] == "hold"


def test_a_scheduled_status_is_told_with_its_time() -> None:
    """As Mastodon itself answers it."""
    decision = make_decision(POST)
    result = Scheduled(post=POST, decision=decision, decision_id="d-0001", send_at=START)
    answer = answers().result("status.create", result)

    assert answer.status == 200
    assert (body(answer)["id"], body(answer)["scheduled_at"]) == (POST.id, "2026-11-23T09:00:00.000Z")
    assert dict(answer.headers)["x-postgate-verdict"] == "allow"


def test_held_status_says_so_to_clients_that_take_it_for_a_status() -> None:
    """What they show says that a person will look at it, by which rule and decision; no text of the post is in it."""
    reason = Reason(rule="test/rule", verdict=Verdict.HOLD, message=Localised(de="A < B & C", en="A < B & C"))
    result = replace(held(), decision=replace(held().decision, reasons=(reason,)))
    content = body(answers("en").result("status.create", result))["content"]
    assert content.startswith("<p>The post waits for a person")
    assert "A &lt; B &amp; C (Rule: test/rule; Decision: d-0001)</p>" in content
    assert CANARY not in content


def test_held_poll_and_reply_are_told_completely() -> None:
    """The list of scheduled posts of a client shows poll, warning and visibility."""
    parts = (
        make_part("Frage"),
        make_part("Warnung", PartKind.CONTENT_WARNING, "spoiler_text"),
        make_part("Ja", PartKind.POLL_OPTION, "poll.options.0"),
        make_part("115", PartKind.OTHER, "in_reply_to_id"),
    )
    post = replace(POST, parts=parts, options=(("poll.expires_in", 300), ("visibility", "unlisted")))
    params = body(answers().result("status.create", replace(held(), post=post)))["params"]
    assert params["poll"] == {"options": ["Ja"], "expires_in": 300, "multiple": False, "hide_totals": False}
    assert (params["spoiler_text"], params["in_reply_to_id"], params["visibility"]) == ("Warnung", "115", "unlisted")


@pytest.mark.parametrize(
    ("name", "held_reply"), [("status.edit", "scheduled"), ("profile.update", "scheduled"), ("status.create", "error")]
)
def test_held_elsewhere_is_an_error(name: str, held_reply: str) -> None:
    """Edits, profiles and everything else have no shape for "later"; a door can ask for errors everywhere."""
    answer = answers(held_reply=held_reply).result(name, held())
    assert answer.status == 422
    assert answer.reason == "Held by policy d-0001 (test/rule)"
    assert "noch nicht veröffentlicht" in body(answer)["error"]
    assert dict(answer.headers)["x-postgate-verdict"] == "hold"


def test_spooled() -> None:
    """An upload gets the gateway's own id and an address at the door."""
    parts = (Part(kind=PartKind.ALT_TEXT, slot="description", text="Ein Hund"),)
    result = Spooled(
        post=replace(POST, parts=parts), decision=make_decision(POST), decision_id=DECISION, media_id="m-1"
    )
    media = body(answers().result("media.create.v2", result))
    assert media["id"] == "m-1"
    assert media["type"] == "image"
    assert media["url"] == "https://gw.example/api/v1/media/m-1/content"
    assert media["description"] == "Ein Hund"


@pytest.mark.parametrize(
    ("result", "status", "words"),
    [
        (Rejected(decision_id=DECISION, outcome=OUTCOME), 422, "HTTP 422"),
        (Rejected(decision_id=DECISION, outcome=replace(OUTCOME, upstream_status=404)), 404, "HTTP 404"),
        (Rejected(decision_id=DECISION, outcome=replace(OUTCOME, upstream_status=418)), 422, "HTTP 418"),
        (
            Rejected(decision_id=DECISION, outcome=replace(OUTCOME, reason="credential", upstream_status=401)),
            422,
            "Anmeldung des Gateways",
        ),
        (Rejected(decision_id=DECISION, outcome=replace(OUTCOME, reason="rate_limited", retry_after=7)), 429, "gerade"),
        (NotSent(decision_id=DECISION, outcome=OUTCOME), 422, "nicht gehört"),
        (NotSent(decision_id=DECISION, outcome=replace(OUTCOME, reason="connect")), 502, "nicht erreichbar"),
        (Unknown(decision_id=DECISION, outcome=OUTCOME), 422, "nicht erneut senden"),
    ],
)
def test_outcomes(result: Result, status: int, words: str) -> None:
    """Our words, the platform's class of error, the decision; an upstream 401 never reaches a client."""
    answer = answers().result("status.create", result)
    assert answer.status == status
    assert words in body(answer)["error"]
    assert DECISION in body(answer)["error"]
    assert CANARY.encode() not in answer.body


@pytest.mark.parametrize(("given", "told"), [(7, "7"), (None, "60")])
def test_rate_limit_has_a_wait(given: int | None, told: str) -> None:
    """Clients are told how long to wait, also when the platform did not say."""
    outcome = replace(OUTCOME, reason="rate_limited", upstream_status=429, retry_after=given)
    answer = answers().result("status.create", Rejected(decision_id=DECISION, outcome=outcome))
    assert dict(answer.headers)["retry-after"] == told


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (errors.UnknownToken(), 401, "The access token is invalid"),
        (errors.EndpointDenied(remedy="not yet"), 422, "NotAllowed: not yet"),
        (errors.UnknownField(), 422, "UnknownField"),
        (errors.UnreadableField(expected="poll: a list"), 422, "poll: a list"),
        (errors.MalformedRequest(), 400, "malformed"),
        (errors.UnsupportedEncoding(), 415, "unsupported_encoding"),
        (errors.RequestTooLarge(), 413, "too_large"),
        (errors.RequestTooSlow(), 408, "langsam"),
        (errors.MisdirectedRequest(), 421, "misdirected"),
        (errors.NotFound(), 404, "Nicht gefunden"),
        (errors.TextTooLong(), 422, "Validation failed: Text character limit of 500 exceeded"),
        (errors.IdempotencyMismatch(), 422, "Idempotency-Key"),
        (errors.StillInProgress(), 409, "nicht erneut senden"),
        (errors.OutcomeUnknown(decision_id=DECISION), 422, DECISION),
        (errors.OutcomeUnknown(), 422, "OutcomeUnknown"),
        (errors.AuditUnavailable(), 503, "Prüfprotokoll"),
        (errors.GateBusy(), 503, "später"),
        (errors.PostgateError(), 500, "Interner Fehler"),
    ],
)
def test_errors(error: errors.PostgateError, status: int, words: str) -> None:
    """Every error has Mastodon's shape and a status that no client answers by sending again unasked."""
    answer = answers().refused(error, 500)
    assert answer.status == status
    assert words in body(answer)["error"]
    assert ("retry-after" in dict(answer.headers)) == (status in {503, 408})


def test_limit_that_nobody_knows() -> None:
    """Without a number the text says it in words."""
    assert "länger" in body(answers().refused(errors.TextTooLong(), None))["error"]


def test_no_header_carries_a_line_end() -> None:
    """Whatever a decision id holds, header and reason phrase stay in one line of ASCII."""
    result = Blocked(post=POST, decision=make_decision(POST, Verdict.BLOCK), decision_id="d-1\r\nSet-Cookie: ä=b")
    answer = answers().result("status.create", result)
    assert answer.reason == "Blocked by policy d-1Set-Cookieb (test/rule)"
    assert dict(answer.headers)["x-postgate-decision"] == "d-1Set-Cookieb"


def test_an_image_that_may_not_pass_is_not_said_to_wait() -> None:
    """There is no review of an image alone: what is held at an upload was not taken."""
    result = Blocked(post=POST, decision=make_decision(POST, Verdict.HOLD), decision_id=DECISION)
    answer = answers().result("media.create", result)

    assert answer.status == 422
    assert "nicht angenommen" in body(answer)["error"]
    assert "wartet" not in body(answer)["error"]


@pytest.mark.parametrize(("word", "status"), [("invalid_client", 401), ("invalid_grant", 400)])
def test_a_refused_login_is_told_in_the_standards_words(word: str, status: int) -> None:
    """RFC 6749, 5.2, with our own words beside."""
    answer = answers("en").refused(LoginRefused(word, expected="a code, once"), None)
    assert answer.status == status
    assert body(answer) == {"error": word, "error_description": "Nobody can log in like this. (a code, once)"}
