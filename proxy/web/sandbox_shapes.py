"""
The JSON objects of Mastodon's API, as far as the sandbox platform needs them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Object: TypeAlias = "dict[str, Json]"

VERSION = "4.3.0"
MAX_CHARACTERS = 500
PER_LINK = 23


@dataclass(slots=True, kw_only=True)
class Profile:
    """The one account of a sandbox."""

    id: str
    username: str
    created_at: datetime
    display_name: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    fields: list[tuple[str, str]] = field(default_factory=list, repr=False)
    flags: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Status:
    """A status as its author wrote it."""

    id: str
    created_at: datetime
    text: str = field(repr=False)
    spoiler_text: str = field(default="", repr=False)
    visibility: str = "public"
    sensitive: bool = False
    language: str | None = None
    in_reply_to_id: str | None = None
    poll_options: list[str] = field(default_factory=list, repr=False)
    poll_multiple: bool = False
    media: list[str] = field(default_factory=list)
    edited_at: datetime | None = None
    marks: set[str] = field(default_factory=set)
    """`favourited`, `reblogged`, `bookmarked`, `pinned`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An uploaded image."""

    id: str
    mime: str
    size: int
    file_name: str = field(repr=False)
    description: str | None = field(default=None, repr=False)


def moment(at: datetime) -> str:
    """Return a time as Mastodon writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def account(profile: Profile, base: str, *, statuses: int, own: bool = False) -> Object:
    """Return an Account, with `source` for its owner."""
    url = f"{base}/@{profile.username}"
    fields: list[Json] = [{"name": name, "value": escape(value), "verified_at": None} for name, value in profile.fields]
    shape: Object = {
        "id": profile.id,
        "username": profile.username,
        "acct": profile.username,
        "display_name": profile.display_name,
        **{name: profile.flags.get(name, False) for name in ("locked", "bot", "discoverable", "indexable")},
        "group": False,
        "noindex": False,
        "hide_collections": False,
        "created_at": moment(profile.created_at),
        "note": _html(profile.note),
        "url": url,
        "uri": f"{base}/users/{profile.username}",
        **dict.fromkeys(("avatar", "avatar_static"), f"{base}/avatars/missing.png"),
        **dict.fromkeys(("header", "header_static"), f"{base}/headers/missing.png"),
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": statuses,
        "last_status_at": None,
        "emojis": [],
        "roles": [],
        "fields": fields,
    }
    if own:
        plain: list[Json] = [{"name": name, "value": value, "verified_at": None} for name, value in profile.fields]
        shape["source"] = {
            "privacy": "public",
            "sensitive": False,
            "language": "de",
            "note": profile.note,
            "fields": plain,
            "follow_requests_count": 0,
        }
        shape["role"] = {"id": "-99", "name": "", "permissions": "65536", "color": "", "highlighted": False}
    return shape


def status(one: Status, owner: Object, pictures: list[Picture], base: str) -> Object:
    """Return a Status."""
    url = f"{base}/@{owner['username']}/{one.id}"
    marks: Object = {
        "favourited": "favourited" in one.marks,
        "reblogged": "reblogged" in one.marks,
        "bookmarked": "bookmarked" in one.marks,
        "pinned": "pinned" in one.marks,
        "muted": False,
        "favourites_count": int("favourited" in one.marks),
        "reblogs_count": int("reblogged" in one.marks),
        "replies_count": 0,
        "quotes_count": 0,
    }
    return {
        "id": one.id,
        "created_at": moment(one.created_at),
        "edited_at": moment(one.edited_at) if one.edited_at else None,
        "in_reply_to_id": one.in_reply_to_id,
        "in_reply_to_account_id": owner["id"] if one.in_reply_to_id else None,
        "sensitive": one.sensitive or bool(one.spoiler_text),
        "spoiler_text": one.spoiler_text,
        "visibility": one.visibility,
        "language": one.language,
        "uri": f"{base}/users/{owner['username']}/statuses/{one.id}",
        "url": url,
        "content": _html(one.text),
        "text": one.text,
        "reblog": None,
        "application": {"name": "sandbox", "website": None},
        "account": owner,
        "media_attachments": [picture(item, base) for item in pictures],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": None,
        "filtered": [],
        "poll": _poll(one),
        **marks,
    }


def picture(item: Picture, base: str) -> Object:
    """Return a MediaAttachment."""
    return {
        "id": item.id,
        "type": "image",
        "url": f"{base}/media/{item.id}",
        "preview_url": f"{base}/media/{item.id}",
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": {},
        "description": item.description,
        "blurhash": None,
    }


def instance_1(base: str, host: str) -> Object:
    """Return the Instance of API version 1."""
    return {
        "uri": host,
        "title": "Sandbox",
        "short_description": "A platform in memory",
        "description": "A platform in memory: nothing leaves this machine.",
        "email": "nobody@example.org",
        "version": VERSION,
        "urls": {"streaming_api": f"ws://{host}"},
        "stats": {"user_count": 1, "status_count": 0, "domain_count": 0},
        "thumbnail": f"{base}/thumbnail.png",
        "languages": ["de"],
        "registrations": False,
        "approval_required": False,
        "invites_enabled": False,
        "configuration": _configuration(),
        "contact_account": None,
        "rules": [],
    }


def instance_2(base: str, host: str) -> Object:
    """Return the Instance of API version 2."""
    return {
        "domain": host,
        "title": "Sandbox",
        "version": VERSION,
        "source_url": "https://example.org/",
        "description": "A platform in memory: nothing leaves this machine.",
        "usage": {"users": {"active_month": 1}},
        "thumbnail": {"url": f"{base}/thumbnail.png"},
        "icon": [],
        "languages": ["de"],
        "configuration": {"urls": {"streaming": f"ws://{host}"}, **_configuration()},
        "registrations": {"enabled": False, "approval_required": False, "message": None, "url": None},
        "api_versions": {"mastodon": 2},
        "contact": {"email": "nobody@example.org", "account": None},
        "rules": [],
    }


def _configuration() -> Object:
    return {
        "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
        "statuses": {
            "max_characters": MAX_CHARACTERS,
            "max_media_attachments": 4,
            "characters_reserved_per_url": PER_LINK,
        },
        "media_attachments": {
            "supported_mime_types": ["image/jpeg", "image/png", "image/gif", "image/webp"],
            "image_size_limit": 16_777_216,
            "image_matrix_limit": 33_177_600,
            "video_size_limit": 0,
            "video_frame_rate_limit": 0,
            "video_matrix_limit": 0,
            "description_limit": 1500,
        },
        "polls": {
            "max_options": 4,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        },
        "translation": {"enabled": False},
    }


def _poll(one: Status) -> Json:
    if not one.poll_options:
        return None
    options: list[Json] = [{"title": title, "votes_count": 0} for title in one.poll_options]
    return {
        "id": f"{one.id}0",
        "expires_at": None,
        "expired": False,
        "multiple": one.poll_multiple,
        "votes_count": 0,
        "voters_count": 0,
        "voted": False,
        "own_votes": [],
        "options": options,
        "emojis": [],
    }


def _html(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""
