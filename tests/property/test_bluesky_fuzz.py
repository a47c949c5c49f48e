"""
Requests of Bluesky's clients, broken in one place each: what reaches the platform was scanned, or nothing does.
"""

from __future__ import annotations

import asyncio
import base64
import copy
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from proxy.core.errors import RefusedRequest
from proxy.platforms.bluesky.building import build_request
from proxy.platforms.bluesky.door import BlueskyDoor
from tests.fakes import bluesky
from tests.fakes.bluesky import CHAT, create, put, record, request, writes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.gate.wire import Draft, WireRequest

LEAK = "DE02120300000000202051"
"""A published example number, nobody's account."""
CREATE, PUT, WRITES = (f"com.atproto.repo.{name}" for name in ("createRecord", "putRecord", "applyWrites"))
DOOR = BlueskyDoor(chat=CHAT)
RECORDED: list[tuple[str, dict[str, Any], tuple[tuple[str, str], ...]]] = [
    *((CREATE, create(collection), ()) for collection in bluesky.RECORDS),
    *((PUT, put(collection), ()) for collection in bluesky.RECORDS),
    (CREATE, create(value=record(embed=bluesky.EXTERNAL)), ()),
    (WRITES, writes(("create", record(langs=["de"])), ("create", record("app.bsky.feed.like")), ("delete", {})), ()),
    (WRITES, writes(("update", record(embed=bluesky.EXTERNAL))), ()),
    ("com.atproto.repo.deleteRecord", {"repo": bluesky.DID, "collection": "app.bsky.feed.post", "rkey": "3k"}, ()),
    (
        "com.atproto.moderation.createReport",
        {
            "reasonType": "com.atproto.moderation.defs#reasonSpam",
            "reason": "Werbung",
            "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": bluesky.OTHER_DID},
        },
        (),
    ),
    ("com.atproto.identity.updateHandle", {"handle": "neu.bank.example"}, ()),
    ("app.bsky.graph.muteActor", {"actor": "erika.example"}, ()),
    (
        "chat.bsky.convo.sendMessage",
        {"convoId": "3kabc", "message": {"text": "Hallo", "facets": bluesky.FACETS}},
        (("atproto-proxy", CHAT),),
    ),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the way to everything inside a body."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


def strings(value: Any) -> Iterator[str]:
    """Return every string of a body, keys included."""
    if isinstance(value, str):
        yield value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(key, str):
            yield key
        yield from strings(item)


def numbers(value: Any) -> Iterator[float]:
    """Return every number of a body."""
    if isinstance(value, int | float):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from numbers(item)


ENCODED = (
    LEAK,
    f"Konto {LEAK}",
    " ".join(LEAK[at : at + 4] for at in range(0, len(LEAK), 4)),
    quote(LEAK.encode().hex()),
    base64.b64encode(LEAK.encode()).decode(),
    f"https://bank.example/{LEAK}",
    f"at://{bluesky.DID}/app.bsky.feed.post/{LEAK}",
    f"at://{bluesky.DID}/{LEAK}.bank.example/self",
    f"did:web:{LEAK}.example",
    LEAK.lower() + ".example",
    f"2026-11-23T09:00:00.{LEAK}Z",
)


def broken(draw: st.DrawFn, body: dict[str, Any]) -> dict[str, Any]:
    """Break one place of a body."""
    changed = copy.deepcopy(body)
    path = draw(st.sampled_from(list(places(changed))))
    parent: Any = changed
    for key in path[:-1]:
        parent = parent[key]
    last = path[-1]
    leak = draw(st.sampled_from(ENCODED))
    match draw(st.sampled_from(["put", "drop", "rename", "nest", "list", "beside", "number", "null"])):
        case "put":
            parent[last] = leak
        case "drop":
            del parent[last]
        case "rename" if isinstance(parent, dict):
            parent[draw(st.sampled_from([leak, "note", "$type", "text", "text.x", "0"]))] = parent.pop(last)
        case "nest":
            parent[last] = {draw(st.sampled_from([leak, "text", "$link", "0"])): leak}
        case "list":
            parent[last] = [leak]
        case "beside" if isinstance(parent, dict):
            parent[draw(st.sampled_from([leak, "description", "entities", "$bytes"]))] = leak
        case "number":
            parent[last] = draw(st.sampled_from([2120300000000202051, 1.5, True, -1]))
        case _:
            parent[last] = None
    return changed


@st.composite
def requests(draw: st.DrawFn) -> WireRequest:
    """Draw a recorded request that is broken in one or two places."""
    nsid, body, headers = draw(st.sampled_from(RECORDED))
    for _ in range(draw(st.integers(1, 2))):
        body = broken(draw, body) if body else body
    raw = json.dumps(body, ensure_ascii=draw(st.booleans())).encode()
    if body and draw(st.integers(0, 5)) == 0:  # the same key once more, with another value
        key = draw(st.sampled_from(sorted(body)))
        raw = raw[:-1] + f", {json.dumps(key)}: {json.dumps(LEAK)}}}".encode()
    return request(nsid, raw, *headers)


def read(asked: WireRequest) -> tuple[Draft | None, str]:
    """Return what the door reads, or everything that its refusal shows."""
    try:
        return asyncio.run(bluesky.parse(asked, DOOR)), ""
    except RefusedRequest as error:
        return None, f"{error} {error!r}"


@given(requests())
def test_whatever_reaches_the_platform_was_scanned(asked: WireRequest) -> None:
    """A string that is no part leaves no room for a text; a number that is no part is small."""
    draft, refusal = read(asked)
    if draft is None:
        assert LEAK not in refusal
        return
    sent = json.loads(build_request(bluesky.post_of(draft), chat=CHAT).body)
    scanned = {part.text for part in draft.parts}
    unseen = [text for text in strings(sent) if text not in scanned]

    assert not any(LEAK.lower() in text.lower() for text in unseen)
    assert not any("120300000000" in text.replace(" ", "") for text in unseen)
    assert not any(encoded in text for encoded in ENCODED[2:] for text in unseen)
    assert all(number <= 16 * 1024 * 1024 for number in numbers(sent))


@given(st.sampled_from(RECORDED))
def test_what_is_whole_is_sent_as_it_was_written(recorded: tuple[str, dict[str, Any], Any]) -> None:
    """Nothing is lost, and nothing is added but what the gateway says about a new record."""
    nsid, body, headers = recorded
    draft = asyncio.run(bluesky.parse(request(nsid, body, *headers), DOOR))
    sent = json.loads(build_request(bluesky.post_of(draft), chat=CHAT).body)
    if nsid == CREATE:
        assert sent.pop("swapRecord") is None
        sent.pop("rkey")
        body = {key: value for key, value in body.items() if key != "rkey"}
    for write in sent.get("writes", []):
        if write["$type"].endswith("create"):
            write.pop("rkey")

    assert sent == body
