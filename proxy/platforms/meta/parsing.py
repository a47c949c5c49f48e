"""
From a request to a Draft: what Meta's Graph API adds to the fields of the table.

Instagram and Threads publish in two steps. What the first one holds stays in the gateway, as an upload without picture:
its texts are decided now for what is surely wrong, and once more as a whole when somebody publishes it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import MalformedRequest, UnreadableField
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import EndpointClass, Upload
from proxy.platforms._wire import parsing
from proxy.platforms._wire.form import read_query
from proxy.platforms._wire.values import dump_json

if TYPE_CHECKING:
    from proxy.gate.wire import Draft, Endpoint, WireRequest
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.table import Row

CONTAINER_TYPE = "application/vnd.postgate.container+json"
"""Type of an upload that is a container of the gateway's own."""
_TOKEN = "access_token"  # noqa: S105 - the name of a field


def read_draft(row: Row, endpoint: Endpoint, request: WireRequest) -> Draft:
    """
    Read a write, media or act request completely.

    Raises:
        RefusedRequest: any of its family.
    """
    draft = parsing.read_draft(row, endpoint, request)
    if row.cls is EndpointClass.MEDIA:
        return _container(draft)
    said = bool(draft.media or draft.uploads) or any(
        part.text for part in draft.parts if part.kind is not PartKind.OTHER
    )
    if row.cls is EndpointClass.WRITE and not said:
        raise UnreadableField(expected="a text or an image", found="nothing to say")
    if row.name == "media.publish" and not draft.media:
        raise UnreadableField(expected="creation_id: a container of the gateway", found="none")
    answered = next((part.text for part in draft.parts if part.slot == "reply_to_id"), None)
    reply_to = dict(endpoint.arguments)["id"] if row.kind is PostKind.REPLY else answered
    # A container is published once: without a key of the client's, a second request for it is the first one again.
    key = f"container:{draft.media[0]}" if row.name == "media.publish" else None
    return replace(
        draft,
        reply_to=reply_to,
        kind=draft.kind if answered is None else PostKind.REPLY,
        idempotency_key=draft.idempotency_key or key,
    )


def token_of(request: WireRequest, in_body: str | None = None) -> str | None:
    """
    Return the token of the header, the query or the body.

    Raises:
        MalformedRequest: two different ones.
    """
    in_query = dict(read_query(request.query)).get(_TOKEN)
    found = {token for token in (parsing.bearer_token(request), in_query, in_body) if token}
    if len(found) > 1:
        raise MalformedRequest(expected="one access token", found="two different ones")
    return next(iter(found), None)


def _container(draft: Draft) -> Draft:
    """Return a container as an upload that keeps identifiers and options; its texts are parts."""
    if not any(part.text for part in draft.parts if part.kind is not PartKind.OTHER):
        raise UnreadableField(expected="a text or an image", found="an empty container")
    kept: JsonValue = {
        **{part.slot: part.text for part in draft.parts if part.kind is PartKind.OTHER},
        **dict(draft.options),
    }
    upload = Upload(slot="container", mime=CONTAINER_TYPE, data=dump_json(kept))
    return replace(draft, options=(), uploads=(upload,), undecided=True)
