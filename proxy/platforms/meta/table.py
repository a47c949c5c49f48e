"""
Every endpoint of Meta's Graph API that the doors for Facebook, Instagram and Threads know, with every field.

What is not listed is denied: batches (requests within requests), videos, advertisements, times to publish at, OAuth.
A path without version gets the one that the door was written for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import EndpointClass
from proxy.platforms._wire import fields as f
from proxy.platforms._wire.numbers import SpoolNumber
from proxy.platforms._wire.table import MEDIA_LIMIT, TEXT_LIMIT, Row, Table
from proxy.platforms.meta import fields as own

if TYPE_CHECKING:
    from proxy.platforms._wire.fields import Fields

VERSIONS = {"facebook": "v26.0", "instagram": "v26.0", "threads": "v1.0"}
"""For requests that name none."""
WHOLE = "post.create"
"""A post on Instagram or Threads that comes over the gateway's own API."""
_ID = f.Shaped(own.ANY)
_LINK = f.Text(PartKind.LINK)
_BODY = f.Text(PartKind.BODY)
_LATER = f.Refused("scheduling is not available yet; publish at once")
_NO_MORE = f.Refused("the gateway does not take this yet; leave it out")
_TOKENS: Fields = dict.fromkeys(("access_token", "appsecret_proof", "appsecret_time"), own.Credential())
_AT_ONCE: Fields = {
    "published": f.Fixed(frozenset({"true", "1", "True"})),
    "scheduled_publish_time": _LATER,
    "unpublished_content_type": _LATER,
}
_FEED: Fields = {
    "message": _BODY,
    "link": _LINK,
    "name": f.Text(PartKind.TITLE),
    "caption": _BODY,
    "description": _BODY,
    "place": _ID,
    **dict.fromkeys(("attached_media", "child_attachments", "picture", "targeting", "feed_targeting"), _NO_MORE),
    **_AT_ONCE,
}
_PHOTO: Fields = {
    "source": f.File(),
    "caption": _BODY,
    "message": _BODY,
    "alt_text_custom": f.Text(PartKind.ALT_TEXT),
    "no_story": f.Flag(),
    "url": f.Refused("send the image itself, as the field source"),
    **_AT_ONCE,
}
_PAGE: Fields = {
    **dict.fromkeys(
        ("about", "bio", "company_overview", "description", "general_info", "impressum", "mission"),
        f.Text(PartKind.PROFILE_FIELD),
    ),
    "website": _LINK,
}
_MESSAGE: Fields = {
    "recipient": own.Nested({"id": _ID}),
    "message": own.Nested({"text": _BODY}),
    "messaging_type": f.Choice(frozenset({"RESPONSE", "UPDATE"})),
}
_FIELDS = f.Words(
    frozenset(
        {"id", "name", "username", "message", "story", "created_time", "updated_time", "permalink_url", "from", "about"}
        | {"caption", "text", "timestamp", "media_type", "permalink", "shortcode", "is_published", "link", "website"}
        | {"category", "fan_count", "followers_count", "media_count", "like_count", "comments_count", "status_code"}
        | {"status", "account_type", "user_id", "biography", "threads_biography", "is_quote_post", "replies_count"}
    )
)
_CURSOR = f.Shaped(re.compile(r"[0-9A-Za-z_=-]{1,300}", re.ASCII))
_SHOWN: Fields = {**_TOKENS, "fields": _FIELDS}
_PAGED: Fields = {**_SHOWN, "limit": f.Number(1, 100), "after": _CURSOR, "before": _CURSOR}


def _row(name: str, method: str, path: str, *, kind: PostKind = PostKind.ACT, fields: Fields | None = None) -> Row:
    return Row(
        name=name,
        method=method,
        path=f"/{{version}}/{path}",
        cls=EndpointClass.ACT if kind is PostKind.ACT else EndpointClass.WRITE,
        kind=kind,
        fields={**_TOKENS, **(fields or {})},
        query=True,
        needs_id=kind in {PostKind.POST, PostKind.REPLY},
    )


def _read(name: str, path: str, fields: Fields = _PAGED) -> Row:
    return Row(name=name, method="GET", path=f"/{{version}}/{path}", cls=EndpointClass.READ, fields=fields)


def _container(name: str, path: str, fields: Fields) -> Row:
    return Row(
        name=name,
        method="POST",
        path=f"/{{version}}/{path}",
        cls=EndpointClass.MEDIA,
        kind=PostKind.MEDIA,
        fields={**_TOKENS, **fields},
        query=True,
        body_limit=TEXT_LIMIT,
    )


def _table(*rows: Row, inner: tuple[Row, ...] = ()) -> Table:
    shapes = {
        "version": own.VERSION,
        "page": own.PAGE,
        "object": own.OBJECT,
        "any": own.ANY,
        "container": own.CONTAINER,
    }
    return Table(rows, shapes, inner=inner)


