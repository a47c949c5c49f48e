"""
What sending needs of LinkedIn's API: images go first, to the address that LinkedIn names.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from proxy.core.errors import MalformedRequest, NotReleased
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.building import EXTENSIONS, JSON, Request, path_id
from proxy.platforms._wire.parsing import PATH
from proxy.platforms._wire.publishing import MEDIA_SECONDS, UpstreamPublisher, unknown, upstream_id
from proxy.platforms._wire.values import dump_json, inside, pick_headers, read_answer, read_object
from proxy.platforms.linkedin.answers import PASSED
from proxy.platforms.linkedin.building import build_request, restli_headers
from proxy.platforms.linkedin.fields import NUMBERED
from proxy.platforms.linkedin.parsing import VERSION
from proxy.platforms.linkedin.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proxy.core.model import Post
    from proxy.gate.ports import SpooledMedia
    from proxy.platforms._wire.publishing import Send
    from proxy.platforms._wire.upstream import Reply, UpstreamClient
    from proxy.platforms.linkedin.credentials import Authors

_MADE = {200, 201}
_NAMES = frozenset({"author", "actor", f"{PATH}liker"})
"""Where a request says in whose name it is."""
_LONGEST_ADDRESS = 8192


class LinkedInPublisher(UpstreamPublisher):
    """Publishes released posts on LinkedIn, in the names of their account alone."""

    def __init__(
        self,
        client: UpstreamClient,
        *,
        authors: Authors,
        agent: str,
        media_seconds: float = MEDIA_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(client, accounts=authors, agent=agent, media_seconds=media_seconds, monotonic=monotonic)
        self._authors = authors

    async def prepare(self, post: Post, media: Sequence[SpooledMedia], send: Send) -> Request | None:
        """Upload the images and build the one request."""
        named = [text for slot, text in _said(post) if slot in _NAMES]
        if not set(named) <= await self._authors.of(post.account):
            raise NotReleased(expected="a name of the account", found="another one")
        found = [await _upload(post, item, send) for item in media]
        uploaded = [name for name in found if name is not None]
        return build_request(post, uploaded) if len(uploaded) == len(media) else None

    def published(self, post: Post, reply: Reply) -> Outcome:
        """Return what was made: its name is in a header, the body is often empty."""
        try:
            value = read_answer(reply.body) if reply.body else {}
        except MalformedRequest:
            return unknown("success_without_id", reply.status)
        identifier = upstream_id(reply.header("x-restli-id")) or upstream_id(inside(value, "id"))
        if identifier is None and TABLE.by_name[post.operation].needs_id:
            return unknown("success_without_id", reply.status)
        return Outcome(
            kind=OutcomeKind.PUBLISHED,
            upstream_status=reply.status,
            upstream_id=identifier or _changed(post),
            answer=dump_json(value),
            answer_headers=pick_headers(reply.headers, PASSED),
        )


def _said(post: Post) -> Iterator[tuple[str, object]]:
    """Yield all that a post says, by slot: names are options, the one in a path is a part."""
    yield from ((part.slot, part.text) for part in post.parts)
    yield from post.options


def _changed(post: Post) -> str | None:
    """
    Return the identifier in a post's path of what it changes: a comment before the post that it stands under.

    LinkedIn may take the deletion of what never was, and an outcome is kept for ever: names with letters are left out.
    """
    named = next((part.text for part in post.parts if part.slot == f"{PATH}comment"), path_id(post))
    return named if named is not None and NUMBERED.fullmatch(named) else None


async def _upload(post: Post, item: SpooledMedia, send: Send) -> str | None:
    """Upload one image for the author of the post and return LinkedIn's name of it."""
    owner = next((text for slot, text in _said(post) if slot == "author"), None)
    version = dict(post.options).get(VERSION)
    if item.mime not in EXTENSIONS or not isinstance(owner, str):
        return None
    announced = await send(
        Request(
            method="POST",
            path="/rest/images?action=initializeUpload",
            content_type=JSON,
            body=dump_json({"initializeUploadRequest": {"owner": owner}}),
            headers=restli_headers("ACTION", str(version)),
        )
    )
    value = inside(read_object(announced.body), "value") if announced.status in _MADE else None
    name, address = upstream_id(inside(value, "image")), inside(value, "uploadUrl")
    target = _target(address) if isinstance(address, str) else None
    if name is None or target is None:
        return None
    origin, path = target
    put = Request(method="PUT", path=path, content_type="application/octet-stream", body=item.data, origin=origin)
    return name if (await send(put)).status in _MADE else None


def _target(address: str) -> tuple[str, str] | None:
    """Return origin and path of an upload address; whether the origin is one of ours, the client decides."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if not address.isascii() or not address.isprintable() or len(address) > _LONGEST_ADDRESS or not parts.netloc:
        return None
    return f"{parts.scheme}://{parts.netloc}", f"{parts.path}?{parts.query}" if parts.query else parts.path
