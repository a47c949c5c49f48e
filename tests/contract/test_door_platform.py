"""What the gate and the doors rely on, for every platform module and its twins."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from proxy.core import errors
from proxy.core.model import Part, PartKind, Verdict
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.ports import SpooledMedia
from proxy.gate.results import Blocked, Held, NotSent, Opened, Published, Rejected, Spooled, Unknown
from proxy.gate.wire import Endpoint, EndpointClass, UpstreamAnswer, WireAnswer, WireRequest
from proxy.platforms._wire.numbers import to_number
from proxy.platforms.bluesky.door import BlueskyDoor
from proxy.platforms.linkedin.door import LinkedInDoor
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.door import MastodonDoor
from proxy.platforms.meta.door import MetaDoor
from proxy.platforms.meta.table import table_of
from proxy.platforms.x.door import XDoor
from tests.factories import make_decision, make_post
from tests.fakes import bluesky
from tests.fakes.door_platform import ScriptedDoorPlatform
from tests.fakes.platform import RecordingPlatform

if TYPE_CHECKING:
    from proxy.gate.ports import DoorPlatform
    from proxy.gate.results import Result

MEDIA = "00000000-0000-4000-8000-00000000000a"
CANARY = "DE02120300000000202051"
POST = make_post(f"Meine IBAN: {CANARY}")
OUTCOME = Outcome(kind=OutcomeKind.PUBLISHED, upstream_id="1", answer=b'{"id":"1"}')


@dataclass(frozen=True, kw_only=True)
class Case:
    """A platform, one of its writes, and a body that it reads."""

    platform: DoorPlatform
    path: str
    body: bytes
    media_id: str = MEDIA
    """How this platform writes the id."""
    token: str = "pgt_abc"


CASES = [
    Case(
        platform=MastodonDoor(Addresses(door="https://gw.example", upstream="https://social.example")),
        path="/api/v1/statuses",
        body=b'{"status":"Hallo"}',
    ),
    Case(
        platform=BlueskyDoor(),
        path="/xrpc/com.atproto.repo.createRecord",
        body=json.dumps(bluesky.create(value=bluesky.record(text="Hallo"))).encode(),
        token=bluesky.jwt(sub=bluesky.DID),
    ),
    Case(platform=XDoor(), path="/2/tweets", body=b'{"text":"Hallo"}', media_id=to_number(MEDIA)),
    Case(
        platform=LinkedInDoor(door="https://gw.example"),
        path="/rest/posts",
        body=b'{"commentary":"Hallo"}',
    ),
    Case(
        platform=MetaDoor("facebook", table_of("facebook", frozenset())),
        path="/v26.0/104/feed",
        body=b'{"message":"Hallo"}',
        media_id=to_number(MEDIA),
    ),
    Case(platform=RecordingPlatform(), path="/posts", body=b'{"texts":{"status":"Hallo"}}'),
    Case(platform=ScriptedDoorPlatform(), path="/posts", body=b'{"text":"Hallo"}'),
]


@pytest.fixture(params=CASES, ids=lambda case: case.platform.name)
def case(request: pytest.FixtureRequest) -> Case:
    """Give each platform in turn."""
    found: Case = request.param
    return found


def request_of(case: Case, body: bytes) -> WireRequest:
    """Make a request at the case's write."""
    headers = (
        ("content-type", "application/json"),
        ("authorization", f"Bearer {case.token}"),
        ("linkedin-version", "202601"),
    )
    return WireRequest(method="POST", path=case.path, query="", headers=headers, body=body)


def write(case: Case) -> Endpoint:
    """Return the case's write endpoint."""
    return case.platform.endpoint("POST", case.path)


def check_answer(answer: WireAnswer) -> None:
    """Check that an answer is well formed for any HTTP server."""
    assert 200 <= answer.status < 600
    json.loads(answer.body)
    assert answer.reason is None or (answer.reason.isascii() and answer.reason.isprintable())
    for name, value in answer.headers:
        assert name == name.lower()
        assert value.isprintable()


def test_a_write_is_a_write(case: Case) -> None:
    """The table tells a write by class and a stable name."""
    endpoint = write(case)
    assert endpoint.cls is EndpointClass.WRITE
    assert endpoint.name
    assert endpoint.body_limit > 0


@pytest.mark.parametrize("path", ["/unlisted", "", "/api/v1/statuses/x/unlisted", "/posts/../posts"])
def test_what_is_not_listed_is_refused(case: Case, path: str) -> None:
    """Default deny, in the family of refusals."""
    with pytest.raises(errors.RefusedRequest):
        case.platform.endpoint("POST", path)


def test_token(case: Case) -> None:
    """The gateway token is found; without one there is none."""
    assert case.platform.token(request_of(case, b"")) == case.token
    assert case.platform.token(WireRequest(method="GET", path="/", query="", headers=())) is None


