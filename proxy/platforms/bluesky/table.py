"""
Every method of the AT Protocol that the door knows, with every field it may carry. What is not listed is denied.

Left out on purpose: everything that hands out a credential or a key (app passwords, service tokens, OAuth, operations
on the identity), what cannot be looked at (import of a repository, videos), searches (free text in a read), streams,
and what concerns the account itself (e-mail, password, deactivation).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import EndpointClass
from proxy.platforms._wire.fields import Choice, Flag, Number, Shaped, Text
from proxy.platforms._wire.table import MEDIA_LIMIT, Row, Table
from proxy.platforms.bluesky import fields as f
from proxy.platforms.bluesky.records import FACETS, QUOTE, RECORDS

if TYPE_CHECKING:
    from proxy.platforms._wire.fields import Fields

SEND_MESSAGE = "message.send"
SEND_MESSAGES = "message.batch"
CHAT_PREFIX = "/xrpc/chat.bsky."
"""Methods of the service for direct messages, which a request names in `atproto-proxy`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method(Row):
    """One method."""

    lists: frozenset[str] = field(default=frozenset())
    """Parameters of a read that may come several times."""
    wants_actor: bool = False
    """Whether the answer to a read tells who somebody is."""


_ANSWERED_WITH_ID = frozenset({"record.create", "record.put", "report.create", SEND_MESSAGE})
_RECORD = f.OneOf(RECORDS)
_COLLECTION = f.Known(frozenset(RECORDS))
_PLACE: Fields = {"repo": f.ACCOUNT, "collection": _COLLECTION, "rkey": f.RECORD_KEY}
_SWAP: Fields = {"swapCommit": f.DIGEST}
_WRITES = f.listed(
    f.OneOf(
        {
            "com.atproto.repo.applyWrites#create": {
                "collection": _COLLECTION,
                "rkey": f.RECORD_KEY,
                "value": _RECORD,
            },
            "com.atproto.repo.applyWrites#update": {
                "collection": _COLLECTION,
                "rkey": f.RECORD_KEY,
                "value": _RECORD,
            },
            "com.atproto.repo.applyWrites#delete": {"collection": _COLLECTION, "rkey": f.RECORD_KEY},
        }
    ),
    200,
)
_CONVERSATION = Shaped(re.compile("[0-9A-Za-z]{1,64}", re.ASCII))
_MESSAGE = f.Typed({"text": Text(PartKind.BODY), "facets": FACETS, "embed": QUOTE}, "chat.bsky.convo.defs#messageInput")
_ITEM = f.Typed({"convoId": _CONVERSATION, "message": _MESSAGE}, "chat.bsky.convo.sendMessageBatch#batchItem")
_REASONS = Choice(
    frozenset(
        f"com.atproto.moderation.defs#reason{reason}"
        for reason in ("Spam", "Violation", "Misleading", "Sexual", "Rude", "Other", "Appeal")
    )
)
_SUBJECT = f.OneOf(
    {
        "com.atproto.admin.defs#repoRef": {"did": f.ACCOUNT},
        "com.atproto.repo.strongRef": {"uri": f.RECORD_URI, "cid": f.DIGEST},
    }
)


def _post(name: str, nsid: str, cls: EndpointClass, fields: Fields, kind: PostKind = PostKind.ACT) -> Method:
    return Method(
        name=name,
        method="POST",
        path=f"/xrpc/{nsid}",
        cls=cls,
        kind=kind,
        fields=fields,
        needs_id=name in _ANSWERED_WITH_ID,
    )


def _write(name: str, nsid: str, kind: PostKind, fields: Fields) -> Method:
    return _post(name, nsid, EndpointClass.WRITE, fields, kind)


def _act(name: str, nsid: str, fields: Fields) -> Method:
    return _post(name, nsid, EndpointClass.ACT, fields)


