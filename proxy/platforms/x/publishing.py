"""
What sending needs of X's API: images and their alt texts go first.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from proxy.core.errors import MalformedRequest
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.building import EXTENSIONS, JSON, Request, alt_text, path_id
from proxy.platforms._wire.publishing import UpstreamPublisher, unknown, upstream_id
from proxy.platforms._wire.values import dump_json, inside, pick_headers, read_answer, read_object
from proxy.platforms.x.answers import PASSED
from proxy.platforms.x.building import build_request
from proxy.platforms.x.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Post
    from proxy.gate.ports import SpooledMedia
    from proxy.platforms._wire.publishing import Send
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.upstream import Reply


class XPublisher(UpstreamPublisher):
    """Publishes released posts on X."""

    async def prepare(self, post: Post, media: Sequence[SpooledMedia], send: Send) -> Request | None:
        """Upload the images with their alt texts and build the one request."""
        uploaded: list[str] = []
        for index, item in enumerate(media):
            identifier = await _upload(post, item, send)
            if identifier is None or not await _describe(identifier, alt_text(post, index), send):
                return None
            uploaded.append(identifier)
        return build_request(post, uploaded)

    def published(self, post: Post, reply: Reply) -> Outcome:
        """Return what was made; X answers some failures with 200 and `errors` instead of `data`."""
        try:
            value = read_answer(reply.body)
        except MalformedRequest:
            return unknown("success_without_id", reply.status)
        made = value if TABLE.by_name[post.operation].path.startswith("/1.1/") else inside(value, "data")
        identifier = _made(made)
        if not isinstance(made, dict) or (identifier is None and TABLE.by_name[post.operation].needs_id):
            return unknown("success_without_id", reply.status)
        return Outcome(
            kind=OutcomeKind.PUBLISHED,
            upstream_status=reply.status,
            upstream_id=identifier or path_id(post),
            answer=dump_json(value),
            answer_headers=pick_headers(reply.headers, PASSED),
        )


def _made(value: JsonValue) -> str | None:
    """Return the id of what was made."""
    return next(
        (found for name in ("id", "id_str", "dm_event_id") if (found := upstream_id(inside(value, name)))), None
    )


async def _upload(post: Post, item: SpooledMedia, send: Send) -> str | None:
    """Upload one image; its local name stays in the house."""
    if item.mime not in EXTENSIONS:
        return None
    place = "dm" if post.operation.startswith("dm.") else "tweet"
    category = "gif" if item.mime == "image/gif" else "image"
    body = dump_json(
        {
            "media": base64.b64encode(item.data).decode("ascii"),
            "media_category": f"{place}_{category}",
            "media_type": item.mime,
        }
    )
    reply = await send(Request(method="POST", path="/2/media/upload", content_type=JSON, body=body))
    return upstream_id(inside(read_object(reply.body), "data", "id")) if reply.status in {200, 201} else None


async def _describe(identifier: str, text: str | None, send: Send) -> bool:
    """Give an image the alt text that was decided with its post."""
    if text is None:
        return True
    body = dump_json({"id": identifier, "metadata": {"alt_text": {"text": text}}})
    reply = await send(Request(method="POST", path="/2/media/metadata", content_type=JSON, body=body))
    return reply.status in {200, 201}
