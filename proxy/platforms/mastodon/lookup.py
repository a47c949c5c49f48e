"""
Whether a status is on a server that speaks Mastodon's API: the account's own newest statuses are read.

A status counts as ours when text, warning, the status it answers and the number of images are the same and its time
fits, and when there is only one such. That none is found proves nothing: servers write a text anew, and may show it
late.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from proxy.core.errors import MalformedRequest
from proxy.gate.unclear import UNDETERMINED, Look
from proxy.platforms._wire.exchange import NoCredential, open_credential, request_headers
from proxy.platforms._wire.publishing import upstream_id
from proxy.platforms._wire.strict_json import ANSWER_LIMITS, read_json
from proxy.platforms._wire.upstream import Unclear, Unsent
from proxy.platforms._wire.values import inside
from proxy.platforms.mastodon.fields import ID

if TYPE_CHECKING:
    from proxy.core.model import Post
    from proxy.gate.ports import Accounts
    from proxy.gate.unclear import Window
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.upstream import UpstreamClient

_WHO = "/api/v1/accounts/verify_credentials"
_MOST = 40
_FOUND = 200
_NEW = "status.create"
_BREAKS = frozenset({"br", "p", "li", "div"})
_MENTION = re.compile(r"@([A-Za-z0-9_]+)@[A-Za-z0-9.-]+")
"""Servers show a person of another server by the name alone."""


class MastodonLookup:
    """Asks one server."""

    def __init__(self, client: UpstreamClient, *, accounts: Accounts, agent: str) -> None:
        self._client = client
        self._accounts = accounts
        self._agent = agent

    async def find(self, post: Post, window: Window) -> Look:
        """Return the one status of this time that says what a post says."""
        if post.operation != _NEW:
            return UNDETERMINED
        try:
            token = await open_credential(self._accounts, post.account)
            own = inside(await self._read(_WHO, token), "id")
            account = upstream_id(own)
            if account is None or not ID.fullmatch(account):
                return UNDETERMINED
            query = urlencode({"limit": _MOST, "exclude_reblogs": "true"})
            shown = await self._read(f"/api/v1/accounts/{account}/statuses?{query}", token)
        except (NoCredential, Unsent, Unclear, MalformedRequest):
            return UNDETERMINED
        statuses = shown if isinstance(shown, list) else []
        found = [identifier for one in statuses if (identifier := _fits(one, post, window)) is not None]
        return Look(there=found[0], fresh=True) if len(found) == 1 else UNDETERMINED

    async def _read(self, path: str, token: str) -> JsonValue:
        headers = request_headers(self._agent, token=token, content_type=None, key=None)
        reply = await self._client.send("GET", path, headers=headers, body=None)
        if reply.status != _FOUND or not reply.readable:
            raise Unclear("server_error")
        return read_json(reply.body, ANSWER_LIMITS)


def _fits(status: JsonValue, post: Post, window: Window) -> str | None:
    """Return the id of a status that is what a post made."""
    if not isinstance(status, dict):
        return None
    images = status.get("media_attachments")
    same = (
        _text(status.get("content")) == _written(post, "status")
        and _plain(status.get("spoiler_text")) == _written(post, "spoiler_text")
        and (upstream_id(status.get("in_reply_to_id")) or None) == post.reply_to
        and (len(images) if isinstance(images, list) else 0) == len(post.media)
        and _in(status.get("created_at"), window)
    )
    return upstream_id(status.get("id")) if same else None


def _written(post: Post, slot: str) -> str:
    return _plain(next((part.text for part in post.parts if part.slot == slot), ""))


def _plain(text: object) -> str:
    """Return a text without what servers change: white space, forms of letters, servers of mentioned people."""
    words = unicodedata.normalize("NFC", text if isinstance(text, str) else "").split()
    return _MENTION.sub(r"@\1", " ".join(words))


class _Words(HTMLParser):
    """Takes the words out of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the parser's signature
        """Take a new line for white space."""
        if tag in _BREAKS:
            self.said.append(" ")

    def handle_data(self, data: str) -> None:
        """Take words."""
        self.said.append(data)


def _text(html: object) -> str:
    words = _Words()
    words.feed(html if isinstance(html, str) else "")
    words.close()
    return _plain("".join(words.said))


def _in(moment: object, window: Window) -> bool:
    try:
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else None
    except ValueError:
        return False
    return at is not None and at.utcoffset() is not None and window.holds(at)
