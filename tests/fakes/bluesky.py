"""
What clients of Bluesky send and what a PDS answers, as plain values; everything in it is invented.
"""

from __future__ import annotations

import base64
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from proxy.core.model import PostId
from proxy.gate.wire import Draft, WireRequest
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from proxy.platforms.bluesky.blobs import cid_of
from proxy.platforms.bluesky.door import BlueskyDoor
from proxy.platforms.bluesky.logins import Logins
from tests.factories import make_post
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.clock import ManualClock
from tests.fakes.fault_upstream import FaultUpstream

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

    from proxy.core.model import Post
    from tests.fakes.fault_upstream import Behaviour, Seen

DID = "did:plc:erfundenerfundenerfunden"
OTHER_DID = "did:plc:andereandereandereandera"
HANDLE = "presse.bank.example"
PASSWORD = "abcd-efgh-ijkl-mnop"
CREDENTIAL = f"{DID} {PASSWORD}"
CHAT = "did:web:api.bsky.chat#bsky_chat"
POST_ID = "0197d4a2-5c00-7abc-8def-0123456789ab"
TID = "3l4k2jq7zzs2a"
URI = f"at://{OTHER_DID}/app.bsky.feed.post/{TID}"
CID = "bafyrei" + "a" * 52
BLOB = cid_of(b"a picture")
NOW = "2026-11-23T09:00:00.123Z"
REFERENCE = {"uri": URI, "cid": CID}


def blob(name: str = BLOB) -> dict[str, Any]:
    """Return what a record says of an image."""
    return {"$type": "blob", "ref": {"$link": name}, "mimeType": "image/png", "size": 9}


FACETS = [
    {
        "$type": "app.bsky.richtext.facet",
        "index": {"byteStart": 0, "byteEnd": 5},
        "features": [
            {"$type": "app.bsky.richtext.facet#link", "uri": "https://bank.example/"},
            {"$type": "app.bsky.richtext.facet#mention", "did": OTHER_DID},
            {"$type": "app.bsky.richtext.facet#tag", "tag": "sparen"},
        ],
    }
]
IMAGES = {
    "$type": "app.bsky.embed.images",
    "images": [{"alt": "Die Filiale", "image": blob(), "aspectRatio": {"width": 4, "height": 3}}],
}
EXTERNAL = {
    "$type": "app.bsky.embed.external",
    "external": {"uri": "https://bank.example/", "title": "Die Bank", "description": "Wir", "thumb": blob()},
}
LABELS = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]}
RECORDS: dict[str, dict[str, Any]] = {
    "app.bsky.feed.post": {
        "text": "Hallo",
        "facets": FACETS,
        "reply": {"root": REFERENCE, "parent": REFERENCE},
        "embed": {
            "$type": "app.bsky.embed.recordWithMedia",
            "record": {"$type": "app.bsky.embed.record", "record": REFERENCE},
            "media": IMAGES,
        },
        "langs": ["de", "en-GB"],
        "labels": LABELS,
        "tags": ["sparen"],
        "createdAt": NOW,
    },
    "app.bsky.feed.like": {"subject": REFERENCE, "createdAt": NOW},
    "app.bsky.feed.repost": {"subject": REFERENCE, "via": REFERENCE, "createdAt": NOW},
    "app.bsky.feed.threadgate": {
        "post": URI,
        "allow": [
            {"$type": "app.bsky.feed.threadgate#mentionRule"},
            {"$type": "app.bsky.feed.threadgate#listRule", "list": f"at://{DID}/app.bsky.graph.list/{TID}"},
        ],
        "hiddenReplies": [],
        "createdAt": NOW,
    },
    "app.bsky.feed.postgate": {
        "post": URI,
        "embeddingRules": [{"$type": "app.bsky.feed.postgate#disableRule"}],
        "detachedEmbeddingUris": [URI],
        "createdAt": NOW,
    },
    "app.bsky.graph.follow": {"subject": OTHER_DID, "createdAt": NOW},
    "app.bsky.graph.block": {"subject": OTHER_DID, "createdAt": NOW},
    "app.bsky.graph.listitem": {"subject": OTHER_DID, "list": URI, "createdAt": NOW},
    "app.bsky.graph.listblock": {"subject": URI, "createdAt": NOW},
    "app.bsky.graph.list": {
        "purpose": "app.bsky.graph.defs#curatelist",
        "name": "Banken",
        "description": "Alle",
        "descriptionFacets": FACETS,
        "avatar": blob(),
        "createdAt": NOW,
    },
    "app.bsky.graph.starterpack": {
        "name": "Paket",
        "description": "Für den Anfang",
        "list": URI,
        "feeds": [{"uri": URI}],
        "createdAt": NOW,
    },
    "app.bsky.actor.profile": {
        "displayName": "Die Bank",
        "description": "Wir sind da",
        "website": "https://bank.example/",
        "pronouns": "es",
        "avatar": blob(),
        "pinnedPost": REFERENCE,
        "createdAt": NOW,
    },
    "chat.bsky.actor.declaration": {"allowIncoming": "following"},
}
"""One record of each collection, with nearly every field that it may have."""
ONCE = {"app.bsky.actor.profile", "chat.bsky.actor.declaration"}
"""Collections of which a repository has one record."""


