"""
Every endpoint of X's API that the door knows, with every field it may carry. What is not listed is denied.

Left out on purpose: searches and look-ups by name (free text in a read), streams, webhooks, encrypted chat (it cannot
be read), articles, community notes, broadcasts, videos and subtitles, OAuth (the gateway hands out its own tokens).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import EndpointClass
from proxy.platforms._wire import fields as f
from proxy.platforms._wire.numbers import NUMBER, SpoolNumber
from proxy.platforms._wire.table import MEDIA_LIMIT, TEXT_LIMIT, Row, Table
from proxy.platforms.x.reads import READS

if TYPE_CHECKING:
    from proxy.platforms._wire.fields import Fields

ID = re.compile(r"[0-9]{1,19}", re.ASCII)
"""Identifiers of X are 64-bit numbers."""
CONVERSATION = re.compile(r"[0-9]{1,19}(?:-[0-9]{1,19})?", re.ASCII)
IDENTIFIER = re.compile(r"[0-9]{1,19}(?:-[0-9]{1,19})?|[0-9a-f]{16}", re.ASCII)
"""Any identifier that a request to X may hold."""
_ID = f.Shaped(ID)
_IDS = f.Many(_ID, 100)
_REPLIERS = f.Choice(frozenset({"following", "mentionedUsers", "subscribers", "verified"}))
_ONLY_VIDEO = f.Refused("this is for videos, which the gateway does not take; leave it out")
_NOT_SHARED = f.Refused("images are uploaded for the account alone; leave it out")

_POST: Fields = {
    "text": f.Text(PartKind.BODY),
    "card_uri": f.Text(PartKind.LINK),
    "direct_message_deep_link": f.Text(PartKind.LINK),
    "poll": f.Group(
        {
            "options": f.Many(f.Text(PartKind.POLL_OPTION), 4),
            "duration_minutes": f.Number(5, 10_080),
            "reply_settings": _REPLIERS,
        }
    ),
    "reply": f.Group(
        {
            "in_reply_to_tweet_id": _ID,
            "exclude_reply_user_ids": _IDS,
            "auto_populate_reply_metadata": f.Flag(),
        }
    ),
    "edit_options": f.Group({"previous_post_id": _ID}),
    "media": f.Group(
        {
            "media_ids": f.Many(SpoolNumber(), 4),
            "tagged_user_ids": f.Many(_ID, 10),
            **dict.fromkeys(("title", "description", "embeddable", "preview_media_id", "call_to_actions"), _ONLY_VIDEO),
        }
    ),
    "geo": f.Group({"place_id": f.Shaped(re.compile(r"[0-9a-f]{16}", re.ASCII))}),
    "quote_tweet_id": _ID,
    "community_id": _ID,
    "reply_settings": _REPLIERS,
    **dict.fromkeys(
        ("for_super_followers_only", "made_with_ai", "nullcast", "paid_partnership", "share_with_followers"), f.Flag()
    ),
}
_MESSAGE: Fields = {
    "text": f.Text(PartKind.BODY),
    "attachments": f.Many(f.Group({"media_id": SpoolNumber()}), 1),
}
_LIST: Fields = {"name": f.Text(PartKind.TITLE), "description": f.Text(PartKind.BODY), "private": f.Flag()}
_PROFILE: Fields = {
    "name": f.Text(PartKind.DISPLAY_NAME),
    "description": f.Text(PartKind.PROFILE_FIELD),
    "location": f.Text(PartKind.PROFILE_FIELD),
    "url": f.Text(PartKind.LINK),
}
_CATEGORY = f.Choice(frozenset({"tweet_image", "tweet_gif", "dm_image", "dm_gif"}))
_TYPE = f.Choice(frozenset({"image/jpeg", "image/gif", "image/png", "image/webp", "image/pjpeg"}))
_ANNOUNCED: Fields = {
    "media_category": _CATEGORY,
    "media_type": _TYPE,
    "total_bytes": f.Number(1, MEDIA_LIMIT),
    "shared": _NOT_SHARED,
    "additional_owners": _NOT_SHARED,
}
_PICTURE = f.File(base64=True)
_CHUNKED = f.Refused("send the image in one request, or in pieces to /2/media/upload")


def _write(name: str, method: str, path: str, kind: PostKind, fields: Fields) -> Row:
    return Row(
        name=name,
        method=method,
        path=path,
        cls=EndpointClass.WRITE,
        kind=kind,
        fields=fields,
        needs_id=method == "POST",
    )


_WRITES = (
    _write("tweet.create", "POST", "/2/tweets", PostKind.POST, _POST),
    _write(
        "dm.group",
        "POST",
        "/2/dm_conversations",
        PostKind.MESSAGE,
        {
            "conversation_type": f.Choice(frozenset({"Group"})),
            "participant_ids": f.Many(_ID, 49),
            "message": f.Group(_MESSAGE),
        },
    ),
    _write("dm.user", "POST", "/2/dm_conversations/with/{user:id}/messages", PostKind.MESSAGE, _MESSAGE),
    _write("dm.conversation", "POST", "/2/dm_conversations/{id:conversation}/messages", PostKind.MESSAGE, _MESSAGE),
    _write("list.create", "POST", "/2/lists", PostKind.MESSAGE, _LIST),
    _write("list.update", "PUT", "/2/lists/{id}", PostKind.MESSAGE, _LIST),
    _write(
        "bookmark_folder.create",
        "POST",
        "/2/users/{id}/bookmarks/folders",
        PostKind.MESSAGE,
        {"name": f.Text(PartKind.TITLE)},
    ),
    Row(
        name="profile.update",
        method="POST",
        path="/1.1/account/update_profile.json",
        cls=EndpointClass.WRITE,
        kind=PostKind.PROFILE,
        fields=_PROFILE,
        query=True,
        wire="form",
        needs_id=True,
    ),
)


def _media(name: str, path: str, fields: Fields, *, upload: bool = False) -> Row:
    limit = MEDIA_LIMIT if upload else TEXT_LIMIT
    return Row(
        name=name,
        method="POST",
        path=path,
        cls=EndpointClass.MEDIA,
        kind=PostKind.MEDIA,
        fields=fields,
        body_limit=limit,
        text_limit=limit,
    )


_MEDIA = (
    _media(
        "media.upload",
        "/2/media/upload",
        {**_ANNOUNCED, "media": _PICTURE},
        upload=True,
    ),
    _media("media.initialize", "/2/media/upload/initialize", _ANNOUNCED),
    _media(
        "media.append",
        "/2/media/upload/{id:media}/append",
        {"media": f.File(clean=f.raw_piece, base64=True), "segment_index": f.Number(0, 999)},
        upload=True,
    ),
    _media("media.finalize", "/2/media/upload/{id:media}/finalize", {}),
    _media(
        "media.metadata",
        "/2/media/metadata",
        {
            "id": SpoolNumber(),
            "metadata": f.Group({"alt_text": f.Group({"text": f.Text(PartKind.ALT_TEXT)})}),
        },
    ),
    _media(
        "media.upload.v1",
        "/1.1/media/upload.json",
        {
            "media": f.File(),
            "media_data": _PICTURE,
            "media_category": _CATEGORY,
            "command": _CHUNKED,
            "additional_owners": _NOT_SHARED,
        },
        upload=True,
    ),
    _media(
        "media.metadata.v1",
        "/1.1/media/metadata/create.json",
        {"media_id": SpoolNumber(), "alt_text": f.Group({"text": f.Text(PartKind.ALT_TEXT)})},
    ),
)


def _act(name: str, method: str, path: str, fields: Fields | None = None) -> Row:
    return Row(name=name, method=method, path=path, cls=EndpointClass.ACT, fields=fields or {})


def _pair(noun: str, undo: str, field: str) -> tuple[Row, Row]:
    base = f"/2/users/{{id}}/{noun}"
    return (
        _act(f"{noun}.add", "POST", base, {field: _ID}),
        _act(f"{noun}.{undo}", "DELETE", f"{base}/{{other:id}}"),
    )


_ACTS = (
    _act("tweet.delete", "DELETE", "/2/tweets/{id}"),
    _act("tweet.hide", "PUT", "/2/tweets/{id}/hidden", {"hidden": f.Flag()}),
    _act("dm.delete", "DELETE", "/2/dm_events/{id}"),
    _act("list.delete", "DELETE", "/2/lists/{id}"),
    _act("list.members.add", "POST", "/2/lists/{id}/members", {"user_id": _ID}),
    _act("list.members.remove", "DELETE", "/2/lists/{id}/members/{other:id}"),
    *_pair("likes", "remove", "tweet_id"),
    *_pair("retweets", "remove", "tweet_id"),
    _act("bookmarks.add", "POST", "/2/users/{id}/bookmarks", {"tweet_id": _ID, "folder_id": _ID}),
    _act("bookmarks.remove", "DELETE", "/2/users/{id}/bookmarks/{other:id}"),
    *_pair("following", "remove", "target_user_id"),
    *_pair("muting", "remove", "target_user_id"),
    *_pair("pinned_lists", "remove", "list_id"),
    *_pair("followed_lists", "remove", "list_id"),
    _act("dm.block", "POST", "/2/users/{id}/dm/block"),
    _act("dm.unblock", "POST", "/2/users/{id}/dm/unblock"),
)

TABLE = Table(
    (*_WRITES, *_MEDIA, *_ACTS, *READS),
    {"id": ID, "conversation": CONVERSATION, "media": NUMBER},
)
