"""
Every endpoint of Mastodon's API that the door knows, with every field it may carry. What is not listed is denied.

Left out on purpose: searches and tag timelines (free text in a read), streaming, push subscriptions (an address of the
client's choice), applications and OAuth (the gateway hands out its own tokens), administration, e-mail and password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import PartKind, PostKind
from proxy.gate import waiting_endpoints as waiting
from proxy.gate.wire import EndpointClass
from proxy.platforms._wire import fields as f
from proxy.platforms._wire.table import MEDIA_LIMIT, Row, Table
from proxy.platforms.mastodon import fields as own

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.platforms._wire.fields import Fields


_VISIBILITY = f.Choice(frozenset({"public", "unlisted", "private", "direct"}))
_QUOTES = f.Choice(frozenset({"public", "followers", "nobody"}))
_EXPIRY = f.Number(0, 10 * 366 * 86_400)
_ONE_ID = f.Shaped(own.ID)
_IDS = f.Many(_ONE_ID, 40)
_PLAIN = f.Fixed(frozenset({"text/plain"}))

_STATUS: Fields = {
    "status": f.Text(PartKind.BODY),
    "spoiler_text": f.Text(PartKind.CONTENT_WARNING),
    "poll": f.Group(
        {
            "options": f.Many(f.Text(PartKind.POLL_OPTION), 20),
            "expires_in": _EXPIRY,
            "multiple": f.Flag(),
            "hide_totals": f.Flag(),
        }
    ),
    "in_reply_to_id": _ONE_ID,
    "quoted_status_id": _ONE_ID,
    "quote_approval_policy": _QUOTES,
    "visibility": _VISIBILITY,
    "sensitive": f.Flag(),
    "language": f.Language(),
    "content_type": _PLAIN,
}
_TIME: Fields = {"scheduled_at": own.Moment()}
_NEW_STATUS: Fields = {**_STATUS, **_TIME, "media_ids": own.Media()}
_EDITED_STATUS: Fields = {
    **_STATUS,
    "scheduled_at": f.Refused("a change of a published status is sent at once; leave the time out"),
    "media_ids": own.Media(edit=True),
    "media_attributes": f.Many(
        f.Group({"id": _ONE_ID, "description": f.Text(PartKind.ALT_TEXT), "focus": own.Centre()}), 16
    ),
}
_UPLOAD: Fields = {
    "file": f.File(),
    "description": f.Text(PartKind.ALT_TEXT),
    "focus": own.Centre(),
    "thumbnail": f.Refused("thumbnails are not taken; images need none"),
    "skip_polling": f.Fixed(frozenset({"true", "false", "1", "0"})),
}
_NO_PROFILE_IMAGE = f.Refused("images of a profile cannot be changed through the gateway yet; change the texts alone")
_PROFILE: Fields = {
    "display_name": f.Text(PartKind.DISPLAY_NAME),
    "note": f.Text(PartKind.PROFILE_FIELD),
    "fields_attributes": f.Many(
        f.Group({"name": f.Text(PartKind.PROFILE_FIELD), "value": f.Text(PartKind.PROFILE_FIELD)}), 20
    ),
    "avatar_description": f.Text(PartKind.ALT_TEXT),
    "header_description": f.Text(PartKind.ALT_TEXT),
    "attribution_domains": f.Many(f.DOMAIN, 20),
    "locked": f.Flag(),
    "bot": f.Flag(),
    "discoverable": f.Flag(),
    "hide_collections": f.Flag(),
    "indexable": f.Flag(),
    "source": f.Group(
        {"privacy": _VISIBILITY, "sensitive": f.Flag(), "language": f.Language(), "quote_policy": _QUOTES}
    ),
    "avatar": _NO_PROFILE_IMAGE,
    "header": _NO_PROFILE_IMAGE,
}
_LIST: Fields = {
    "title": f.Text(PartKind.TITLE),
    "replies_policy": f.Choice(frozenset({"followed", "list", "none"})),
    "exclusive": f.Flag(),
}
_CONTEXTS = f.Many(f.Choice(frozenset({"home", "notifications", "public", "thread", "account"})), 5)
_FILTER_1: Fields = {
    "phrase": f.Text(PartKind.COMMENT),
    "context": _CONTEXTS,
    "irreversible": f.Flag(),
    "whole_word": f.Flag(),
    "expires_in": _EXPIRY,
}
_KEYWORD: Fields = {"keyword": f.Text(PartKind.COMMENT), "whole_word": f.Flag()}
_FILTER_2: Fields = {
    "title": f.Text(PartKind.TITLE),
    "context": _CONTEXTS,
    "filter_action": f.Choice(frozenset({"warn", "hide", "blur"})),
    "expires_in": _EXPIRY,
    "keywords_attributes": f.Many(f.Group({**_KEYWORD, "id": _ONE_ID, "_destroy": f.Flag()}), 50),
}
_REPORT: Fields = {
    "account_id": _ONE_ID,
    "status_ids": _IDS,
    "comment": f.Text(PartKind.COMMENT),
    "forward": f.Flag(),
    "forward_to_domains": f.Many(f.DOMAIN, 20),
    "category": f.Choice(frozenset({"spam", "legal", "violation", "other"})),
    "rule_ids": _IDS,
}


def _write(name: str, method: str, path: str, kind: PostKind, fields: Fields) -> Row:
    return Row(
        name=name,
        method=method,
        path=path,
        cls=EndpointClass.WRITE,
        kind=kind,
        fields=fields,
        wire="form" if kind is PostKind.PROFILE else "json",  # some servers read nested fields in no other format
        needs_id=True,
    )


_WRITES = (
    Row(
        name="status.create",
        method="POST",
        path="/api/v1/statuses",
        cls=EndpointClass.WRITE,
        kind=PostKind.POST,
        fields=_NEW_STATUS,
        needs_id=True,
    ),
    _write("status.edit", "PUT", "/api/v1/statuses/{id}", PostKind.EDIT, _EDITED_STATUS),
    _write("profile.update", "PATCH", "/api/v1/accounts/update_credentials", PostKind.PROFILE, _PROFILE),
    _write("list.create", "POST", "/api/v1/lists", PostKind.MESSAGE, _LIST),
    _write("list.update", "PUT", "/api/v1/lists/{id}", PostKind.MESSAGE, _LIST),
    _write("filter1.create", "POST", "/api/v1/filters", PostKind.MESSAGE, _FILTER_1),
    _write("filter1.update", "PUT", "/api/v1/filters/{id}", PostKind.MESSAGE, _FILTER_1),
    _write("filter2.create", "POST", "/api/v2/filters", PostKind.MESSAGE, _FILTER_2),
    _write("filter2.update", "PUT", "/api/v2/filters/{id}", PostKind.MESSAGE, _FILTER_2),
    _write("filter2.keyword.add", "POST", "/api/v2/filters/{id}/keywords", PostKind.MESSAGE, _KEYWORD),
    _write("filter2.keyword.update", "PUT", "/api/v2/filters/keywords/{id}", PostKind.MESSAGE, _KEYWORD),
    _write("report.create", "POST", "/api/v1/reports", PostKind.MESSAGE, _REPORT),
    _write(
        "account.note", "POST", "/api/v1/accounts/{id}/note", PostKind.MESSAGE, {"comment": f.Text(PartKind.COMMENT)}
    ),
    _write("featured_tag.create", "POST", "/api/v1/featured_tags", PostKind.MESSAGE, {"name": f.Text(PartKind.TITLE)}),
)

_MEDIA = (
    *(
        Row(
            name=f"media.create.v{version}",
            method="POST",
            path=f"/api/v{version}/media",
            cls=EndpointClass.MEDIA,
            kind=PostKind.MEDIA,
            fields=_UPLOAD,
            body_limit=MEDIA_LIMIT,
        )
        for version in (1, 2)
    ),
    Row(
        name="media.update",
        method="PUT",
        path="/api/v1/media/{id:media}",
        cls=EndpointClass.MEDIA,
        kind=PostKind.MEDIA,
        fields={name: reader for name, reader in _UPLOAD.items() if name not in {"file", "skip_polling"}},
    ),
    Row(name="media.show", method="GET", path="/api/v1/media/{id:media}", cls=EndpointClass.OWN),
    Row(name="media.content", method="GET", path="/api/v1/media/{id:media}/content", cls=EndpointClass.OWN),
)


def _waiting(name: str, method: str, path: str, fields: Fields | None = None) -> Row:
    fields = fields or {}
    return Row(name=name, method=method, path=path, cls=EndpointClass.WAITING, fields=fields, query=method == "GET")


def _act(name: str, method: str, path: str, fields: Fields | None = None) -> Row:
    return Row(name=name, method=method, path=path, cls=EndpointClass.ACT, fields=fields or {})


def _pairs(noun: str, base: str, verbs: Iterable[str], fields: dict[str, Fields]) -> Iterable[Row]:
    return (_act(f"{noun}.{verb}", "POST", f"{base}/{{id}}/{verb}", fields.get(verb)) for verb in verbs)


_ACTS = (
    _act("status.delete", "DELETE", "/api/v1/statuses/{id}", {"delete_media": f.Flag()}),
    *_pairs(
        "status",
        "/api/v1/statuses",
        ("favourite", "unfavourite", "reblog", "unreblog", "bookmark", "unbookmark", "pin", "unpin", "mute", "unmute"),
        {"reblog": {"visibility": _VISIBILITY}},
    ),
    *_pairs(
        "account",
        "/api/v1/accounts",
        (
            *("follow", "unfollow", "block", "unblock", "mute", "unmute", "remove_from_followers"),
            *("pin", "unpin", "endorse", "unendorse"),
        ),
        {
            "follow": {"reblogs": f.Flag(), "notify": f.Flag(), "languages": f.Many(f.Language(), 20)},
            "mute": {"notifications": f.Flag(), "duration": _EXPIRY},
        },
    ),
    *_pairs("follow_request", "/api/v1/follow_requests", ("authorize", "reject"), {}),
    _act("poll.vote", "POST", "/api/v1/polls/{id}/votes", {"choices": f.Many(f.Number(0, 50), 20)}),
    _act("list.delete", "DELETE", "/api/v1/lists/{id}"),
    _act("list.accounts.add", "POST", "/api/v1/lists/{id}/accounts", {"account_ids": _IDS}),
    _act("list.accounts.remove", "DELETE", "/api/v1/lists/{id}/accounts", {"account_ids": _IDS}),
    _act("filter1.delete", "DELETE", "/api/v1/filters/{id}"),
    _act("filter2.delete", "DELETE", "/api/v2/filters/{id}"),
    _act("filter2.keyword.delete", "DELETE", "/api/v2/filters/keywords/{id}"),
    _act("featured_tag.delete", "DELETE", "/api/v1/featured_tags/{id}"),
    _act("notifications.clear", "POST", "/api/v1/notifications/clear"),
    _act("notification.dismiss", "POST", "/api/v1/notifications/{id}/dismiss"),
    _act("profile.avatar.delete", "DELETE", "/api/v1/profile/avatar"),
    _act("profile.header.delete", "DELETE", "/api/v1/profile/header"),
)

_PAGE: Fields = {"limit": f.Number(1, 100), "max_id": _ONE_ID, "since_id": _ONE_ID, "min_id": _ONE_ID}
_TIMELINE: Fields = {**_PAGE, "local": f.Flag(), "remote": f.Flag(), "only_media": f.Flag()}
_TYPES = f.Many(
    f.Choice(
        frozenset(
            {"mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update", "quote"}
            | {"quoted_update", "admin.sign_up", "admin.report", "severed_relationships", "moderation_warning"}
        )
    ),
    20,
)
_ACCOUNT_STATUSES: Fields = {
    **_PAGE,
    **dict.fromkeys(("only_media", "pinned", "exclude_replies", "exclude_reblogs", "exclude_direct"), f.Flag()),
}
_SOME_IDS: Fields = {"id": f.OneOrMany(_ONE_ID, 40), "with_suspended": f.Flag()}


def _read(name: str, path: str, fields: Fields | None = None, *, public: bool = False) -> Row:
    return Row(name=name, method="GET", path=f"/api/{path}", cls=EndpointClass.READ, fields=fields or {}, public=public)


_READS = (
    _read("instance.v1", "v1/instance", public=True),
    _read("instance.v2", "v2/instance", public=True),
    _read("instance.rules", "v1/instance/rules", public=True),
    _read("custom_emojis", "v1/custom_emojis", public=True),
    _read("account.self", "v1/accounts/verify_credentials"),
    _read("account.relationships", "v1/accounts/relationships", _SOME_IDS),
    _read("account.show", "v1/accounts/{id}"),
    _read("account.statuses", "v1/accounts/{id}/statuses", _ACCOUNT_STATUSES),
    _read("account.followers", "v1/accounts/{id}/followers", _PAGE),
    _read("account.following", "v1/accounts/{id}/following", _PAGE),
    _read("account.lists", "v1/accounts/{id}/lists"),
    _read("account.featured_tags", "v1/accounts/{id}/featured_tags"),
    _read("preferences", "v1/preferences"),
    _read("timeline.home", "v1/timelines/home", _TIMELINE),
    _read("timeline.public", "v1/timelines/public", _TIMELINE),
    _read("timeline.list", "v1/timelines/list/{id}", _TIMELINE),
    _read("status.many", "v1/statuses", {"id": f.OneOrMany(_ONE_ID, 40)}),
    _read("status.show", "v1/statuses/{id}"),
    _read("status.context", "v1/statuses/{id}/context"),
    _read("status.history", "v1/statuses/{id}/history"),
    _read("status.source", "v1/statuses/{id}/source"),
    _read("status.reblogged_by", "v1/statuses/{id}/reblogged_by", _PAGE),
    _read("status.favourited_by", "v1/statuses/{id}/favourited_by", _PAGE),
    _read(
        "notifications", "v1/notifications", {**_PAGE, "types": _TYPES, "exclude_types": _TYPES, "account_id": _ONE_ID}
    ),
    _read("notification.count", "v1/notifications/unread_count"),
    _read("notification.show", "v1/notifications/{id}"),
    _read("poll.show", "v1/polls/{id}"),
    *(
        _read(name, f"v1/{name}", _PAGE)
        for name in ("conversations", "bookmarks", "favourites", "mutes", "blocks", "follow_requests", "followed_tags")
    ),
    _read("featured_tags", "v1/featured_tags"),
    _read("announcements", "v1/announcements"),
    _read("lists", "v1/lists"),
    _read("list.show", "v1/lists/{id}"),
    _read("list.accounts", "v1/lists/{id}/accounts", {**_PAGE, "limit": f.Number(0, 100)}),
    _read("filters1", "v1/filters"),
    _read("filter1.show", "v1/filters/{id}"),
    _read("filters2", "v2/filters"),
    _read("filter2.show", "v2/filters/{id}"),
    _read("filter2.keywords", "v2/filters/{id}/keywords"),
)


def _login(name: str, method: str, path: str) -> Row:
    return Row(name=name, method=method, path=path, cls=EndpointClass.SESSION)


# No /.well-known/oauth-authorization-server: where there is one, Mastodon.py sends its content back, a name many times.
_LOGINS = (
    _login("oauth.app", "POST", "/api/v1/apps"),
    _login("oauth.page", "GET", "/oauth/authorize"),
    _login("oauth.authorize", "POST", "/oauth/authorize"),
    _login("oauth.token", "POST", "/oauth/token"),
    _login("oauth.revoke", "POST", "/oauth/revoke"),
)

# The author's waiting posts are the gateway's: the platform knows nothing of them.
_SCHEDULED = (
    _waiting(waiting.LIST, "GET", "/api/v1/scheduled_statuses", _PAGE),
    _waiting(waiting.SHOW, "GET", "/api/v1/scheduled_statuses/{id:media}"),
    _waiting(waiting.MOVE, "PUT", "/api/v1/scheduled_statuses/{id:media}", _TIME),
    _waiting(waiting.CANCEL, "DELETE", "/api/v1/scheduled_statuses/{id:media}"),
)

TABLE = Table((*_WRITES, *_MEDIA, *_SCHEDULED, *_ACTS, *_READS, *_LOGINS), {"id": own.ID, "media": f.SPOOL_ID})