def facebook() -> Table:
    """Return the table of pages on Facebook."""
    return _table(
        _row("feed.create", "POST", "{id:page}/feed", kind=PostKind.POST, fields=_FEED),
        _row("post.update", "POST", "{id:object}", kind=PostKind.EDIT, fields={"message": _BODY}),
        _row("comment.create", "POST", "{id:any}/comments", kind=PostKind.REPLY, fields={"message": _BODY}),
        Row(
            name="photo.create",
            method="POST",
            path="/{version}/{id:page}/photos",
            cls=EndpointClass.WRITE,
            kind=PostKind.POST,
            fields={**_TOKENS, **_PHOTO},
            query=True,
            needs_id=True,
            body_limit=MEDIA_LIMIT,
        ),
        _row("page.update", "POST", "{id:page}", kind=PostKind.PROFILE, fields=_PAGE),
        _row("message.create", "POST", "{id:page}/messages", kind=PostKind.MESSAGE, fields=_MESSAGE),
        _row("like.create", "POST", "{id:any}/likes"),
        _row("like.delete", "DELETE", "{id:any}/likes"),
        _row("object.delete", "DELETE", "{id:any}"),
        _read("accounts", "me/accounts"),
        _read("object.show", "{id:any}", _SHOWN),
        *(_read(f"page.{name}", f"{{id:any}}/{name}") for name in ("feed", "posts", "photos", "comments", "likes")),
    )


def instagram(hosts: frozenset[str]) -> Table:
    """Return the table of professional accounts on Instagram; images are fetched from these hosts alone."""
    picture: Fields = {"image_url": own.PictureAddress(hosts), "alt_text": f.Text(PartKind.ALT_TEXT)}
    return _table(
        _container(
            "container.create",
            "{id:page}/media",
            {
                "caption": _BODY,
                **picture,
                "location_id": _ID,
                "media_type": f.Choice(frozenset({"IMAGE", "STORIES"})),
                **dict.fromkeys(
                    ("video_url", "children", "is_carousel_item", "user_tags", "collaborators", "product_tags"),
                    _NO_MORE,
                ),
            },
        ),
        _row(
            "media.publish",
            "POST",
            "{id:page}/media_publish",
            kind=PostKind.POST,
            fields={"creation_id": SpoolNumber()},
        ),
        _row("comment.create", "POST", "{id:any}/comments", kind=PostKind.REPLY, fields={"message": _BODY}),
        _row("reply.create", "POST", "{id:any}/replies", kind=PostKind.REPLY, fields={"message": _BODY}),
        _row("object.delete", "DELETE", "{id:any}"),
        _own(),
        _read("object.show", "{id:any}", _SHOWN),
        *(_read(f"user.{name}", f"{{id:any}}/{name}") for name in ("media", "comments", "replies")),
        inner=(_whole("media", {"caption": _BODY, **picture}),),
    )


def threads(hosts: frozenset[str]) -> Table:
    """Return the table of accounts on Threads; images are fetched from these hosts alone."""
    plain: Fields = {
        "text": _BODY,
        "media_type": f.Choice(frozenset({"TEXT", "IMAGE"})),
        "image_url": own.PictureAddress(hosts),
        "alt_text": f.Text(PartKind.ALT_TEXT),
        "reply_to_id": _ID,
    }
    return _table(
        _container(
            "container.create",
            "{id:page}/threads",
            {
                **plain,
                "link_attachment": _LINK,
                "topic_tag": f.Text(PartKind.TITLE),
                "quote_post_id": _ID,
                "reply_control": f.Choice(frozenset({"everyone", "accounts_you_follow", "mentioned_only"})),
                **dict.fromkeys(
                    ("auto_publish_text", "video_url", "children", "is_carousel_item", "poll_attachment"), _NO_MORE
                ),
            },
        ),
        _row(
            "media.publish",
            "POST",
            "{id:page}/threads_publish",
            kind=PostKind.POST,
            fields={"creation_id": SpoolNumber()},
        ),
        _row("object.delete", "DELETE", "{id:any}"),
        _own(),
        _read("object.show", "{id:any}", _SHOWN),
        *(_read(f"user.{name}", f"{{id:any}}/{name}") for name in ("threads", "replies", "conversation")),
        inner=(_whole("threads", plain),),
    )


def table_of(platform: str, hosts: frozenset[str]) -> Table:
    """Return the table of one of Meta's platforms."""
    if platform == "facebook":
        return facebook()
    return instagram(hosts) if platform == "instagram" else threads(hosts)


def _whole(edge: str, fields: Fields) -> Row:
    """Return the row of a post that is made of a container and its publication at once."""
    return Row(
        name=WHOLE,
        method="POST",
        path=f"/{{version}}/{{id:page}}/{edge}",
        cls=EndpointClass.WRITE,
        kind=PostKind.POST,
        fields=fields,
        needs_id=True,
    )


def _own() -> Row:
    return Row(name="media.show", method="GET", path="/{version}/{id:container}", cls=EndpointClass.OWN)
