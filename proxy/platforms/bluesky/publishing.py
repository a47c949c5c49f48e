"""
What sending needs of the AT Protocol: a login, images first, and the address of the record as proof.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from proxy.core.errors import MalformedRequest, NotReleased
from proxy.core.model import PostKind
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.building import Request
from proxy.platforms._wire.publishing import MEDIA_SECONDS, UpstreamPublisher, failure, unknown, upstream_id
from proxy.platforms._wire.values import dump_json, inside, pick_headers, read_object
from proxy.platforms.bluesky.answers import LIMITS, cleaned, refuses_login
from proxy.platforms.bluesky.blobs import cid_of
from proxy.platforms.bluesky.building import build_request, record_of, repository_of
from proxy.platforms.bluesky.fields import CID, COMPUTED_KEY
from proxy.platforms.bluesky.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from proxy.core.model import Post
    from proxy.gate.ports import SpooledMedia
    from proxy.platforms._wire.publishing import Send
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.upstream import Reply, UpstreamClient
    from proxy.platforms.bluesky.logins import Logins

_GET = "/xrpc/com.atproto.repo.getRecord"
_UPLOAD = "/xrpc/com.atproto.repo.uploadBlob"
_RECORDS = frozenset({"record.create", "record.put"})


class BlueskyPublisher(UpstreamPublisher):
    """Publishes released posts on one PDS."""

    def __init__(
        self,
        client: UpstreamClient,
        *,
        logins: Logins,
        agent: str,
        now: Callable[[], datetime],
        chat: str | None = None,
        media_seconds: float = MEDIA_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(client, accounts=logins, agent=agent, media_seconds=media_seconds, monotonic=monotonic)
        self._logins = logins
        self._chat = chat
        self._now = now

    async def prepare(self, post: Post, media: Sequence[SpooledMedia], send: Send) -> Request | None:
        """Upload the images that are not on the platform yet and build the one request."""
        repository = repository_of(post)
        if repository is not None and repository != (await self._logins.of(post.account)).profile.subject:
            raise NotReleased(expected="the account's own repository", found="another one")
        if post.operation == "record.put" and post.kind is PostKind.EDIT and "swapRecord" not in dict(post.options):
            post = await _bound(post, send)
        request = build_request(post, chat=self._chat, now=self._now())
        for item in media:
            if item.data and not await self._upload(item, send):
                return None
        return request

    def published(self, post: Post, reply: Reply) -> Outcome:
        """Return what was made, by its address where it has one."""
        try:
            answer = cleaned(reply.body)
        except MalformedRequest:
            return unknown("success_without_id", reply.status)
        identifier = _made(post, answer)
        if not reply.readable or (identifier is None and TABLE.by_name[post.operation].needs_id):
            return unknown("success_without_id", reply.status)
        return Outcome(
            kind=OutcomeKind.PUBLISHED,
            upstream_status=reply.status,
            upstream_id=identifier,
            answer=dump_json(answer),
            answer_headers=pick_headers(reply.headers, LIMITS),
        )

    def failed(self, post: Post, reply: Reply) -> Outcome:
        """Return what any other answer means; a login that is not taken is forgotten."""
        outcome = failure(reply)
        if outcome.kind is OutcomeKind.REJECTED and refuses_login(reply.status, reply.body):
            self._logins.drop(post.account)
            return replace(outcome, reason="credential")
        if outcome.reason == "refused" and inside(read_object(reply.body), "error") == "InvalidSwap":
            return replace(outcome, reason="conflict")
        return outcome

    async def _upload(self, item: SpooledMedia, send: Send) -> bool:
        """Upload one image; the platform must give it the name that the post calls it by."""
        reply = await send(Request(method="POST", path=_UPLOAD, content_type=item.mime, body=item.data))
        name = inside(read_object(reply.body), "blob", "ref", "$link")
        return reply.status == 200 and name == cid_of(item.data)


async def _bound(post: Post, send: Send) -> Post:
    """
    Bind an edit to the record as it is now.

    The platform would make a record where there is none: a new post that was decided as an edit.
    """
    names = zip(("repo", "collection", "rkey"), record_of(post) or (), strict=False)
    reply = await send(Request(method="GET", path=f"{_GET}?{urlencode(list(names))}"))
    digest = inside(read_object(reply.body), "cid") if reply.status == 200 else None
    if not isinstance(digest, str) or not CID.fullmatch(digest):
        raise NotReleased(expected="a post to edit", found="none")
    return replace(post, options=tuple(sorted((*post.options, ("swapRecord", digest)), key=lambda option: option[0])))


def _made(post: Post, answer: JsonValue) -> str | None:
    """Return the address of what a post made, changed or deleted, unless its key is of somebody's own words."""
    place = record_of(post)
    expected = None if place is None else f"at://{'/'.join(place)}"
    if post.operation in _RECORDS:
        return expected if inside(answer, "uri") == expected else None
    if place is not None:
        return expected if COMPUTED_KEY.fullmatch(place[2]) else None
    return upstream_id(inside(answer, "id"))
