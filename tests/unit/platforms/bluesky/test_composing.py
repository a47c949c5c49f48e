"""What comes over the API is read as a post of a client of Bluesky."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from proxy.core.errors import EndpointDenied, GateUnavailable
from proxy.core.model import PostKind
from proxy.gate.wire import UpstreamAnswer
from proxy.platforms.bluesky.blobs import cid_of
from proxy.platforms.bluesky.building import build_request
from proxy.platforms.bluesky.composing import BlueskyComposer
from proxy.platforms.bluesky.door import BlueskyDoor
from tests.fakes import bluesky
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.clock import START
from tests.fakes.composing import GIF, account, image, read, recalled, texts, wanted

if TYPE_CHECKING:
    from proxy.core.model import Account
    from proxy.gate.wire import Endpoint, WireRequest

DOOR = BlueskyDoor()
PARENT = f"at://{bluesky.DID}/app.bsky.feed.post/{bluesky.TID}"
PARENT_REFERENCE = {"uri": PARENT, "cid": bluesky.CID}


class OneRecord:
    """Answers reads with one record, or with a status alone."""

    def __init__(self, value: dict[str, Any] | None = None, *, status: int = 200) -> None:
        self.answer = {**PARENT_REFERENCE, "value": value or {}} if status == 200 else {"error": "RecordNotFound"}
        self.status = status
        self.asked: list[str] = []

    async def read(self, endpoint: Endpoint, request: WireRequest, account: Account | None) -> UpstreamAnswer:
        """Give the answer."""
        assert (endpoint.name, account is not None) == ("read.getRecord", True)
        self.asked.append(request.query)
        return UpstreamAnswer(status=self.status, headers={}, body=json.dumps(self.answer).encode())


def composer(reader: OneRecord | None = None, credential: str = bluesky.CREDENTIAL) -> BlueskyComposer:
    """Return a composer for the invented account."""
    return BlueskyComposer(MemoryAccounts(presse=credential), reader=reader or OneRecord())


async def test_a_post_has_what_is_wanted_and_the_time_of_its_sending() -> None:
    """In the account's own repository; the request that comes again is the same, and so is what waits."""
    draft = await read(DOOR, composer(), wanted("Grüße"))
    sent = json.loads(build_request(bluesky.post_of(draft), chat=None, now=START).body)

    assert (draft.kind, texts(draft), draft.media) == (PostKind.POST, {"record.text": "Grüße"}, ())
    assert (sent["repo"], sent["collection"], sent["swapRecord"]) == (bluesky.DID, "app.bsky.feed.post", None)
    assert sent["record"] == {
        "$type": "app.bsky.feed.post",
        "text": "Grüße",
        "createdAt": "2026-11-23T09:00:00.000000Z",
    }


async def test_links_and_hashtags_are_marked_as_clients_mark_them() -> None:
    """By bytes, without the marks of the sentence; what is part of a link is no hashtag."""
    text = "Grüße (https://bank.example/#a). #Sparen & x#y http://b.example"
    draft = await read(DOOR, composer(), wanted(text))
    sent = json.loads(build_request(bluesky.post_of(draft), chat=None, now=START).body)
    marked = {
        text.encode()[mark["index"]["byteStart"] : mark["index"]["byteEnd"]].decode(): mark["features"][0]
        for mark in sent["record"]["facets"]
    }

    assert marked == {
        "https://bank.example/#a": {"$type": "app.bsky.richtext.facet#link", "uri": "https://bank.example/#a"},
        "#Sparen": {"$type": "app.bsky.richtext.facet#tag", "tag": "Sparen"},
        "http://b.example": {"$type": "app.bsky.richtext.facet#link", "uri": "http://b.example"},
    }


async def test_an_image_is_named_as_the_platform_will_name_it() -> None:
    """With its description, or an empty one."""
    draft = await read(DOOR, composer(), wanted("x", image(alt="Filiale")))
    bare = await read(DOOR, composer(), wanted("x", image()))

    assert draft.media == (cid_of(GIF),)
    assert texts(draft)["media.0.record.embed.images.0.alt"] == "Filiale"
    assert texts(bare)["media.0.record.embed.images.0.alt"] == ""


@pytest.mark.parametrize(
    ("value", "root"),
    [
        ({}, PARENT_REFERENCE),
        ({"reply": {"root": bluesky.REFERENCE, "parent": bluesky.REFERENCE}}, bluesky.REFERENCE),
    ],
)
async def test_an_answer_names_its_thread(value: dict[str, Any], root: dict[str, str]) -> None:
    """The post before by address and digest, and the first one, which that one names."""
    reader = OneRecord(value)
    draft = await read(DOOR, composer(reader), wanted("zwei", reply_to=PARENT))
    sent = json.loads(build_request(bluesky.post_of(draft), chat=None, now=START).body)

    assert (draft.kind, draft.reply_to) == (PostKind.REPLY, PARENT)
    assert sent["record"]["reply"] == {"root": root, "parent": PARENT_REFERENCE}
    assert len(reader.asked) == 1


async def test_what_cannot_be_told_stops_the_post() -> None:
    """No answer about the post before; a credential of another shape."""
    with pytest.raises(GateUnavailable):
        await read(DOOR, composer(OneRecord(status=400)), wanted("zwei", reply_to=PARENT))
    with pytest.raises(GateUnavailable):
        await composer(credential="password").compose(wanted(), account("bluesky"))


async def test_a_post_is_taken_back() -> None:
    """By its address, in the account's own repository only; the limits are known."""
    draft = await recalled(DOOR, composer(), PARENT)

    assert draft.operation == "record.delete"
    assert {"repo", "collection", "rkey"} <= {*texts(draft), *dict(draft.options)}
    with pytest.raises(EndpointDenied):
        await recalled(DOOR, composer(), bluesky.URI)
    assert composer().limits() == ()
