"""
One door with scripted neighbours: order of steps, refusals, limits, defects, clients that leave.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditBusy, AuditUnavailable, GateUnavailable, OutcomeUnknown, StillInProgress, TextTooLong
from proxy.gate.room import QueueFull
from proxy.gate.shield import Shield
from proxy.gate.wire import UpstreamAnswer, WireAnswer
from proxy.settings.model import Limits
from tests.fakes.door_house import TOKEN, DoorHouse
from tests.fakes.door_platform import ScriptedDoorPlatform, ScriptedIdentity, ScriptedReader, ScriptedSubmit, grant_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from proxy.core.errors import PostgateError

BODY = b'{"text":"x"}'
CANARY = "Kanarienvogel"


def _raises(error: Exception) -> Callable[[], Awaitable[WireAnswer]]:
    async def then() -> WireAnswer:
        raise error

    return then


def _answers(answer: WireAnswer) -> Callable[[], Awaitable[WireAnswer]]:
    async def then() -> WireAnswer:
        return answer

    return then


async def test_a_write_is_parsed_and_submitted() -> None:
    """The gate gets the draft and the grant; the client gets the gate's answer and a line is logged."""
    house = DoorHouse()
    async with house.open():
        status, _, body = await house.ask("POST", "/posts", body=BODY)
    assert (status, json.loads(body)) == (200, {"texts": 1})
    assert house.submit.drafts == [("post.create", "p-1")]
    (line,) = house.lines.events()
    assert {"event": "request", "door": "m", "route": "post.create", "status": 200, "ms": 0.0}.items() <= line.items()
    assert 'postgate_requests_total{door="m",status_class="2xx"} 1.0' in house.metrics.render().decode()


@pytest.mark.parametrize(
    ("method", "target", "body", "place"),
    [
        ("DELETE", "/posts/1", None, "submit"),
        ("POST", "/media", BODY, "upload"),
        ("GET", "/media/1", None, "own"),
        ("GET", "/me", None, "read"),
        ("GET", "/instance", None, "read"),
    ],
)
async def test_each_class_of_endpoint_has_one_way(method: str, target: str, body: bytes | None, place: str) -> None:
    """Acts are submitted, uploads taken, own answers given, reads fetched; nothing goes two ways."""
    house = DoorHouse()
    async with house.open():
        status, _, _ = await house.ask(method, target, body=body)
    assert status == 200
    gone = {
        "submit": len(house.submit.drafts),
        "upload": len(house.upload.drafts),
        "own": len(house.owned),
        "read": len(house.reader.asked),
    }
    assert gone == {name: int(name == place) for name in gone}


async def test_a_public_read_needs_no_token_but_judges_one() -> None:
    """Without a token nobody is asked; with a wrong one the request is refused."""
    house = DoorHouse()
    async with house.open():
        assert (await house.ask("GET", "/instance", token=None))[0] == 200
        assert (await house.ask("GET", "/instance"))[0] == 200
        assert (await house.ask("GET", "/instance", token="pgt_other"))[0] == 401
    assert house.reader.asked == [("instance", None), ("instance", "scripted:p-1")]


@pytest.mark.parametrize("target", ["/posts", "/media", "/apps"])
@pytest.mark.parametrize("token", [None, "pgt_other", CANARY])
async def test_without_a_valid_token_nothing_happens(target: str, token: str | None) -> None:
    """Missing and unknown tokens are 401 and noted; a public endpoint that does not read still needs one."""
    house = DoorHouse()
    async with house.open():
        status, _, body = await house.ask("POST", target, body=BODY, token=token)
    assert status == 401
    assert json.loads(body)["code"] == "unknown_token"
    assert house.refusals.noted == [("m", "auth")]
    assert (house.submit.drafts, house.upload.drafts, house.owned) == ([], [], [])


async def test_a_login_brings_its_token_in_the_body() -> None:
    """Nobody is looked up before; whoever answers logins decides, and a refusal is noted like any other."""
    house = DoorHouse()
    async with house.open():
        assert (await house.ask("POST", "/login", body=b'{"text":"secret"}', token=None))[0] == 200
        assert (await house.ask("POST", "/login", body=b'{"text":"wrong"}', token="pgt_other"))[0] == 401
        assert (await house.ask("POST", "/login", body=b"x" * 300_000, token=None))[0] == 413
    assert house.logins == [("session.open", b'{"text":"secret"}'), ("session.open", b'{"text":"wrong"}')]
    assert house.identity.asked == []
    assert house.refusals.noted == [("m", "auth"), ("m", "size")]
    assert "secret" not in house.logged()


