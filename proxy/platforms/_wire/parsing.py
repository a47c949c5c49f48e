"""
From a request to what it says: every field that is listed, nothing that is not.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, TypeVar

from proxy.core.errors import MalformedRequest
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import Draft, EndpointClass
from proxy.platforms._wire.body import nest, read_body, refuse_overrides
from proxy.platforms._wire.fields import Sink, read_fields
from proxy.platforms._wire.form import read_query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from proxy.gate.wire import Endpoint, WireRequest
    from proxy.platforms._wire.body import Tree
    from proxy.platforms._wire.table import Row

PATH = "path."
"""Slots of the identifiers in an endpoint's path begin with it."""
IN_THREAD = 256 * 1024
"""Bodies over this size are read beside the event loop."""
_Described = TypeVar("_Described")
"""What a platform's table says of an endpoint."""
_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)
_BEARER = re.compile(r"(?i:bearer) +([!-~]{1,1024})", re.ASCII)


async def read_beside(
    read: Callable[[_Described, Endpoint, WireRequest], Draft],
    row: _Described,
    endpoint: Endpoint,
    request: WireRequest,
) -> Draft:
    """
    Read a request as a platform reads it; a large one in a thread, so that others are answered meanwhile.

    Raises:
        RefusedRequest: any of its family.
    """
    if len(request.body) > IN_THREAD:
        return await asyncio.to_thread(read, row, endpoint, request)
    return read(row, endpoint, request)


def read_draft(row: Row, endpoint: Endpoint, request: WireRequest) -> Draft:
    """
    Read a write, media or act request completely.

    Raises:
        RefusedRequest: any of its family.
    """
    return draft_of(row, endpoint, request, read_body(request, query=row.query, limit=row.text_limit))


def draft_of(row: Row, endpoint: Endpoint, request: WireRequest, values: dict[str, Tree]) -> Draft:
    """
    Return what the fields of a request say.

    Raises:
        RefusedRequest: any of its family.
    """
    sink = Sink()
    read_fields(row.fields, values, sink)
    if row.cls is not EndpointClass.MEDIA:
        for name, identifier in endpoint.arguments:
            sink.part(PartKind.OTHER, f"{PATH}{name}", identifier)
    return Draft(
        operation=row.name,
        kind=row.kind,
        parts=tuple(sink.parts),
        options=tuple(sorted(sink.options, key=lambda option: option[0])),
        media=tuple(sink.media),
        uploads=tuple(sink.uploads),
        edit_of=dict(endpoint.arguments).get("id") if row.kind is PostKind.EDIT else None,
        idempotency_key=_idempotency_key(request),
    )


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


def pass_headers(request: WireRequest, listed: Mapping[str, re.Pattern[str]]) -> dict[str, str]:
    """
    Return the client's headers that a platform gets too.

    Raises:
        MalformedRequest: a listed header twice, or with another value than it may hold.
    """
    passed: dict[str, str] = {}
    for name, shape in listed.items():
        values = [value for header, value in request.headers if header == name]
        if len(values) > 1 or not all(shape.fullmatch(value) for value in values):
            raise MalformedRequest(expected=f"one {name} header as the platform documents it", found="another one")
        passed |= dict.fromkeys([name], values[0]) if values else {}
    return passed


def bearer_token(request: WireRequest) -> str | None:
    """Return the token of the one Authorization header."""
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


def _word(value: bool | int | str | None) -> str:  # noqa: FBT001 - the value of an option
    return str(value).lower() if isinstance(value, bool) else str(value)
