"""The wire side as a whole: parse, limit, relay."""

from __future__ import annotations

import json

import pytest

from proxy.core.errors import EndpointDenied, TextTooLong
from proxy.gate.ports import SpooledMedia
from proxy.gate.wire import UpstreamAnswer, WireRequest
from proxy.platforms.linkedin.door import LinkedInDoor

SPOOL = "00000000-0000-4000-8000-00000000000a"
DOOR = LinkedInDoor(door="https://li.gw.example", max_characters=5)


async def post(text: str) -> str:
    """Post a text and return the operation it became."""
    headers = (("content-type", "application/json"), ("authorization", "Bearer pgt_a"), ("linkedin-version", "202601"))
    body = json.dumps({"author": "urn:li:person:a", "commentary": text}).encode()
    request = WireRequest(method="POST", path="/rest/posts", query="", headers=headers, body=body)
    assert DOOR.token(request) == "pgt_a"
    return (await DOOR.parse(DOOR.endpoint("POST", "/rest/posts"), request)).operation


async def test_the_limit_counts_what_people_see() -> None:
    """A family is one character; over the limit the post is refused."""
    assert await post("Grüße") == "post.create"
    assert await post("abcd👨\u200d👩\u200d👧") == "post.create"
    with pytest.raises(TextTooLong) as caught:
        await post("Grüße!")
    answer = DOOR.refuse(caught.value)
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "FIELD_LENGTH_TOO_LONG")


async def test_a_comment_has_a_limit_of_its_own() -> None:
    """Also where it is changed; the configured number is that of posts."""
    headers = (("content-type", "application/json"), ("authorization", "Bearer pgt_a"), ("linkedin-version", "202601"))
    path = "/rest/socialActions/urn%3Ali%3Ashare%3A7/comments"

    async def comment(text: str) -> str:
        body = json.dumps({"actor": "urn:li:person:a", "message": {"text": text}}).encode()
        request = WireRequest(method="POST", path=path, query="", headers=headers, body=body)
        return (await DOOR.parse(DOOR.endpoint("POST", path), request)).operation

    assert await comment("x" * 1_250) == "comment.create"
    with pytest.raises(TextTooLong):
        await comment("x" * 1_251)


async def test_reads_have_no_draft() -> None:
    """Nothing but writes, uploads and acts is parsed."""
    request = WireRequest(method="GET", path="/v2/userinfo", query="", headers=())
    with pytest.raises(EndpointDenied):
        await DOOR.parse(DOOR.endpoint("GET", "/v2/userinfo"), request)


def test_relay_and_media() -> None:
    """The platform's object for a read; an own image by its own name."""
    read = DOOR.endpoint("GET", "/v2/userinfo")
    assert json.loads(DOOR.relay(read, UpstreamAnswer(status=200, headers={}, body=b'{"sub":"7"}')).body) == {
        "sub": "7"
    }
    own = DOOR.endpoint("GET", f"/rest/images/urn%3Ali%3Aimage%3A{SPOOL}")
    assert own.arguments == (("id", SPOOL),)
    kept = DOOR.media(SpooledMedia(id=SPOOL, mime="image/png", parts=(), data=b"x", decision="r"))
    assert json.loads(kept.body)["id"] == f"urn:li:image:{SPOOL}"