async def test_a_door_without_logins_has_none() -> None:
    """A table that lists one by mistake opens nothing."""
    house = DoorHouse(log_in=False)
    async with house.open():
        assert (await house.ask("POST", "/login", body=BODY))[0] == 403
    assert (house.logins, house.submit.drafts) == ([], [])


async def test_an_unknown_token_is_refused_before_the_body_is_read() -> None:
    """Nobody without a token can make the door hold an upload in memory."""
    house = DoorHouse()
    async with house.open():
        for token in (None, "pgt_other"):
            status, head, _ = await house.ask("POST", "/media", "Content-Length: 10000000", token=token)
            assert status == 401
            assert b"Connection: close" in head
    assert house.identity.asked == [None, "pgt_other"]


async def test_a_token_may_come_in_the_body() -> None:
    """Where the head has no token, the platform is asked again with the body."""
    house = DoorHouse()
    async with house.open():
        status, _, _ = await house.ask("POST", "/posts", body=b'{"text":"x","token":"pgt_valid"}', token=None)
    assert status == 200
    assert house.identity.asked == [TOKEN]
    assert house.submit.drafts == [("post.create", "p-1")]


async def test_a_token_of_another_door_is_unknown_here() -> None:
    """The door checks the account's door itself, whatever identity said."""
    house = DoorHouse(identity=ScriptedIdentity({TOKEN: grant_of(door="other")}))
    async with house.open():
        status, _, _ = await house.ask("POST", "/posts", body=BODY)
    assert status == 401
    assert house.submit.drafts == []


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "reason"),
    [
        ("GET", "/unlisted", None, 403, "endpoint"),
        ("PUT", "/posts", BODY, 403, "endpoint"),
        ("POST", "/posts", b'{"unknown":1}', 422, "field"),
        ("POST", "/posts", b"{", 400, "malformed"),
        ("POST", "/posts", b"[" * 300_000, 413, "size"),
        ("GET", "/me", BODY, 400, "malformed"),
        ("GET", "/media/1", BODY, 400, "malformed"),
    ],
)
async def test_refusals_come_in_the_platforms_shape(
    method: str, target: str, body: bytes | None, status: int, reason: str
) -> None:
    """Every refusal is the platform's own error, noted once with a bounded reason, counted, and not submitted."""
    house = DoorHouse()
    async with house.open():
        came, head, answer = await house.ask(method, target, body=body)
    assert came == status
    assert "scripted_error" in json.loads(answer)
    assert house.refusals.noted == [("m", reason)]
    assert f'postgate_refusals_total{{door="m",reason="{reason}"}} 1.0' in house.metrics.render().decode()
    assert (house.submit.drafts, house.reader.asked, house.owned) == ([], [], [])
    assert head.splitlines()[0].startswith(b"HTTP/1.1 %d Refused " % status)


@pytest.mark.parametrize(
    ("error", "status", "noted"),
    [
        (AuditUnavailable(), 503, []),
        (AuditBusy(), 503, [("m", "busy")]),
        (GateUnavailable(), 503, []),
        (QueueFull(), 503, []),
        (StillInProgress(), 409, []),
        (OutcomeUnknown(), 422, []),
        (TextTooLong(), 422, [("m", "size")]),
    ],
)
async def test_errors_of_the_gate_reach_the_client(
    error: PostgateError, status: int, noted: list[tuple[str, str]]
) -> None:
    """The client is told; what the gate has recorded itself is not noted again; 503 says when to come back."""
    house = DoorHouse(submit=ScriptedSubmit(_raises(error)))
    async with house.open():
        came, head, body = await house.ask("POST", "/posts", body=BODY)
    assert came == status
    assert json.loads(body)["code"] == error.code
    assert house.refusals.noted == noted
    assert (b"retry-after: 2" in head.lower()) is (status == 503)


async def test_a_platforms_own_time_to_come_back_is_kept() -> None:
    """Where the answer says when to try again, the door does not say something else."""
    answer = WireAnswer(status=503, headers=(("Retry-After", "60"),))
    house = DoorHouse(submit=ScriptedSubmit(_answers(answer)))
    async with house.open():
        _, head, _ = await house.ask("POST", "/posts", body=BODY)
    assert head.lower().count(b"retry-after") == 1
    assert b"retry-after: 60" in head.lower()


