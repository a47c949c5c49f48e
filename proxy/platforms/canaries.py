"""
A post as a client of each platform would send it, for the canary at the doors: the shortest that its table takes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_NOBODY = "1"
"""An id that belongs to no page or person; nothing is ever sent in its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request, without address and token."""

    path: str
    content_type: str
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = ()


def sent(platform: str, text: str) -> Sent:
    """Return the request that posts a text."""
    return _PLATFORMS[platform](text)


def _json(path: str, value: object, *headers: tuple[str, str]) -> Sent:
    return Sent(path=path, content_type=_JSON, body=json.dumps(value).encode(), headers=headers)


def _form(path: str, **fields: str) -> Sent:
    return Sent(path=path, content_type=_FORM, body=urlencode(fields).encode())


def _mastodon(text: str) -> Sent:
    return _json("/api/v1/statuses", {"status": text})


def _bluesky(text: str) -> Sent:
    # A report, not a post: that needs the login of an account, and there is none.
    subject = {"$type": "com.atproto.admin.defs#repoRef", "did": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"}
    value = {"reasonType": "com.atproto.moderation.defs#reasonOther", "reason": text, "subject": subject}
    return _json("/xrpc/com.atproto.moderation.createReport", value)


def _linkedin(text: str) -> Sent:
    value = {
        "author": "urn:li:organization:1",
        "commentary": text,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    return _json("/rest/posts", value, ("LinkedIn-Version", "202601"), ("X-Restli-Protocol-Version", "2.0.0"))


def _x(text: str) -> Sent:
    return _json("/2/tweets", {"text": text})


def _facebook(text: str) -> Sent:
    return _form(f"/v24.0/{_NOBODY}/feed", message=text)


def _instagram(text: str) -> Sent:
    return _form(f"/v24.0/{_NOBODY}/comments", message=text)


def _threads(text: str) -> Sent:
    return _form(f"/v1.0/{_NOBODY}/threads", media_type="TEXT", text=text)


_PLATFORMS: dict[str, Callable[[str], Sent]] = {
    "mastodon": _mastodon,
    "bluesky": _bluesky,
    "linkedin": _linkedin,
    "x": _x,
    "facebook": _facebook,
    "instagram": _instagram,
    "threads": _threads,
}
