"""
From a request to a Draft: what X's API adds to the fields of the table.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import NotFound, UnreadableField
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import EndpointClass, UploadPlace, UploadStep
from proxy.platforms._wire import parsing
from proxy.platforms._wire.images import clean_image
from proxy.platforms._wire.numbers import to_spool_id

if TYPE_CHECKING:
    from proxy.gate.wire import Draft, Endpoint, WireRequest
    from proxy.platforms._wire.table import Row

REPLY = "reply.in_reply_to_tweet_id"
EDIT = "edit_options.previous_post_id"
_IMAGE = {"media.upload", "media.upload.v1", "media.append"}
_STEPS = {
    "media.initialize": UploadStep.OPEN,
    "media.append": UploadStep.PIECE,
    "media.finalize": UploadStep.CLOSE,
}


def read_draft(row: Row, endpoint: Endpoint, request: WireRequest) -> Draft:
    """
    Read a write, media or act request completely.

    Raises:
        RefusedRequest: any of its family.
    """
    draft = parsing.read_draft(row, endpoint, request)
    if row.cls is EndpointClass.MEDIA:
        return _upload(row, endpoint, draft)
    if row.kind in {PostKind.POST, PostKind.MESSAGE} and not _says_something(draft):
        raise UnreadableField(expected="a text or an image", found="nothing to say")
    texts = {part.slot: part.text for part in draft.parts}
    draft = replace(draft, reply_to=texts.get(REPLY), edit_of=texts.get(EDIT))
    return replace(draft, kind=_kind(draft))


def _kind(draft: Draft) -> PostKind:
    """Tell posts, replies and edits apart; everything else is what the table says."""
    if draft.kind is not PostKind.POST:
        return draft.kind
    if draft.edit_of is not None:
        return PostKind.EDIT
    return PostKind.POST if draft.reply_to is None else PostKind.REPLY


def _says_something(draft: Draft) -> bool:
    return bool(draft.media) or any(part.text for part in draft.parts if part.kind is not PartKind.OTHER)


def _upload(row: Row, endpoint: Endpoint, draft: Draft) -> Draft:
    """Return an upload, or a change of an upload's alt text, with the place it belongs to."""
    if row.name in _IMAGE and len(draft.uploads) != 1:
        raise UnreadableField(expected="one image in the field media", found=f"{len(draft.uploads)} images")
    piece = dict(draft.options).get("segment_index")
    if row.name == "media.append" and piece is None:
        raise UnreadableField(expected="segment_index: a number", found="none")
    place = UploadPlace(
        step=_STEPS.get(row.name, UploadStep.WHOLE),
        id=_place_id(endpoint, draft),
        piece=int(piece or 0),
        clean=clean_image,
    )
    return replace(draft, options=(), media=(), place=place)


def _place_id(endpoint: Endpoint, draft: Draft) -> str | None:
    """Return the spool id that the path or the body names."""
    number = dict(endpoint.arguments).get("id")
    if number is None:
        return next(iter(draft.media), None)
    spool_id = to_spool_id(number)
    if spool_id is None:
        raise NotFound(expected="an image uploaded with this token", found="another media id")
    return spool_id
