"""
From a request to a Draft: every field that is listed, nothing that is not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import MalformedRequest, UnreadableField
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import Draft, EndpointClass
from proxy.platforms._wire.body import nest, read_body, refuse_overrides
from proxy.platforms._wire.form import read_query
from proxy.platforms.mastodon.fields import Sink, read_fields

if TYPE_CHECKING:
    from proxy.gate.wire import Endpoint, WireRequest
    from proxy.platforms.mastodon.table import Row

PATH_ID = "path.id"
"""Slot of the identifier in an endpoint's path."""
REPLY_ID = "in_reply_to_id"
"""Slot of the status that a new one answers."""
_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)
_BEARER = re.compile(r"(?i:bearer) +([!-~]{1,512})", re.ASCII)


def read_draft(row: Row, endpoint: Endpoint, request: WireRequest) -> Draft:
    """
    Read a write, media or act request completely.

    Raises:
        RefusedRequest: any of its family.
    """
    sink = Sink()
    read_fields(row.fields, read_body(request), sink)
    options = tuple(sorted(sink.options, key=lambda option: option[0]))
    identifier = dict(endpoint.arguments).get("id")
    if identifier is not None and row.cls is not EndpointClass.MEDIA:
        sink.part(PartKind.OTHER, PATH_ID, identifier)
    draft = Draft(
        operation=row.name,
        kind=row.kind,
        parts=tuple(sink.parts),
        options=options,
        media=tuple(sink.media),
        uploads=tuple(sink.uploads),
        edit_of=identifier if row.kind is PostKind.EDIT else None,
        reply_to=next((part.text for part in sink.parts if part.slot == REPLY_ID), None),
        idempotency_key=_idempotency_key(request),
    )
    _check_complete(row, draft)
    return replace(draft, kind=_kind(draft))


def read_parameters(row: Row, request: WireRequest) -> tuple[tuple[str, str], ...]:
    """
    Return the validated parameters of a read, ready to be encoded.

    Raises:
        RefusedRequest: a body, an unknown parameter, or a value of the wrong kind.
    """
    refuse_overrides(request)
    if request.body:
        raise MalformedRequest(expected="a read without body", found="a body")
    sink = Sink()
    read_fields(row.fields, nest(read_query(request.query)), sink)
    values = [(part.slot, part.text) for part in sink.parts]
    values += [(slot, _word(value)) for slot, value in sink.options]
    return tuple((re.sub(r"\.[0-9]+$", "[]", slot), text) for slot, text in sorted(values))


def bearer_token(request: WireRequest) -> str | None:
    """Return the token of the one Authorization header; clients of this platform put it nowhere else."""
    values = [value for name, value in request.headers if name == "authorization"]
    match = _BEARER.fullmatch(values[0].strip()) if len(values) == 1 else None
    return match.group(1) if match else None


def _idempotency_key(request: WireRequest) -> str | None:
    values = [value for name, value in request.headers if name == "idempotency-key"]
    if not values:
        return None
    if len(values) > 1 or not _KEY.fullmatch(values[0]):
        raise MalformedRequest(expected="one Idempotency-Key of at most 255 printable characters", found="another one")
    return values[0]


def _check_complete(row: Row, draft: Draft) -> None:
    """Refuse a request that says nothing, where the platform would refuse it too."""
    if row.name.startswith("media.create") and len(draft.uploads) != 1:
        raise UnreadableField(expected="one image in the field file", found=f"{len(draft.uploads)} images")
    said = draft.media or any(part.text for part in draft.parts if part.kind is not PartKind.OTHER)
    if row.name == "status.create" and not said:
        raise UnreadableField(expected="a status with text, poll or media", found="an empty one")


def _kind(draft: Draft) -> PostKind:
    """Tell posts, replies and messages apart; everything else is what the table says."""
    if draft.kind is not PostKind.POST:
        return draft.kind
    if ("visibility", "direct") in draft.options:
        return PostKind.MESSAGE
    return PostKind.POST if draft.reply_to is None else PostKind.REPLY


def _word(value: bool | int | str | None) -> str:  # noqa: FBT001 - the value of an option
    return str(value).lower() if isinstance(value, bool) else str(value)
