"""
What sending needs of Mastodon's API: images go first, with the texts that were decided with their post.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from proxy.core.errors import MalformedRequest
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.building import EXTENSIONS, Request, alt_text, multipart_of, path_id
from proxy.platforms._wire.publishing import MEDIA_SECONDS, UpstreamPublisher, unknown, upstream_id
from proxy.platforms._wire.values import inside, read_object
from proxy.platforms.mastodon.building import build_request
from proxy.platforms.mastodon.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from proxy.core.model import Post
    from proxy.gate.ports import Accounts, SpooledMedia
    from proxy.platforms._wire.publishing import Send
    from proxy.platforms._wire.upstream import Reply, UpstreamClient
    from proxy.platforms.mastodon.addresses import Addresses

_POLL_SECONDS = 0.5


class MastodonPublisher(UpstreamPublisher):
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
        super().__init__(client, accounts=accounts, agent=agent, media_seconds=media_seconds, monotonic=monotonic)
        self._addresses = addresses
        self._pause = pause

    async def prepare(self, post: Post, media: Sequence[SpooledMedia], send: Send) -> Request | None:
        """Upload the images and build the one request."""
        found = [await self._upload(post, index, item, send) for index, item in enumerate(media)]
        uploaded = [identifier for identifier in found if identifier is not None]
        return build_request(post, uploaded) if len(uploaded) == len(media) else None

    def published(self, post: Post, reply: Reply) -> Outcome:
        """Return the object that was made; an act may be answered with an empty one."""
        try:
            answer, value = self._addresses.rewrite(reply.body)
        except MalformedRequest:
            return unknown("success_without_id", reply.status)
        identifier = upstream_id(inside(value, "id"))
        if identifier is None and TABLE.by_name[post.operation].needs_id:
            return unknown("success_without_id", reply.status)
        return Outcome(
            kind=OutcomeKind.PUBLISHED,
            upstream_status=reply.status,
            upstream_id=identifier or path_id(post),
            answer=answer,
            answer_headers=self._addresses.headers(reply.headers),
        )

    async def _upload(self, post: Post, index: int, item: SpooledMedia, send: Send) -> str | None:
        """Upload one image with the texts that were decided with this post, under a neutral file name."""
        extension = EXTENSIONS.get(item.mime)
        if extension is None:
            return None
        description = alt_text(post, index)
        fields = [] if description is None else [("description", description)]
        body, content_type = multipart_of(fields, ("file", f"image.{extension}", item.mime, item.data))
        reply = await send(Request(method="POST", path="/api/v2/media", content_type=content_type, body=body))
        identifier = upstream_id(inside(read_object(reply.body), "id")) if reply.status in {200, 201, 202} else None
        if identifier is None or reply.status != 202:
            return identifier
        return identifier if await self._processed(identifier, send) else None

    async def _processed(self, identifier: str, send: Send) -> bool:
        """Wait until the platform has worked an image up; a post that names it before is refused."""
        while True:
            await self._pause(_POLL_SECONDS)
            reply = await send(Request(method="GET", path=f"/api/v1/media/{identifier}"))
            if reply.status != 206:
                return reply.status == 200