async def test_a_platform_that_cannot_be_read_is_answered() -> None:
    """A read without an upstream is refused in the platform's shape; nothing is noted, nothing was asked of us."""
    house = DoorHouse(reader=ScriptedReader(raising=GateUnavailable()))
    async with house.open():
        assert (await house.ask("GET", "/me"))[0] == 503
    assert house.refusals.noted == []


async def test_a_read_is_rewritten_and_only_listed_headers_arrive() -> None:
    """The platform module's answer is sent; headers of ours cannot be set by it."""
    answer = WireAnswer(
        status=200,
        body=b"{}",
        headers=(("link", "<x>"), ("set-cookie", "a=b"), ("server", "x"), ("cache-control", "public")),
        reason="Fine",
    )
    reader = ScriptedReader(answer=UpstreamAnswer(status=206, headers={}, body=b"[]"))
    house = DoorHouse(reader=reader, submit=ScriptedSubmit(_answers(answer)))
    async with house.open():
        assert (await house.ask("GET", "/me"))[0] == 206
        _, head, _ = await house.ask("POST", "/posts", body=BODY)
    assert head.startswith(b"HTTP/1.1 200 Fine\r\n")
    lower = head.lower()
    assert b"link: <x>" in lower
    assert b"cache-control: no-store" in lower
    for header in (b"set-cookie", b"server", b"public"):
        assert header not in lower


@pytest.mark.parametrize("header", [("x-a", "1\r\nx-b: 2"), ("x-a", "ü"), ("x a", "1")])
async def test_an_answer_that_would_split_is_not_sent(header: tuple[str, str]) -> None:
    """A header value that would begin another header becomes a generic error."""
    house = DoorHouse(submit=ScriptedSubmit(_answers(WireAnswer(status=200, headers=(header,)))))
    async with house.open():
        status, head, _ = await house.ask("POST", "/posts", body=BODY)
    assert status == 500
    assert b"x-b" not in head


async def test_an_impossible_reason_phrase_is_left_out() -> None:
    """A phrase that does not fit into a status line is replaced by the usual one."""
    house = DoorHouse(submit=ScriptedSubmit(_answers(WireAnswer(status=200, reason="a\r\nX: b"))))
    async with house.open():
        _, head, _ = await house.ask("POST", "/posts", body=BODY)
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("kind", [ValueError, ConnectionResetError, TimeoutError])
async def test_a_defect_before_the_gate_is_an_internal_error(kind: type[Exception]) -> None:
    """The client gets 500 in the platform's shape, the log code and class, nobody the text."""
    house = DoorHouse(platform=ScriptedDoorPlatform(raising=kind(CANARY)))
    async with house.open():
        status, head, body = await house.ask("POST", "/posts", body=BODY)
    assert (status, json.loads(body)["code"]) == (500, "internal")
    assert CANARY not in house.logged() + head.decode() + body.decode()
    failed = next(event for event in house.lines.events() if event["event"] == "request.failed")
    assert (failed["code"], failed["error"], failed["route"]) == ("internal", kind.__name__, "post.create")


@pytest.mark.parametrize("kind", [RuntimeError, ConnectionResetError, TimeoutError])
async def test_a_defect_behind_the_gate_never_claims_that_nothing_was_sent(kind: type[Exception]) -> None:
    """Once the gate had the draft, an unexpected error tells the client not to send again."""
    house = DoorHouse(submit=ScriptedSubmit(_raises(kind(CANARY))))
    async with house.open():
        status, _, body = await house.ask("POST", "/posts", body=BODY)
    assert (status, json.loads(body)["code"]) == (422, "OutcomeUnknown")
    assert CANARY not in house.logged()


