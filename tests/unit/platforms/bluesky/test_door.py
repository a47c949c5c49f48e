"""The wire side of Bluesky as the door uses it."""

from __future__ import annotations

import json

import pytest

from proxy.core.errors import EndpointDenied, RefusedRequest
from proxy.gate.ports import SpooledMedia
from proxy.gate.wire import Endpoint, EndpointClass, UpstreamAnswer, WireRequest
from proxy.platforms.bluesky.door import BlueskyDoor
from tests.fakes.bluesky import BLOB, CHAT, DID, create, parse, request

DOOR = BlueskyDoor(language="en", chat=CHAT)
READ = Endpoint(name="read.getTimeline", cls=EndpointClass.READ)
MESSAGE = ("chat.bsky.convo.sendMessage", {"convoId": "3k", "message": {"text": "Hallo"}})


@pytest.mark.parametrize("headers", [[], [("atproto-proxy", "did:web:other.example#bsky_chat")]])
async def test_messages_go_to_their_service_or_nowhere(headers: list[tuple[str, str]]) -> None:
    """A client names it; another one is refused."""
    with pytest.raises(EndpointDenied):
        await parse(request(*MESSAGE, *headers), DOOR)
    assert (await parse(request(*MESSAGE, ("atproto-proxy", CHAT)), DOOR)).operation == "message.send"


@pytest.mark.parametrize(("method", "name"), [("POST", "sendMessage"), ("GET", "listConvos")])
def test_messages_are_off_unless_the_door_says_so(method: str, name: str) -> None:
    """Reading as well as writing."""
    with pytest.raises(EndpointDenied):
        BlueskyDoor().endpoint(method, f"/xrpc/chat.bsky.convo.{name}")


async def test_nothing_else_is_passed_on_to_another_service() -> None:
    """A record goes into the repository, whatever header comes with it."""
    with pytest.raises(EndpointDenied):
        await parse(request("com.atproto.repo.createRecord", create(), ("atproto-proxy", CHAT)), DOOR)


@pytest.mark.parametrize(
    ("status", "body", "expected", "name"),
    [
        (400, b'{"error":"RecordNotFound","message":"Erika"}', 400, "RecordNotFound"),
        (400, b'{"error":"Erika Mustermann"}', 400, "InvalidRequest"),
        (404, b"", 404, "InvalidRequest"),
        (501, b'{"error":"MethodNotImplemented"}', 501, "MethodNotImplemented"),
        (400, b'{"error":"ExpiredToken"}', 502, "UpstreamFailure"),
        (401, b'{"error":"AuthMissing"}', 502, "UpstreamFailure"),
        (500, b"{}", 502, "UpstreamFailure"),
        (302, b"{}", 502, "UpstreamFailure"),
        (200, b"", 502, "UpstreamFailure"),
        (200, b"<html>", 502, "UpstreamFailure"),
        (429, b"{}", 429, "RateLimitExceeded"),
    ],
)
def test_of_failed_reads_only_the_name_is_told(status: int, body: bytes, expected: int, name: str) -> None:
    """A login of the gateway's that is not taken is no matter of the client's."""
    answer = DOOR.relay(READ, UpstreamAnswer(status=status, headers={"retry-after": "7"}, body=body))
    told = json.loads(answer.body)

    assert (answer.status, told["error"]) == (expected, name)
    assert "Erika" not in answer.body.decode()


def test_reads_are_relayed_without_the_way_to_the_platform() -> None:
    """`describeRepo` tells the address of the server, too."""
    body = json.dumps({"handle": "presse.example", "didDoc": {"service": [1]}}).encode()
    headers = {"set-cookie": "a", "ratelimit-limit": "9"}
    answer = DOOR.relay(READ, UpstreamAnswer(status=200, headers=headers, body=body))

    assert json.loads(answer.body) == {"handle": "presse.example", "didDoc": {}}
    assert ("ratelimit-limit", "9") in answer.headers
    assert "set-cookie" not in dict(answer.headers)


def test_a_login_names_an_account_and_a_token() -> None:
    """As JSON, with what else the SDKs send along."""
    body = {"identifier": "presse.example", "password": "pgt_x", "authFactorToken": "1", "allowTakendown": False}
    assert DOOR.login(request("com.atproto.server.createSession", body)) == ("presse.example", "pgt_x")


@pytest.mark.parametrize(
    "body", [{}, {"identifier": "a"}, {"identifier": "a", "password": 1}, {"identifier": "a", "password": "b", "x": 1}]
)
def test_another_login_is_refused(body: dict[str, object]) -> None:
    """Without a token, or with anything that nobody knows."""
    with pytest.raises(RefusedRequest):
        DOOR.login(request("com.atproto.server.createSession", body))


def test_what_renews_a_login_comes_in_the_header_alone() -> None:
    """An empty object is what some clients send for no body."""
    asked = request("com.atproto.server.refreshSession", b"", ("content-type", "application/json"))
    assert DOOR.renewal(asked) == DOOR.token(asked)
    assert DOOR.renewal(request("com.atproto.server.refreshSession", {})) is not None
    assert DOOR.renewal(WireRequest(method="POST", path="/", query="", headers=())) is None
    for wrong in (request("x", {"refreshJwt": "y"}), request("x", query="a=b")):
        with pytest.raises(RefusedRequest):
            DOOR.renewal(wrong)


def test_an_image_of_the_spool_is_a_blob() -> None:
    """By its name, type and size."""
    answer = DOOR.media(SpooledMedia(id=BLOB, mime="image/png", parts=(), data=b"123", decision="r"))
    assert json.loads(answer.body)["blob"]["ref"] == {"$link": BLOB}
    assert DID not in answer.body.decode()