_CHANGES = (
    _write(
        "record.create",
        "com.atproto.repo.createRecord",
        PostKind.POST,
        {**_PLACE, "validate": f.Truth(), "record": _RECORD, **_SWAP},
    ),
    _write(
        "record.put",
        "com.atproto.repo.putRecord",
        PostKind.POST,
        {**_PLACE, "validate": f.Truth(), "record": _RECORD, "swapRecord": f.DIGEST, **_SWAP},
    ),
    _write(
        "record.writes",
        "com.atproto.repo.applyWrites",
        PostKind.POST,
        {"repo": f.ACCOUNT, "validate": f.Truth(), "writes": _WRITES, **_SWAP},
    ),
    _act("record.delete", "com.atproto.repo.deleteRecord", {**_PLACE, "swapRecord": f.DIGEST, **_SWAP}),
    _write(
        "report.create",
        "com.atproto.moderation.createReport",
        PostKind.MESSAGE,
        {"reasonType": _REASONS, "reason": Text(PartKind.COMMENT), "subject": _SUBJECT},
    ),
    _write(
        "handle.update",
        "com.atproto.identity.updateHandle",
        PostKind.PROFILE,
        {"handle": Shaped(f.HANDLE, PartKind.DISPLAY_NAME)},
    ),
    _write(
        SEND_MESSAGE,
        "chat.bsky.convo.sendMessage",
        PostKind.MESSAGE,
        {"convoId": _CONVERSATION, "message": _MESSAGE},
    ),
    _write(SEND_MESSAGES, "chat.bsky.convo.sendMessageBatch", PostKind.MESSAGE, {"items": f.listed(_ITEM, 100)}),
    Method(
        name="blob.upload",
        method="POST",
        path="/xrpc/com.atproto.repo.uploadBlob",
        cls=EndpointClass.MEDIA,
        kind=PostKind.MEDIA,
        body_limit=MEDIA_LIMIT,
    ),
    _act("notifications.seen", "app.bsky.notification.updateSeen", {"seenAt": f.MOMENT}),
    _act("actor.mute", "app.bsky.graph.muteActor", {"actor": f.ACTOR}),
    _act("actor.unmute", "app.bsky.graph.unmuteActor", {"actor": f.ACTOR}),
    _act("list.mute", "app.bsky.graph.muteActorList", {"list": f.RECORD_URI}),
    _act("list.unmute", "app.bsky.graph.unmuteActorList", {"list": f.RECORD_URI}),
    _act("thread.mute", "app.bsky.graph.muteThread", {"root": f.RECORD_URI}),
    _act("thread.unmute", "app.bsky.graph.unmuteThread", {"root": f.RECORD_URI}),
    _act("bookmark.create", "app.bsky.bookmark.createBookmark", {"uri": f.RECORD_URI, "cid": f.DIGEST}),
    _act("bookmark.delete", "app.bsky.bookmark.deleteBookmark", {"uri": f.RECORD_URI}),
    _act("conversation.read", "chat.bsky.convo.updateRead", {"convoId": _CONVERSATION, "messageId": _CONVERSATION}),
    _act("conversation.accept", "chat.bsky.convo.acceptConvo", {"convoId": _CONVERSATION}),
)

_SESSIONS = (
    _post("session.open", "com.atproto.server.createSession", EndpointClass.SESSION, {}),
    _post("session.renew", "com.atproto.server.refreshSession", EndpointClass.SESSION, {}),
    _post("session.end", "com.atproto.server.deleteSession", EndpointClass.SESSION, {}),
    Method(name="session.show", method="GET", path="/xrpc/com.atproto.server.getSession", cls=EndpointClass.OWN),
)

_ANY_DIGEST = Shaped(f.CID)
_ANY_URI = Shaped(re.compile("at://[0-9A-Za-z:/._~%-]{1,2048}", re.ASCII))
_ANY_ACTOR = Shaped(re.compile(f"{f.DID.pattern}|{f.HANDLE.pattern}", re.ASCII))
_PAGE: Fields = {
    "limit": Number(1, 100),
    "cursor": Shaped(re.compile("[0-9A-Za-z:._~%+/=-]{1,512}", re.ASCII)),
}
_OF_ACTOR: Fields = {"actor": _ANY_ACTOR, **_PAGE}
_OF_POST: Fields = {"uri": _ANY_URI, "cid": _ANY_DIGEST, **_PAGE}
_OF_REPOSITORY: Fields = {"repo": _ANY_ACTOR, "collection": Shaped(re.compile("[a-zA-Z0-9.-]{1,317}", re.ASCII))}
_FILTER = Choice(
    frozenset(
        {"posts_with_replies", "posts_no_replies", "posts_with_media", "posts_and_author_threads", "posts_with_video"}
    )
)


