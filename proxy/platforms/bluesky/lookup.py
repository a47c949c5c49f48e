"""
Whether a post is on the platform: its record lies where it was put, with what it says; or it is gone, as was asked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from proxy.core.errors import NotReleased, PostgateError
from proxy.platforms._wire.exchange import NoCredential, request_headers
from proxy.platforms._wire.upstream import Unclear, Unsent
from proxy.platforms._wire.values import inside, read_object
from proxy.platforms.bluesky.building import build_request, record_of

if TYPE_CHECKING:
    from proxy.core.model import Post
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.upstream import UpstreamClient
    from proxy.platforms.bluesky.logins import Logins

_TIME = "createdAt"
_READ = "/xrpc/com.atproto.repo.getRecord"


class BlueskyLookup:
    """Asks one PDS."""

    def __init__(self, client: UpstreamClient, *, logins: Logins, agent: str) -> None:
        self._client = client
        self._logins = logins
        self._agent = agent

    async def find(self, post: Post) -> str | None:
        """Return the address of a post's record when it is there as it was sent, or gone as was asked."""
        place = record_of(post)
        if place is None:
            return None
        try:
            expected = _sent(post)
            status, answer = await self._read(post.account, place)
        except (NoCredential, NotReleased, PostgateError, Unsent, Unclear):
            return None
        uri = f"at://{'/'.join(place)}"
        if expected is None:
            return uri if status == 400 and inside(answer, "error") == "RecordNotFound" else None
        there = inside(answer, "value")
        if isinstance(there, dict) and isinstance(expected, dict) and _TIME not in expected:
            there.pop(_TIME, None)  # the gateway's own, of the moment it was sent
        found = status == 200 and inside(answer, "uri") == uri and there == expected
        return uri if found else None

    async def _read(self, account: str, place: tuple[str, str, str]) -> tuple[int, JsonValue]:
        login = await self._logins.of(account)
        headers = request_headers(self._agent, token=login.access, content_type=None, key=None)
        query = urlencode(dict(zip(("repo", "collection", "rkey"), place, strict=True)))
        reply = await self._client.send("GET", f"{_READ}?{query}", headers=headers, body=None)
        return reply.status, read_object(reply.body)


def _sent(post: Post) -> JsonValue:
    """Return the record that was sent, the first of several; None for a deletion."""
    body: dict[str, Any] = json.loads(build_request(post, chat=None).body)
    first: dict[str, Any] = body["writes"][0] if "writes" in body else body
    record: JsonValue = first.get("record", first.get("value"))
    return record