class _Pause:
    """A submission that waits until the test lets it go on."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.ended: list[str] = []

    async def wait(self) -> WireAnswer:
        self.begun.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        self.ended.append("finished")
        return WireAnswer(status=200, body=b"{}")


@pytest.mark.parametrize(
    ("limits", "second_token", "status"),
    [
        (Limits(in_flight=1), "pgt_second", 503),
        (Limits(per_principal=1), TOKEN, 503),
        (Limits(per_principal=1), "pgt_second", 200),
        (Limits(in_flight=2), TOKEN, 200),
    ],
)
async def test_requests_over_the_caps_are_told_to_come_back(limits: Limits, second_token: str, status: int) -> None:
    """One too many on the node or of one principal is 503 at once; the first one is not disturbed."""
    pause = _Pause()
    identity = ScriptedIdentity({TOKEN: grant_of(), "pgt_second": grant_of("p-2")})
    house = DoorHouse(identity=identity, limits=limits, submit=ScriptedSubmit(pause.wait))
    async with house.open(), asyncio.timeout(10), asyncio.TaskGroup() as group:
        first = group.create_task(house.ask("POST", "/posts", body=BODY))
        await pause.begun.wait()
        second = group.create_task(house.ask("GET", "/me", token=second_token))
        came, head, _ = await second
        pause.go.set()
    assert came == status
    assert (b"retry-after: 2" in head.lower()) is (status == 503)
    assert first.result()[0] == 200
    assert house.flight.requests == 0


async def test_bodies_over_the_memory_cap_are_told_to_come_back() -> None:
    """What all bodies together may take is counted before they are read, for chunked ones by their limit."""
    house = DoorHouse(limits=Limits(buffered_bytes=1024 * 1024))
    async with house.open():
        length = f"Content-Length: {2 * 1024 * 1024}"
        assert (await house.ask("POST", "/media", length))[0] == 503
        assert (await house.ask("POST", "/media", "Transfer-Encoding: chunked"))[0] == 503
        assert (await house.ask("POST", "/media", body=BODY))[0] == 200


async def test_an_upload_may_be_larger_than_a_text_but_not_than_its_limit() -> None:
    """The endpoint's own limit counts for uploads, the text limit for everything else."""
    house = DoorHouse(limits=Limits(upload_bytes=400_000))
    big, bigger = b'{"text":"' + b"a" * 300_000 + b'"}', b"a" * 500_000
    async with house.open():
        assert (await house.ask("POST", "/media", body=big))[0] == 200
        assert (await house.ask("POST", "/media", body=bigger))[0] == 413
        assert (await house.ask("POST", "/posts", body=big))[0] == 413


async def test_a_draining_door_takes_nothing_new_and_closes() -> None:
    """While the process stops, a connection that is still open gets 503 and its end."""
    house = DoorHouse()
    async with house.open():
        house.flight.drain()
        status, head, body = await house.ask("POST", "/posts", body=BODY)
    assert (status, json.loads(body)["code"]) == (503, "draining")
    assert b"connection: close" in head.lower()
    assert house.refusals.noted == [("m", "busy")]


async def _leave_during(house: DoorHouse, pause: _Pause) -> None:
    """Send a post and close the connection while the submission waits."""
    async with house.connect() as (_, writer):
        writer.write(
            b"POST /posts HTTP/1.1\r\nHost: door.test\r\nAuthorization: Bearer pgt_valid\r\n"
            b"Content-Length: 12\r\n\r\n" + BODY
        )
        await pause.begun.wait()
    while house.flight.requests:  # noqa: ASYNC110 - the door sees the end of a connection when it reads
        await asyncio.sleep(0.01)


async def test_a_client_that_leaves_before_the_commit_cancels_its_post() -> None:
    """Nothing goes on for somebody who is not there any more; the log says so."""
    pause = _Pause()
    house = DoorHouse(submit=ScriptedSubmit(pause.wait))
    async with house.open(), asyncio.timeout(10):
        await _leave_during(house, pause)
    assert pause.ended == ["cancelled"]
    assert [event["status"] for event in house.lines.events()] == [499]


async def test_a_client_that_leaves_after_the_commit_does_not_stop_its_post() -> None:
    """What the gate has shielded ends, though its request is gone."""
    pause, shield = _Pause(), Shield()

    async def then() -> WireAnswer:
        return await shield.run(pause.wait())

    house = DoorHouse(submit=ScriptedSubmit(then))
    async with house.open(), asyncio.timeout(10):
        await _leave_during(house, pause)
        assert pause.ended == []
        pause.go.set()
        assert await shield.drain(5)
    assert pause.ended == ["finished"]


@pytest.mark.parametrize("refused", [False, True])
async def test_an_image_that_comes_with_its_post_goes_first(refused: bool) -> None:
    """It is kept before the post is submitted; when it may not pass, nothing is submitted."""
    house = DoorHouse()
    house.refuses_images = refused
    async with house.open():
        status, _, _ = await house.ask("POST", "/posts", body=b'{"text":"Hallo","image":"x"}')

    assert status == 200
    assert (len(house.attached), len(house.submit.drafts)) == (1, 0 if refused else 1)
