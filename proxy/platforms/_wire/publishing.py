"""
The sending side: what a post needs first, then exactly one request, and a word for what became of it.

    certainly nothing sent                  not_sent
    2xx that says what was made             published
    complete 4xx                            rejected
    anything else after the first byte      unknown, and nobody sends it again
"""

from __future__ import annotations

import asyncio
import re
import time
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import NotReleased
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.allowance import pause_of
from proxy.platforms._wire.exchange import NoCredential, open_credential, request_headers
from proxy.platforms._wire.upstream import Unclear, Unsent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from proxy.core.model import Post
    from proxy.gate.ports import Accounts, ReleasedPost, SpooledMedia
    from proxy.platforms._wire.building import Request
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.upstream import Reply, UpstreamClient

MAX_RETRY_AFTER = 3600
MEDIA_SECONDS = 20.0
"""For all uploads together, so that the post itself is sent well within its lease."""
_LATEST_S = 5.0
"""Beyond the uploads; a process that was frozen meanwhile must not wake up and send."""
_TIMEOUT = 408
"""A proxy in front of the platform may say so after the platform took the post."""
_UPSTREAM_ID = re.compile(r"[!-~]{1,256}", re.ASCII)


class Send(Protocol):
    """Sends one request with the account's credential."""

    async def __call__(self, request: Request, *, key: str | None = None) -> Reply:
        """
        Send once.

        Raises:
            Unsent: certainly nothing left.
            Unclear: something may have arrived.
        """
        ...


class UpstreamPublisher(ABC):
    """Publishes released posts at one origin; a platform says what has to go first and what a success looks like."""

    def __init__(
        self,
        client: UpstreamClient,
        *,
        accounts: Accounts,
        agent: str,
        media_seconds: float = MEDIA_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._accounts = accounts
        self._agent = agent
        self._media_seconds = media_seconds
        self._monotonic = monotonic

    @abstractmethod
    async def prepare(self, post: Post, media: Sequence[SpooledMedia], send: Send) -> Request | None:
        """
        Upload what a post uses and return the one request that publishes it; None when an upload failed.

        Raises:
            NotReleased: the post does not fit its endpoint.
            Unsent, Unclear: an upload failed.
        """

    @abstractmethod
    def published(self, post: Post, reply: Reply) -> Outcome:
        """Return what a 2xx answer means; one that does not say what was made is `unknown`."""

    def failed(self, post: Post, reply: Reply) -> Outcome:  # noqa: ARG002  platforms differ
        """Return what any other answer means."""
        return failure(reply)

    async def publish(self, released: ReleasedPost, media: Sequence[SpooledMedia]) -> Outcome:
        """Send once; never raise for what the platform does, never send twice, never follow a redirect."""
        began = self._monotonic()
        try:
            token = await open_credential(self._accounts, released.post.account)
        except (NoCredential, Unsent, Unclear) as error:  # some log in first; nothing of the post left
            return not_sent(error.reason)
        send = _Sender(self._client, agent=self._agent, token=token)
        request = await self._prepared(released.post, media, send)
        if isinstance(request, Outcome):
            return request
        if self._monotonic() - began > self._media_seconds + _LATEST_S:
            return not_sent("stale")
        try:
            reply = await send(request, key=released.attempt)
        except Unsent as error:
            return not_sent(error.reason)
        except Unclear as error:
            return unknown(error.reason)
        succeeded = 200 <= reply.status < 300
        outcome = self.published(released.post, reply) if succeeded else self.failed(released.post, reply)
        return replace(outcome, pause=pause_of(reply))

    async def _prepared(self, post: Post, media: Sequence[SpooledMedia], send: Send) -> Request | Outcome:
        if tuple(item.id for item in media) != post.media:
            return not_sent("media")
        try:
            async with asyncio.timeout(self._media_seconds):
                request = await self.prepare(post, media, send)
        except (Unsent, Unclear, TimeoutError):
            return not_sent("media")  # without its images a post is not sent
        except NotReleased:
            return not_sent("refused")
        except NoCredential as error:
            return not_sent(error.reason)
        return not_sent("media") if request is None else request


class _Sender:
    """Sends requests with one credential."""

    def __init__(self, client: UpstreamClient, *, agent: str, token: str) -> None:
        self._client = client
        self._agent = agent
        self._token = token

    async def __call__(self, request: Request, *, key: str | None = None) -> Reply:
        headers = request_headers(self._agent, token=self._token, content_type=request.content_type, key=key)
        return await self._client.send(
            request.method,
            request.path,
            headers={**headers, **dict(request.headers)},
            body=request.body or None,
            origin=request.origin,
        )


def not_sent(reason: str) -> Outcome:
    """Return that nothing of a post left."""
    return Outcome(kind=OutcomeKind.NOT_SENT, reason=reason)


def unknown(reason: str, status: int | None = None) -> Outcome:
    """Return that a post may be published."""
    return Outcome(kind=OutcomeKind.UNKNOWN, reason=reason, upstream_status=status)


def upstream_id(value: JsonValue) -> str | None:
    """Return an id; servers write it as string or number."""
    text = str(value) if type(value) in {str, int} else ""
    return text if _UPSTREAM_ID.fullmatch(text) else None


def failure(reply: Reply) -> Outcome:
    """Return what an answer other than 2xx means: a complete 4xx is a refusal, everything else is unclear."""
    status = reply.status
    if status == 429:
        asked = _retry_after(reply.header("retry-after"))
        wait = pause_of(reply) if asked is None else asked
        return Outcome(kind=OutcomeKind.REJECTED, reason="rate_limited", upstream_status=status, retry_after=wait)
    if status == _TIMEOUT:
        return unknown("timeout", status)
    if 400 <= status < 500:
        reason = "credential" if status == 401 else "refused"
        return Outcome(kind=OutcomeKind.REJECTED, reason=reason, upstream_status=status)
    return unknown("redirect" if 300 <= status < 400 else "server_error", status)


def _retry_after(value: str | None) -> int | None:
    """Return seconds, at most an hour; a date would need the platform's clock and is not believed."""
    if value is None or not re.fullmatch(r"[0-9]{1,18}", value.strip(), re.ASCII):
        return None
    return min(int(value), MAX_RETRY_AFTER)