def _read(nsid: str, fields: Fields | None = None, *, many: str | None = None, public: bool = False) -> Method:
    lists: Fields = {} if many is None else {many: f.listed(_ANY_ACTOR if many == "actors" else _ANY_URI, 25)}
    return Method(
        name=f"read.{nsid.rpartition('.')[2]}",
        method="GET",
        path=f"/xrpc/{nsid}",
        cls=EndpointClass.READ,
        fields={**(fields or {}), **lists},
        lists=frozenset(lists),
        public=public,
        wants_actor=nsid == "app.bsky.actor.getProfile",
    )


_READS = (
    _read("com.atproto.server.describeServer", public=True),
    _read("com.atproto.identity.resolveHandle", {"handle": Shaped(f.HANDLE)}),
    _read("com.atproto.repo.describeRepo", {"repo": _ANY_ACTOR}),
    _read("com.atproto.repo.getRecord", {**_OF_REPOSITORY, "rkey": Shaped(f.KEY), "cid": _ANY_DIGEST}),
    _read("com.atproto.repo.listRecords", {**_OF_REPOSITORY, **_PAGE, "reverse": Flag()}),
    _read("app.bsky.actor.getProfile", {"actor": _ANY_ACTOR}),
    _read("app.bsky.actor.getProfiles", many="actors"),
    _read("app.bsky.actor.getPreferences"),
    _read("app.bsky.feed.getTimeline", _PAGE),
    _read("app.bsky.feed.getAuthorFeed", {**_OF_ACTOR, "filter": _FILTER, "includePins": Flag()}),
    _read("app.bsky.feed.getActorLikes", _OF_ACTOR),
    _read("app.bsky.feed.getPostThread", {"uri": _ANY_URI, "depth": Number(0, 1000), "parentHeight": Number(0, 1000)}),
    _read("app.bsky.feed.getPosts", many="uris"),
    _read("app.bsky.feed.getLikes", _OF_POST),
    _read("app.bsky.feed.getRepostedBy", _OF_POST),
    _read("app.bsky.feed.getQuotes", _OF_POST),
    _read("app.bsky.feed.getFeed", {"feed": _ANY_URI, **_PAGE}),
    _read("app.bsky.feed.getListFeed", {"list": _ANY_URI, **_PAGE}),
    _read("app.bsky.feed.getFeedGenerator", {"feed": _ANY_URI}),
    _read("app.bsky.feed.getActorFeeds", _OF_ACTOR),
    _read("app.bsky.graph.getFollows", _OF_ACTOR),
    _read("app.bsky.graph.getFollowers", _OF_ACTOR),
    _read("app.bsky.graph.getKnownFollowers", _OF_ACTOR),
    _read("app.bsky.graph.getBlocks", _PAGE),
    _read("app.bsky.graph.getMutes", _PAGE),
    _read("app.bsky.graph.getLists", _OF_ACTOR),
    _read("app.bsky.graph.getList", {"list": _ANY_URI, **_PAGE}),
    _read("app.bsky.graph.getStarterPack", {"starterPack": _ANY_URI}),
    _read("app.bsky.notification.listNotifications", {**_PAGE, "priority": Flag()}),
    _read("app.bsky.notification.getUnreadCount", {"priority": Flag()}),
    _read("app.bsky.bookmark.getBookmarks", _PAGE),
    _read("chat.bsky.convo.listConvos", _PAGE),
    _read("chat.bsky.convo.getConvo", {"convoId": _CONVERSATION}),
    _read("chat.bsky.convo.getMessages", {"convoId": _CONVERSATION, **_PAGE}),
    _read("chat.bsky.convo.getLog", {"cursor": _PAGE["cursor"]}),
)

METHODS: tuple[Method, ...] = (*_CHANGES, *_SESSIONS, *_READS)
TABLE = Table(METHODS, {})
BY_NAME = {method.name: method for method in METHODS}
