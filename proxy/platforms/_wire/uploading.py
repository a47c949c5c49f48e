"""
An image that comes over the gateway's own API: multipart, read by the same strict reader as at the doors.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.core.errors import UnreadableField
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import Draft, WireRequest
from proxy.platforms._wire.body import read_body
from proxy.platforms._wire.fields import File, Sink, Text, read_fields

if TYPE_CHECKING:
    from proxy.platforms._wire.fields import Fields

_FIELDS: Fields = {"file": File(), "alt": Text(PartKind.ALT_TEXT)}


async def read_upload(content_type: str, body: bytes) -> Draft:
    """
    Return an upload: the image in `file`, its description in `alt`; its local name is looked at and never sent.

    Raises:
        RefusedRequest: any of its family; nothing is ignored.
    """
    return await asyncio.to_thread(_read, content_type, body)  # a large one would keep others waiting


def _read(content_type: str, body: bytes) -> Draft:
    headers = (("content-type", content_type),)
    sink = Sink()
    read_fields(_FIELDS, read_body(WireRequest(method="POST", path="/", query="", headers=headers, body=body)), sink)
    if not sink.uploads:
        raise UnreadableField(expected="file: an image", found="none")
    parts = tuple(part for part in sink.parts if part.text)
    return Draft(operation="media.upload", kind=PostKind.MEDIA, parts=parts, uploads=tuple(sink.uploads))
