"""From released posts to requests."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from proxy.core.errors import NotReleased
from proxy.core.model import Part, PartKind, PostId
from proxy.platforms.bluesky.building import build_request, record_of, repository_of
from proxy.platforms.bluesky.keys import tid_of
from tests.fakes import bluesky
from tests.fakes.bluesky import CHAT, DID, POST_ID, TID, create, parse, post_of, put, record, request, writes

CREATE = "com.atproto.repo.createRecord"
PUT = "com.atproto.repo.putRecord"
WRITES = "com.atproto.repo.applyWrites"


async def built(nsid: str, body: Any, *headers: tuple[str, str]) -> tuple[str, dict[str, Any]]:
    """Parse a request as the door does, build what is sent, and return its path and body."""
    post = post_of(await parse(request(nsid, body, *headers)))
    made = build_request(post, chat=CHAT)
    sent: dict[str, Any] = json.loads(made.body)
    return made.path, sent


@pytest.mark.parametrize("collection", list(bluesky.RECORDS))
async def test_a_new_record_is_put_where_nothing_is(collection: str) -> None:
    """Under a key that follows from the post, and exactly as it was written."""
    path, sent = await built(CREATE, create(collection))
    key = "self" if collection in bluesky.ONCE else tid_of(POST_ID)

    assert path == f"/xrpc/{PUT}"
    assert sent == {
        "repo": DID,
        "collection": collection,
        "rkey": key,
        "record": record(collection),
        "swapRecord": None,
    }


async def test_a_key_of_the_clients_is_kept() -> None:
    """It is part of the post."""
    _, sent = await built(CREATE, create(rkey=TID, validate=False))
    assert (sent["rkey"], sent["validate"]) == (TID, False)


@pytest.mark.parametrize("more", [{}, {"swapRecord": None}, {"swapRecord": bluesky.CID}])
async def test_a_put_says_what_must_be_there(more: dict[str, Any]) -> None:
    """Nothing, or exactly this record; without a word either is fine."""
    path, sent = await built(PUT, put(**more))
    assert path == f"/xrpc/{PUT}"
    assert sent == put(**more)


async def test_several_writes_get_their_keys() -> None:
    """One for each new record, in order; the rest is as it was written."""
    body = writes(
        ("create", record(langs=["de"])),
        ("create", record("app.bsky.feed.like")),
        ("delete", {}),
    )
    path, sent = await built(WRITES, body)

    assert path == f"/xrpc/{WRITES}"
    assert [write.pop("rkey") for write in sent["writes"]] == [tid_of(POST_ID), tid_of(POST_ID, 1), TID]
    assert sent == {**body, "writes": [{k: v for k, v in write.items() if k != "rkey"} for write in body["writes"]]}


async def test_empty_lists_arrive_as_such() -> None:
    """A thread gate that allows nobody stays one."""
    value = {**record("app.bsky.feed.threadgate"), "allow": []}
    _, sent = await built(CREATE, create("app.bsky.feed.threadgate", value))
    assert (sent["record"]["allow"], sent["record"]["hiddenReplies"]) == ([], [])


async def test_marks_go_with_a_redacted_text() -> None:
    """They count bytes of the text as it was: on another text they would mark other words."""
    post = post_of(await parse(request(CREATE, create())))
    redacted = replace(
        post,
        replaces=PostId("00000000-0000-4000-8000-000000000009"),
        parts=tuple(replace(part, text="[entfernt]") if part.slot == "record.text" else part for part in post.parts),
    )
    sent = json.loads(build_request(redacted, chat=None).body)

    assert sent["record"]["text"] == "[entfernt]"
    assert "facets" not in sent["record"]
    assert sent["record"]["embed"] == record()["embed"]


async def test_messages_name_their_service() -> None:
    """In the header by which the platform passes them on, and nothing else does."""
    body = {"convoId": "3kabc", "message": {"text": "Hallo"}}
    post = post_of(await parse(request("chat.bsky.convo.sendMessage", body, ("atproto-proxy", CHAT))))
    made = build_request(post, chat=CHAT)

    assert (made.path, json.loads(made.body)) == ("/xrpc/chat.bsky.convo.sendMessage", body)
    assert made.headers == (("atproto-proxy", CHAT),)
    with pytest.raises(NotReleased):
        build_request(post, chat=None)
    assert build_request(post_of(await parse(request(CREATE, create()))), chat=CHAT).headers == ()


async def test_what_did_not_come_from_a_parser_is_not_sent() -> None:
    """Another operation, another field, an identifier that was redacted."""
    post = post_of(await parse(request(CREATE, create(rkey=TID))))
    for other in (
        replace(post, operation="status.create"),
        replace(post, options=(*post.options, ("note", "x"))),
        replace(post, parts=(*post.parts, Part(kind=PartKind.OTHER, slot="record.note", text="[entfernt]"))),
    ):
        with pytest.raises(NotReleased):
            build_request(other, chat=None)


async def test_a_post_knows_its_record() -> None:
    """Repository, collection and key, for whoever looks for it later."""
    made = post_of(await parse(request(CREATE, create())))
    several = post_of(await parse(request(WRITES, writes(("create", record(langs=["de"]))))))
    gone = post_of(
        await parse(
            request("com.atproto.repo.deleteRecord", {"repo": DID, "collection": "app.bsky.feed.post", "rkey": TID})
        )
    )
    seen = post_of(await parse(request("app.bsky.notification.updateSeen", {"seenAt": bluesky.NOW})))

    assert record_of(made) == record_of(several) == (DID, "app.bsky.feed.post", tid_of(POST_ID))
    assert record_of(gone) == (DID, "app.bsky.feed.post", TID)
    among = post_of(
        await parse(
            request(
                WRITES,
                writes(("delete", {}), ("create", record("app.bsky.feed.like")), ("create", record(langs=["de"]))),
            )
        )
    )
    assert record_of(among) == (DID, "app.bsky.feed.post", tid_of(POST_ID, 2))
    assert (repository_of(made), record_of(seen), repository_of(seen)) == (DID, None, None)