LONGEST = {"bluesky": 300, "x": 280, "linkedin": 3_000, "facebook": 63_206}
"""Platforms whose limits are known without asking, in letters that count one everywhere."""


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.platform.name in LONGEST], ids=lambda c: c.platform.name
)
async def test_a_text_that_is_too_long_is_refused_in_the_platforms_shape(case: Case) -> None:
    """When it is read, and again when it was changed before it is sent; the answer is no repetition of it."""
    most = LONGEST[case.platform.name]
    draft = await case.platform.parse(write(case), request_of(case, case.body.replace(b"Hallo", b"x" * most)))
    longer = tuple(replace(part, text=f"{part.text}x") if len(part.text) == most else part for part in draft.parts)
    with pytest.raises(errors.TextTooLong) as read:
        await case.platform.parse(write(case), request_of(case, case.body.replace(b"Hallo", b"x" * (most + 1))))
    assert draft.fits is not None
    draft.fits(draft)
    with pytest.raises(errors.TextTooLong):
        draft.fits(replace(draft, parts=longer))
    answer = case.platform.refuse(read.value)

    check_answer(answer)
    assert 400 <= answer.status < 500
    assert b"xxx" not in answer.body


async def test_parse(case: Case) -> None:
    """A draft names its operation and holds the author's text exactly."""
    draft = await case.platform.parse(write(case), request_of(case, case.body))
    assert draft.operation == write(case).name
    assert [part.text for part in draft.parts if not part.slot.startswith("path.")] == ["Hallo"]
    again = await case.platform.parse(write(case), request_of(case, case.body))
    assert draft == again


@pytest.mark.parametrize("body", [b"{", b'{"unheard":"Max Mustermann"}', b"\xff"])
async def test_what_cannot_be_read_is_refused_without_its_content(case: Case, body: bytes) -> None:
    """Syntax and fields: refused, and the error shows nothing of the request."""
    with pytest.raises(errors.RefusedRequest) as caught:
        await case.platform.parse(write(case), request_of(case, body))
    assert "Mustermann" not in f"{caught.value!r} {caught.value}"


RESULTS: list[Result] = [
    Published(post=POST, decision=make_decision(POST), decision_id="d-1", outcome=OUTCOME),
    Published(post=POST, decision=make_decision(POST), decision_id="d-1", outcome=OUTCOME, redacted=True),
    Blocked(post=POST, decision=make_decision(POST, Verdict.BLOCK), decision_id="d-1"),
    Held(
        post=make_post("Hallo"),
        decision=make_decision(POST, Verdict.HOLD),
        decision_id="d-1",
        review_id="r-1",
        due_at=datetime(2026, 11, 24, tzinfo=UTC),
    ),
    Spooled(post=make_post("Hallo"), decision=make_decision(POST), decision_id="d-1", media_id=MEDIA),
    Opened(media_id=MEDIA),
    *(
        kind(decision_id="d-1", outcome=Outcome(kind=OutcomeKind.UNKNOWN, reason="closed", answer=CANARY.encode()))
        for kind in (Rejected, NotSent, Unknown)
    ),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: type(result).__name__)
def test_every_result_has_an_answer_without_content(case: Case, result: Result) -> None:
    """Whatever became of a submission, the answer is well formed and repeats no matched value."""
    answer = case.platform.answer(write(case), result)
    check_answer(answer)
    assert CANARY not in f"{answer.body.decode()}{answer.headers}{answer.reason}"


@pytest.mark.parametrize(
    "error",
    [
        errors.UnknownToken(),
        errors.EndpointDenied(),
        errors.UnknownField(),
        errors.MalformedRequest(),
        errors.UnsupportedEncoding(),
        errors.RequestTooLarge(),
        errors.TextTooLong(),
        errors.NotFound(),
        errors.IdempotencyMismatch(),
        errors.StillInProgress(),
        errors.OutcomeUnknown(decision_id="d-1"),
        errors.AuditUnavailable(),
        errors.Draining(),
        errors.PostgateError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_has_an_answer(case: Case, error: errors.PostgateError) -> None:
    """Refusals and failures come in the platform's shape, never as success."""
    answer = case.platform.refuse(error)
    check_answer(answer)
    assert answer.status >= 400


def test_reads_are_relayed(case: Case) -> None:
    """A usable answer of the platform reaches the client as a success."""
    endpoint = Endpoint(name="status.show", cls=EndpointClass.READ)
    answer = case.platform.relay(endpoint, UpstreamAnswer(status=200, headers={}, body=b'{"id":"1"}'))
    check_answer(answer)
    assert (answer.status, json.loads(answer.body)) == (200, {"id": "1"})


def test_an_own_image_is_described(case: Case) -> None:
    """An image of the spool is told by its gateway id, in the platform's own writing."""
    parts = (Part(kind=PartKind.ALT_TEXT, slot="description", text="Hund"),)
    answer = case.platform.media(SpooledMedia(id=MEDIA, mime="image/png", parts=parts, data=b"x", decision="r"))
    check_answer(answer)
    assert case.media_id in answer.body.decode()
