"""
The sending side: uploads first, then exactly one request, and a word for what became of it.

    certainly nothing sent                  not_sent
    2xx that says what was made             published
    complete 4xx                            rejected
    anything else after the first byte      unknown, and nobody sends it again
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

from proxy.core.errors import MalformedRequest, NotReleased
from proxy.core.model import PartKind
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.upstream import Unclear, Unsent
from proxy.platforms.mastodon.addresses import read_object
from proxy.platforms.mastodon.building import build_request, media_texts
from proxy.platforms.mastodon.exchange import NoCredential, open_credential, request_headers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from proxy.core.model import Post
    from proxy.gate.ports import Accounts, ReleasedPost, SpooledMedia
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.upstream import Reply, UpstreamClient
    from proxy.platforms.mastodon.addresses import Addresses
    from proxy.platforms.mastodon.building import Request

MAX_RETRY_AFTER = 3600
MEDIA_SECONDS = 20.0
"""For all uploads together, so that the post itself is sent well within its lease."""
_LATEST_S = 5.0
"""Beyond the uploads; a process that was frozen meanwhile must not wake up and send."""
_POLL_SECONDS = 0.5
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_TIMEOUT = 408
"""A proxy in front of the platform may say so after the platform took the post."""
_UPSTREAM_ID = re.compile(r"[!-~]{1,128}", re.ASCII)


class MastodonPublisher:
    """Publishes released posts on one server that speaks Mastodon's API."""

    def __init__(
        self,
        client: UpstreamClient,
        *,
        accounts: Accounts,
        addresses: Addresses,
        agent: str,
        media_seconds: float = MEDIA_SECONDS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._accounts = accounts
        self._addresses = addresses
        self._media_seconds = media_seconds
        self._pause = pause
        self._monotonic = monotonic
        self._agent = agent

    async def publish(self, released: ReleasedPost, media: Sequence[SpooledMedia]) -> Outcome:
        """Send once; never raise for what the platform does, never send twice, never follow a redirect."""
        began = self._monotonic()
        prepared = await self._prepare(released, media)
        if isinstance(prepared, Outcome):
            return prepared
        request, headers = prepared
        if self._monotonic() - began > self._media_seconds + _LATEST_S:
            return _not_sent("stale")
        try:
            reply = await self._client.send(request.method, request.path, headers=headers, body=request.body)
        except Unsent as error:
            return _not_sent(error.reason)
        except Unclear as error:
            return _unknown(error.reason)
        return self._classify(request, reply)

    async def _prepare(
        self, released: ReleasedPost, media: Sequence[SpooledMedia]
    ) -> tuple[Request, dict[str, str]] | Outcome:
        """Upload the images and build the one request; an outcome when that cannot be done."""
        try:
            token = await open_credential(self._accounts, released.post.account)
        except NoCredential:
            return _not_sent("credential")
        uploaded = await self._upload_all(released.post, media, token)
        if uploaded is None:
            return _not_sent("media")
        try:
            request = build_request(released.post, uploaded)
        except NotReleased:
            return _not_sent("refused")
        return request, request_headers(
            self._agent, token=token, content_type=request.content_type, key=released.attempt
        )

    async def _upload_all(self, post: Post, media: Sequence[SpooledMedia], token: str) -> list[str] | None:
        """Return the platform's ids of all images, or None when one failed: without its images a post is not sent."""
        if tuple(item.id for item in media) != post.media:
            return None
        if not media:
            return []
        try:
            async with asyncio.timeout(self._media_seconds):
                found = [await self._upload(post, index, item, token) for index, item in enumerate(media)]
        except (Unsent, Unclear, TimeoutError):
            return None
        ids = [identifier for identifier in found if identifier is not None]
        return ids if len(ids) == len(media) else None

    async def _upload(self, post: Post, index: int, item: SpooledMedia, token: str) -> str | None:
        """Upload one image with the texts that were decided with this post, under a neutral file name."""
        extension = _EXTENSIONS.get(item.mime)
        if extension is None:
            return None
        description = next((part.text for part in media_texts(post, index) if part.kind is PartKind.ALT_TEXT), None)
        body, content_type = _multipart(item, f"image.{extension}", description)
        headers = request_headers(self._agent, token=token, content_type=content_type, key=None)
        reply = await self._client.send("POST", "/api/v2/media", headers=headers, body=body)
        identifier = _upstream_id(read_object(reply.body)) if reply.status in {200, 201, 202} else None
        if identifier is None or reply.status != 202:
            return identifier
        return identifier if await self._processed(identifier, token) else None

    async def _processed(self, identifier: str, token: str) -> bool:
        """Wait until the platform has worked an image up; a post that names it before is refused."""
        headers = request_headers(self._agent, token=token, content_type=None, key=None)
        while True:
            await self._pause(_POLL_SECONDS)
            reply = await self._client.send("GET", f"/api/v1/media/{identifier}", headers=headers, body=None)
            if reply.status != 206:
                return reply.status == 200

    def _classify(self, request: Request, reply: Reply) -> Outcome:
        status = reply.status
        if 200 <= status < 300:
            return self._success(request, reply)
        if status == 429:
            return Outcome(
                kind=OutcomeKind.REJECTED,
                reason="rate_limited",
                upstream_status=status,
                retry_after=_retry_after(reply.header("retry-after")),
            )
        if status == _TIMEOUT:
            return _unknown("timeout", status)
        if 400 <= status < 500:
            reason = "credential" if status == 401 else "refused"
            return Outcome(kind=OutcomeKind.REJECTED, reason=reason, upstream_status=status)
        return _unknown("redirect" if 300 <= status < 400 else "server_error", status)

    def _success(self, request: Request, reply: Reply) -> Outcome:
        try:
            answer, value = self._addresses.rewrite(reply.body)
        except MalformedRequest:
            return _unknown("success_without_id", reply.status)
        identifier = _upstream_id(value)
        if identifier is None and request.row.needs_id:
            return _unknown("success_without_id", reply.status)
        return Outcome(
            kind=OutcomeKind.PUBLISHED,
            upstream_status=reply.status,
            upstream_id=identifier or request.path_id,
            answer=answer,
            answer_headers=self._addresses.headers(reply.headers),
        )


def _not_sent(reason: str) -> Outcome:
    return Outcome(kind=OutcomeKind.NOT_SENT, reason=reason)


def _unknown(reason: str, status: int | None = None) -> Outcome:
    return Outcome(kind=OutcomeKind.UNKNOWN, reason=reason, upstream_status=status)


def _upstream_id(value: JsonValue) -> str | None:
    """Return the id of an object; servers write it as string or number."""
    identifier = value.get("id") if isinstance(value, dict) else None
    text = str(identifier) if type(identifier) in {str, int} else ""
    return text if _UPSTREAM_ID.fullmatch(text) else None


def _retry_after(value: str | None) -> int | None:
    """Return seconds, at most an hour; a date would need the platform's clock and is not believed."""
    if value is None or not re.fullmatch(r"[0-9]{1,18}", value.strip(), re.ASCII):
        return None
    return min(int(value), MAX_RETRY_AFTER)


def _multipart(item: SpooledMedia, name: str, description: str | None) -> tuple[bytes, str]:
    """Return a body whose boundary occurs nowhere in it."""
    text = b"" if description is None else description.encode("utf-8")
    number = 0
    while (boundary := f"postgate-{item.id}-{number}".encode("ascii")) in item.data or boundary in text:
        number += 1
    pieces = [
        b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: %s\r\n\r\n%s\r\n'
        % (boundary, name.encode("ascii"), item.mime.encode("ascii"), item.data)
    ]
    if description is not None:
        pieces.append(b'--%s\r\nContent-Disposition: form-data; name="description"\r\n\r\n%s\r\n' % (boundary, text))
    pieces.append(b"--%s--\r\n" % boundary)
    return b"".join(pieces), f"multipart/form-data; boundary={boundary.decode('ascii')}"
