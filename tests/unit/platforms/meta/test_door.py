"""The wire side as a whole: versions, tokens, limits, pages of reads."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from proxy.core.errors import MalformedRequest, TextTooLong
from proxy.core.model import Part, PartKind
from proxy.gate.ports import SpooledMedia
from proxy.gate.wire import UpstreamAnswer, WireRequest
from proxy.platforms._wire.numbers import to_number
from proxy.platforms.meta.door import MetaDoor
from proxy.platforms.meta.table import table_of

SPOOL = "00000000-0000-4000-8000-00000000000a"
DOOR = MetaDoor("facebook", table_of("facebook", frozenset()), max_characters=5)
THREADS = MetaDoor("threads", table_of("threads", frozenset()))
FORM = ("content-type", "application/x-www-form-urlencoded")


def asked(query: str = "", headers: tuple[tuple[str, str], ...] = (FORM,), **fields: str) -> WireRequest:
    """Make a post to a page's feed."""
    body = urlencode(fields).encode()
    return WireRequest(method="POST", path="/104/feed", query=query, headers=headers, body=body)


def container(path: str, field: str, length: int) -> WireRequest:
    """Make a request with a text of so many characters."""
    return replace(asked(), path=path, body=urlencode({field: "x" * length}).encode())


def test_a_path_without_version_gets_one() -> None:
    """The one the door was written for; another one stays."""
    assert dict(DOOR.endpoint("POST", "/104/feed").arguments)["version"] == "v26.0"
    assert dict(DOOR.endpoint("POST", "/v3.1/104/feed").arguments)["version"] == "v3.1"
    assert THREADS.endpoint("GET", f"/{to_number(SPOOL).zfill(1)}").arguments == (("id", SPOOL),)


async def test_the_token_is_found_and_is_one() -> None:
    """In header, query and body; a body that cannot be read is the parser's matter."""
    bearer = ("authorization", "Bearer pgt_a")
    assert DOOR.token(asked(message="x", access_token="pgt_a")) == "pgt_a"
    assert DOOR.token(asked("access_token=pgt_a", message="x")) == "pgt_a"
    assert DOOR.token(asked(headers=(bearer, FORM), message="x")) == "pgt_a"
    assert DOOR.token(asked(headers=(bearer, ("content-type", "text/plain")), message="x")) == "pgt_a"
    with pytest.raises(MalformedRequest):
        DOOR.token(asked(headers=(bearer, FORM), message="x", access_token="pgt_b"))
    for two in (
        asked("access_token=pgt_a", message="x", access_token="pgt_b"),
        asked("access_token=pgt_b", headers=(bearer, FORM), message="x"),
    ):
        with pytest.raises(MalformedRequest):
            await DOOR.parse(DOOR.endpoint("POST", "/104/feed"), two)


async def test_the_limit_counts_what_people_see() -> None:
    """Over the configured limit a post is refused."""
    endpoint = DOOR.endpoint("POST", "/104/feed")
    assert (await DOOR.parse(endpoint, asked(message="Grüße"))).operation == "feed.create"
    with pytest.raises(TextTooLong) as caught:
        await DOOR.parse(endpoint, asked(message="Grüße!"))
    error = json.loads(DOOR.refuse(caught.value).body)["error"]
    assert (error["code"], error["type"]) == (100, "OAuthException")


@pytest.mark.parametrize(
    ("platform", "path", "field", "most"),
    [
        ("facebook", "/104/feed", "message", 63_206),
        ("instagram", "/104/media", "caption", 2_200),
        ("threads", "/104/threads", "text", 500),
    ],
)
async def test_each_platform_has_its_usual_limit(platform: str, path: str, field: str, most: int) -> None:
    """One character more is refused, before anything is kept or sent."""
    door = MetaDoor(platform, table_of(platform, frozenset()))
    endpoint = door.endpoint("POST", path)
    assert (await door.parse(endpoint, container(path, field, most))).parts
    with pytest.raises(TextTooLong):
        await door.parse(endpoint, container(path, field, most + 1))


async def test_the_texts_of_a_container_are_counted_when_it_is_published() -> None:
    """They came with the upload, and may have been changed since."""
    body = urlencode({"creation_id": to_number(SPOOL)}).encode()
    request = replace(asked(), path="/104/threads_publish", body=body)
    draft = await THREADS.parse(THREADS.endpoint("POST", request.path), request)
    assert draft.fits is not None
    for length in (500, 501):
        text = Part(kind=PartKind.BODY, slot="media.0.text", text="x" * length)
        with nullcontext() if length == 500 else pytest.raises(TextTooLong):
            draft.fits(replace(draft, parts=(*draft.parts, text)))


def test_pages_of_reads_hold_no_address() -> None:
    """They would hold the platform's token; the cursors stay."""
    value = {
        "data": [{"id": "1", "access_token": "x", "comments": {"paging": {"next": "https://x"}}}],
        "paging": {"cursors": {"after": "a"}, "next": "https://graph.facebook.com/?access_token=x"},
    }
    read = DOOR.endpoint("GET", "/me/accounts")
    relayed = DOOR.relay(read, UpstreamAnswer(status=200, headers={}, body=json.dumps(value).encode()))
    assert json.loads(relayed.body) == {
        "data": [{"id": "1", "comments": {"paging": {}}}],
        "paging": {"cursors": {"after": "a"}},
    }
    assert DOOR.relay(read, UpstreamAnswer(status=200, headers={}, body=b"[1]")).body == b"[1]"


def test_an_own_container_is_ready() -> None:
    """A client that asks first may publish at once."""
    kept = SpooledMedia(id=SPOOL, mime="x", parts=(), data=b"", decision="r")
    assert json.loads(THREADS.media(kept).body) == {
        "id": to_number(SPOOL),
        "status_code": "FINISHED",
        "status": "FINISHED",
    }