def record(collection: str = "app.bsky.feed.post", **changes: Any) -> dict[str, Any]:
    """Return a record; without changes every field, for a post only those that are given, with a text and a time."""
    if collection == "app.bsky.feed.post" and changes:
        return {"$type": collection, "text": "Hallo", "createdAt": NOW, **changes}
    return {"$type": collection, **RECORDS[collection], **changes}


def create(collection: str = "app.bsky.feed.post", value: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return the body of `createRecord`."""
    key = {"rkey": "self"} if collection in ONCE else {}
    return {"repo": DID, "collection": collection, "record": value or record(collection), **key, **more}


def put(collection: str = "app.bsky.feed.post", value: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return the body of `putRecord`."""
    return create(collection, value, **{"rkey": "self" if collection in ONCE else TID, **more})


def writes(*steps: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the body of `applyWrites` of steps such as `("create", record)`."""
    made = []
    for step, value in steps:
        collection = value.get("$type", "app.bsky.feed.post")
        write: dict[str, Any] = {"$type": f"com.atproto.repo.applyWrites#{step}", "collection": collection}
        write |= {} if step == "delete" else {"value": value}
        write |= {} if step == "create" else {"rkey": TID}
        made.append(write)
    return {"repo": DID, "writes": made}


def jwt(**claims: Any) -> str:
    """Return what looks like a token with these claims; its signature is nobody's."""
    segments = [
        base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=") for value in ({"alg": "x"}, claims)
    ]
    return ".".join([*segments, "A" * 43])


def request(
    nsid: str, body: Any = None, *headers: tuple[str, str], method: str = "POST", query: str = ""
) -> WireRequest:
    """Return a request of the account's login."""
    given = [("authorization", f"Bearer {jwt(sub=DID)}"), *headers]
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    if raw and not any(name == "content-type" for name, _ in given):
        given.append(("content-type", "application/json"))
    return WireRequest(method=method, path=f"/xrpc/{nsid}", query=query, headers=tuple(given), body=raw)


async def parse(asked: WireRequest, door: BlueskyDoor | None = None) -> Draft:
    """Parse a request as the door does."""
    door = door or BlueskyDoor(chat=CHAT)
    return await door.parse(door.endpoint(asked.method, asked.path), asked)


def post_of(draft: Draft) -> Post:
    """Return the post that the gate makes of a draft."""
    return replace(
        make_post(parts=draft.parts, operation=draft.operation, kind=draft.kind, post_id=POST_ID),
        id=PostId(POST_ID),
        platform="bluesky",
        account="mastodon:presse",
        options=tuple(sorted(draft.options, key=lambda option: option[0])),
        media=draft.media,
        edit_of=draft.edit_of,
        reply_to=draft.reply_to,
    )


def login_answer(did: str = DID, *, expires: int = 4_000_000_000) -> bytes:
    """Return what a PDS answers to a login."""
    return json.dumps(
        {
            "did": did,
            "handle": HANDLE,
            "email": "presse@bank.example",
            "accessJwt": jwt(sub=did, exp=expires, scope="com.atproto.access"),
            "refreshJwt": jwt(sub=did, exp=expires, scope="com.atproto.refresh"),
            "didDoc": {"service": [{"serviceEndpoint": "https://pds.example"}]},
        }
    ).encode()


def pds(*then: Behaviour, login: bytes | None = None) -> FaultUpstream:
    """Return a PDS that answers logins and, to everything else, in this order; the last one again and again."""
    rest = list(then) or [fault.answer(200)]

    async def behave(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if seen.path.startswith("/xrpc/com.atproto.server."):
            await fault.answer(200, login or login_answer())(seen, writer)
            return
        await (rest.pop(0) if len(rest) > 1 else rest[0])(seen, writer)

    return FaultUpstream(behaviours=[behave])


@asynccontextmanager
async def client_of(origin: str, credential: str = CREDENTIAL) -> AsyncIterator[tuple[UpstreamClient, Logins]]:
    """Give a client of an origin with short deadlines, and logins there."""
    client = UpstreamClient(origin, allow_private=True, limits=Limits(connect_s=1.0, total_s=1.0))
    accounts = MemoryAccounts(presse=credential)
    try:
        yield client, Logins(client, accounts=accounts, agent="postgate/1", now=ManualClock().now)
    finally:
        await client.close()


def without_logins(upstream: FaultUpstream) -> list[Seen]:
    """Return what reached the platform apart from logins."""
    return [seen for seen in upstream.seen if not seen.path.startswith("/xrpc/com.atproto.server.")]
