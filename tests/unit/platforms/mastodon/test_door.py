"""The wire side as a whole: parse, limit, relay."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import requests
from PIL import Image

from proxy.core.errors import EndpointDenied, TextTooLong
from proxy.gate.ports import SpooledMedia
from proxy.gate.wire import Endpoint, EndpointClass, UpstreamAnswer, WireAnswer, WireRequest
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.door import MastodonDoor
from tests.factories import make_part

ADDRESSES = Addresses(door="https://gw.example", upstream="https://social.example")
FORM = ("content-type", "application/x-www-form-urlencoded")


def make_door(**options: Any) -> MastodonDoor:
    """Make a door."""
    return MastodonDoor(ADDRESSES, **options)


async def parse(door: MastodonDoor, body: bytes, *headers: tuple[str, str], path: str = "/api/v1/statuses") -> object:
    """Parse a POST."""
    request = WireRequest(method="POST", path=path, query="", headers=headers, body=body)
    return await door.parse(door.endpoint("POST", path), request)


def relay(
    door: MastodonDoor, path: str, status: int = 200, body: bytes = b"{}", header: tuple[str, str] = ("x", "y")
) -> WireAnswer:
    """Relay an answer to a read."""
    answer = UpstreamAnswer(status=status, headers=dict([header]), body=body)
    return door.relay(door.endpoint("GET", path), answer)


async def test_text_limit_is_body_and_warning_together() -> None:
    """Over the platform's limit the answer is the platform's; at the limit the post passes; links count 23."""
    door = make_door(max_characters=10)
    assert await parse(door, b"status=12345&spoiler_text=67890", FORM)
    assert await parse(make_door(max_characters=23), b"status=https://bank.example/" + b"x" * 100, FORM)
    with pytest.raises(TextTooLong) as caught:
        await parse(door, b"status=12345&spoiler_text=678901", FORM)
    refusal = door.refuse(caught.value)
    assert refusal.status == 422
    assert json.loads(refusal.body) == {"error": "Validation failed: Text character limit of 10 exceeded"}


async def test_limit_is_learned_from_the_instance() -> None:
    """Without a setting the platform's own description decides, and the client still reads it."""
    door = make_door()
    assert await parse(door, b"status=" + b"x" * 1000, FORM)
    instance = {
        "uri": "social.example",
        "configuration": {"statuses": {"max_characters": 500, "characters_reserved_per_url": 30}},
    }
    answer = relay(door, "/api/v1/instance", body=json.dumps(instance).encode())
    assert json.loads(answer.body) == {**instance, "uri": "gw.example"}
    with pytest.raises(TextTooLong):
        await parse(door, b"status=" + b"x" * 501, FORM)
    with pytest.raises(TextTooLong):
        await parse(door, b"status=" + b"x" * 471 + b"+https://a.example", FORM)


async def test_odd_limits_are_not_believed() -> None:
    """A setting wins over the instance; nonsense is not learned."""
    door = make_door(max_characters=5)
    for statuses in ({"max_characters": 0}, {"max_characters": True}, {"max_characters": "9"}, {"max_characters": 999}):
        relay(door, "/api/v2/instance", body=json.dumps({"configuration": {"statuses": statuses}}).encode())
    with pytest.raises(TextTooLong):
        await parse(door, b"status=123456", FORM)


async def test_reads_are_not_parsed_as_writes() -> None:
    """Only endpoints that change something have a Draft."""
    door = make_door()
    request = WireRequest(method="GET", path="/api/v1/instance", query="", headers=())
    for endpoint in (door.endpoint("GET", "/api/v1/instance"), Endpoint(name="unheard.of", cls=EndpointClass.WRITE)):
        with pytest.raises(EndpointDenied):
            await door.parse(endpoint, request)


async def test_large_uploads_are_read_beside_the_loop() -> None:
    """An image of several hundred kilobytes is parsed and cleaned completely."""
    out = io.BytesIO()
    Image.effect_noise((800, 800), 100).save(out, "PNG")
    files = {"file": ("a.png", out.getvalue(), "image/png")}
    sent = requests.Request("POST", "http://x/", files=files).prepare()
    assert isinstance(sent.body, bytes)
    assert len(sent.body) > 256 * 1024
    draft: Any = await parse(
        make_door(), sent.body, ("content-type", str(sent.headers["content-type"])), path="/api/v2/media"
    )
    assert draft.uploads[0].data == out.getvalue()


def test_relay_passes_what_the_platform_says() -> None:
    """The body is serialised anew, with allow-listed headers."""
    answer = relay(
        make_door(), "/api/v1/accounts/verify_credentials", body=b'{ "id": "1" }', header=("set-cookie", "a=b")
    )
    assert (answer.status, answer.body) == (200, b'{"id":"1"}')
    assert answer.headers == (("content-type", "application/json; charset=utf-8"),)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (404, b"<html>Mustermann</html>", 404),
        (403, b'{"error":"Mustermann"}', 403),
        (422, b'{"error":"Mustermann"}', 422),
        (401, b"<html>login</html>", 502),
        (301, b"", 502),
        (500, b"Mustermann", 502),
        (200, b"<html>Mustermann</html>", 502),
        (200, b'{"a":1,"a":2}', 502),
    ],
)
def test_relay_of_errors(status: int, body: bytes, told: int) -> None:
    """Errors come in Mastodon's shape and without the platform's text; a 401 of the platform is not the client's."""
    answer = relay(make_door(), "/api/v1/timelines/home", status, body)
    assert answer.status == told
    assert set(json.loads(answer.body)) == {"error"}
    assert b"Mustermann" not in answer.body


def test_relay_of_a_rate_limit() -> None:
    """429 passes with the platform's wait."""
    answer = relay(make_door(), "/api/v1/timelines/home", 429, b"", ("retry-after", "7"))
    assert (answer.status, dict(answer.headers)["retry-after"]) == (429, "7")


def test_own_image() -> None:
    """An image of the spool is described in Mastodon's shape."""
    kept = SpooledMedia(id="m-1", mime="image/png", parts=(make_part("x"),), data=b"", decision="r")
    answer = json.loads(make_door().media(kept).body)
    assert (answer["id"], answer["description"]) == ("m-1", None)


def test_token_of_the_header() -> None:
    """The gateway token is where Mastodon's clients put theirs."""
    request = WireRequest(method="GET", path="/", query="", headers=(("authorization", "Bearer pgt_1"),))
    assert make_door().token(request) == "pgt_1"
