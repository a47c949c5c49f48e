"""
What sending needs of Meta's Graph API: a container goes first and is waited for, a photo goes with its post.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from proxy.core.errors import MalformedRequest, NotReleased
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.building import Request, path_id
from proxy.platforms._wire.publishing import MEDIA_SECONDS, UpstreamPublisher, unknown, upstream_id
from proxy.platforms._wire.values import dump_json, inside, pick_headers, read_answer, read_object
from proxy.platforms.meta.answers import PASSED
from proxy.platforms.meta.building import build_container, build_photo, build_publish, build_request
from proxy.platforms.meta.table import WHOLE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from proxy.core.model import Post
    from proxy.gate.ports import Accounts, SpooledMedia
    from proxy.platforms._wire.publishing import Send
    from proxy.platforms._wire.table import Table
    from proxy.platforms._wire.upstream import Reply, UpstreamClient

_POLL_SECONDS = 1.0
_READY = {"FINISHED", "PUBLISHED"}
_BROKEN = {"ERROR", "EXPIRED"}


class MetaPublisher(UpstreamPublisher):
    """Publishes released posts on Facebook, Instagram or Threads."""

    def __init__(
        self,
        client: UpstreamClient,
        *,
        table: Table,
        accounts: Accounts,
        agent: str,
        media_seconds: float = MEDIA_SECONDS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(client, accounts=accounts, agent=agent, media_seconds=media_seconds, monotonic=monotonic)
        self._table = table
        self._pause = pause

    async def prepare(self, post: Post, media: Sequence[SpooledMedia], send: Send) -> Request | None:
        """Make the container a post publishes, or put its photo beside it."""
        if not media and post.operation != WHOLE:
            return build_request(self._table, post)
        if len(media) != (post.operation != WHOLE):
            raise NotReleased(expected="one container or photo", found=f"{len(media)}")
        if post.operation == "photo.create":
            return build_photo(self._table, post, media[0])
        made = await send(build_container(self._table, post, media[0] if media else None))
        container = upstream_id(inside(read_object(made.body), "id")) if made.status in {200, 201} else None
        if container is None or not await self._ready(post, container, send):
            return None
        return build_publish(self._table, post, container)

    def published(self, post: Post, reply: Reply) -> Outcome:
        """Return what was made; changes are answered with `success`."""
        try:
            value = read_answer(reply.body)
        except MalformedRequest:
            return unknown("success_without_id", reply.status)
        identifier = upstream_id(inside(value, "post_id")) or upstream_id(inside(value, "id"))
        identifier = identifier or upstream_id(inside(value, "message_id"))
        row = self._table.by_name[post.operation]
        done = inside(value, "success") is True and not row.needs_id
        if identifier is None and not done:
            return unknown("success_without_id", reply.status)
        return Outcome(
            kind=OutcomeKind.PUBLISHED,
            upstream_status=reply.status,
            upstream_id=identifier or path_id(post),
            answer=dump_json(value),
            answer_headers=pick_headers(reply.headers, PASSED),
        )

    async def _ready(self, post: Post, container: str, send: Send) -> bool:
        """Wait until the platform has fetched the image of a container."""
        version = next(part.text for part in post.parts if part.slot == "path.version")
        field = "status_code" if self._table.by_name["media.publish"].path.endswith("media_publish") else "status"
        while True:
            reply = await send(Request(method="GET", path=f"/{version}/{container}?fields={field}"))
            state = inside(read_object(reply.body), field)
            if reply.status != 200 or state in _BROKEN:
                return False
            if state in _READY:
                return True
            await self._pause(_POLL_SECONDS)
