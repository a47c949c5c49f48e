"""
From a request to a Draft: what LinkedIn's API adds to the fields of the table.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import MalformedRequest, UnreadableField
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import Draft, EndpointClass, UploadPlace, UploadStep
from proxy.platforms._wire import parsing
from proxy.platforms._wire.body import refuse_overrides
from proxy.platforms._wire.images import clean_image
from proxy.platforms.linkedin.table import METHODS

if TYPE_CHECKING:
    from proxy.gate.wire import Endpoint, WireRequest
    from proxy.platforms._wire.table import Row

VERSION = "restli.version"
"""Option that says which version of the API a post was written for."""
HEADERS = {
    "linkedin-version": re.compile(r"20[0-9]{4}(?:\.[0-9]{2})?", re.ASCII),
    "x-restli-protocol-version": re.compile(r"2\.0\.0", re.ASCII),
    "x-restli-method": re.compile(r"[A-Z_]{3,24}", re.ASCII),
}
"""Headers that LinkedIn gets too."""


def read_draft(row: Row, endpoint: Endpoint, request: WireRequest) -> Draft:
    """
    Read a write, media or act request completely.

    Raises:
        RefusedRequest: any of its family.
    """
    headers = parsing.pass_headers(request, HEADERS)
    method = headers.get("x-restli-method", METHODS.get(row.name))
    if method != METHODS.get(row.name):
        raise MalformedRequest(expected="the Rest.li method of this endpoint", found="another one")
    if row.name == "image.put":
        return _image(endpoint, request)
    draft = parsing.read_draft(row, endpoint, request)
    if row.name == "image.initialize":
        return replace(draft, parts=(), place=UploadPlace(step=UploadStep.OPEN))
    if "linkedin-version" not in headers:
        raise MalformedRequest(expected="a LinkedIn-Version header such as 202601", found="none")
    if row.cls is EndpointClass.WRITE and not _says_something(draft):
        raise UnreadableField(expected="a text, a link or an image", found="nothing to say")
    if draft.media and "author" not in dict(draft.options):
        raise UnreadableField(expected="author: in whose name the post and its image are", found="none")
    options = sorted((*draft.options, (VERSION, headers["linkedin-version"])), key=lambda option: option[0])
    named = dict(endpoint.arguments)
    return replace(
        draft,
        options=tuple(options),
        reply_to=named.get("id") if row.name == "comment.create" else None,
        edit_of=named["comment"] if row.name == "comment.update" else draft.edit_of,
    )


def _says_something(draft: Draft) -> bool:
    shared = any(part.slot == "reshareContext.parent" for part in draft.parts)
    return shared or bool(draft.media) or any(part.text for part in draft.parts if part.kind is not PartKind.OTHER)


def _image(endpoint: Endpoint, request: WireRequest) -> Draft:
    """Return an upload, whose body is the image itself."""
    refuse_overrides(request)
    if request.query:
        raise MalformedRequest(expected="an image in the body alone", found="a query string")
    return Draft(
        operation="image.put",
        kind=PostKind.MEDIA,
        parts=(),
        uploads=(clean_image(request.body, "body"),),
        place=UploadPlace(id=dict(endpoint.arguments)["id"]),
    )
