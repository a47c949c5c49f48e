"""The wire side as a whole: parse, limit, relay."""

from __future__ import annotations

import json

import pytest

from proxy.core.errors import EndpointDenied, TextTooLong
from proxy.gate.ports import SpooledMedia
from proxy.gate.wire import Draft, UpstreamAnswer, WireRequest
from proxy.platforms._wire.numbers import to_number
from proxy.platforms.x.door import XDoor

SPOOL = "00000000-0000-4000-8000-00000000000a"


async def post(door: XDoor, text: str, path: str = "/2/tweets") -> Draft:
    """Post a text."""
    headers = (("content-type", "application/json"), ("authorization", "Bearer pgt_a"))
    body = json.dumps({"text": text}).encode()
    request = WireRequest(method="POST", path=path, query="", headers=headers, body=body)
    assert door.token(request) == "pgt_a"
    return await door.parse(door.endpoint("POST", path), request)


async def test_the_limit_is_weighed() -> None:
    """Over the limit the answer is the platform's; an account's plan may allow more than the usual one."""
    door = XDoor(max_characters=10)
    for text in ("1234567890", "漢字漢字漢"):
        assert (await post(door, text)).parts[0].text == text
    assert (await post(door, "漢字漢字漢字", "/2/dm_conversations/with/7/messages")).operation == "dm.user"
    with pytest.raises(TextTooLong):
        await post(door, "漢字漢字漢字")
    assert (await post(XDoor(), "x" * 280)).operation == "tweet.create"
    assert (await post(XDoor(max_characters=25_000), "x" * 25_000)).operation == "tweet.create"
    with pytest.raises(TextTooLong) as caught:
        await post(XDoor(), "x" * 281)
    answer = door.refuse(caught.value)
    assert (answer.status, json.loads(answer.body)["title"]) == (403, "Forbidden")
    assert "at most 280 characters" in json.loads(answer.body)["detail"]


async def test_reads_have_no_draft() -> None:
    """Nothing but writes, uploads and acts is parsed."""
    door = XDoor()
    request = WireRequest(method="GET", path="/2/users/me", query="", headers=())
    with pytest.raises(EndpointDenied):
        await door.parse(door.endpoint("GET", "/2/users/me"), request)


def test_relay_and_media() -> None:
    """The platform's object for a read; an own image in the platform's writing."""
    door = XDoor()
    answer = UpstreamAnswer(status=200, headers={"x-rate-limit-remaining": "5"}, body=b'{"data":{"id":"7"}}')
    relayed = door.relay(door.endpoint("GET", "/2/users/me"), answer)
    assert json.loads(relayed.body) == {"data": {"id": "7"}}
    assert dict(relayed.headers)["x-rate-limit-remaining"] == "5"
    kept = door.media(SpooledMedia(id=SPOOL, mime="image/png", parts=(), data=b"x", decision="r"))
    assert json.loads(kept.body)["data"]["id"] == to_number(SPOOL)
