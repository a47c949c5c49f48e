"""
Whether a post is on the platform: its record lies where it was put, with what it says; or it is gone, as was asked.

A new record has a key that only we know before it is there, so where nothing lies under it, it was not made, or it was
deleted. It may be sent again: an equal record under the same key is one record.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from proxy.core.errors import NotReleased, PostgateError
from proxy.gate.unclear import UNDETERMINED, Look
from proxy.platforms._wire.exchange import NoCredential, request_headers
from proxy.platforms._wire.upstream import Unclear, Unsent
from proxy.platforms._wire.values import inside, read_object
from proxy.platforms.bluesky.building import build_request, record_of

if TYPE_CHECKING:
    from proxy.core.model import Post
    from proxy.gate.unclear import Window
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.upstream import UpstreamClient
    from proxy.platforms.bluesky.logins import Logins

_CREATE = "record.create"
_UNDO = frozenset({"record.delete", "record.writes", "record.put"})
"""After one of these a record that is not there may have been taken away."""
_FOUND, _GONE = 200, 400
_TIME = "createdAt"
_READ = "/xrpc/com.atproto.repo.getRecord"


class BlueskyLookup:
    """Asks one PDS."""

    def __init__(self, client: UpstreamClient, *, logins: Logins, agent: str) -> None:
        self._client = client
        self._logins = logins
        self._agent = agent

    async def find(self, post: Post, window: Window) -> Look:  # noqa: ARG002  a place needs no time
        """Return the address of a post's record when it is there as it was sent, or gone as was asked."""
        place = record_of(post)
        if place is None:
            return UNDETERMINED
        try:
            expected, made = _sent(post, place)
            status, answer = await self._read(post.account, place)
        except (NoCredential, NotReleased, PostgateError, Unsent, Unclear):
            return UNDETERMINED
        uri = f"at://{'/'.join(place)}"
        gone = status == _GONE and inside(answer, "error") == "RecordNotFound"
        if expected is None:
            return Look(there=uri) if gone else UNDETERMINED
        if gone and made:
            return Look(absent=True, unless=_UNDO if post.operation == _CREATE else None)
        there = inside(answer, "value")
        if isinstance(there, dict) and isinstance(expected, dict) and _TIME not in expected:
            there.pop(_TIME, None)  # the gateway's own, of the moment it was sent
        found = status == _FOUND and inside(answer, "uri") == uri and there == expected
        return Look(there=uri) if found else UNDETERMINED

    async def _read(self, account: str, place: tuple[str, str, str]) -> tuple[int, JsonValue]:
        login = await self._logins.of(account)
        headers = request_headers(self._agent, token=login.access, content_type=None, key=None)
        query = urlencode(dict(zip(("repo", "collection", "rkey"), place, strict=True)))
        reply = await self._client.send("GET", f"{_READ}?{query}", headers=headers, body=None)
        return reply.status, read_object(reply.body)


def _sent(post: Post, place: tuple[str, str, str]) -> tuple[JsonValue, bool]:
    """Return the record that was sent to a place, and whether it is a new one; None for a deletion."""
    body: dict[str, Any] = json.loads(build_request(post, chat=None).body)
    writes: list[dict[str, Any]] = body.get("writes", [body])
    write = next(one for one in writes if (one.get("collection"), one.get("rkey")) == place[1:])
    record: JsonValue = write.get("record", write.get("value"))
    return record, post.operation == _CREATE or str(write.get("$type", "")).endswith("#create")
