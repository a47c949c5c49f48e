"""
From a request to a Draft: what the AT Protocol adds to the fields of the table.

Repository, collection and kind of a record have to fit together; a repetition is told by the record itself, because
clients send no key: the same record with the same `createdAt` within ten minutes is the same post.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import EndpointDenied, MalformedRequest, UnreadableField, UnsupportedEncoding
from proxy.core.model import PostKind
from proxy.gate.wire import UploadPlace
from proxy.platforms._wire import limits, parsing
from proxy.platforms._wire.body import read_body, refuse_overrides
from proxy.platforms._wire.images import clean_image
from proxy.platforms._wire.multipart import parse_parameters
from proxy.platforms._wire.parsing import bearer_token
from proxy.platforms.bluesky.blobs import cid_of
from proxy.platforms.bluesky.fields import COMPUTED_KEY
from proxy.platforms.bluesky.records import KINDS, POST, PROFILE

if TYPE_CHECKING:
    from proxy.gate.wire import Draft, Endpoint, WireRequest
    from proxy.platforms._wire.body import Tree
    from proxy.platforms.bluesky.table import Method

RESENT_WITHIN = timedelta(minutes=10)
_RECORD = re.compile(r"(?P<place>record|writes\.[0-9]+\.value)\.\$type")
_PAYLOAD = re.compile(r"[0-9A-Za-z_-]+\.([0-9A-Za-z_-]+)\.[0-9A-Za-z_-]+", re.ASCII)
_OWN = "self"
_CREATE = "com.atproto.repo.applyWrites#create"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One record that a request writes."""

    place: str
    """Slot of the record."""
    collection: str
    new: bool
    """Whether it may not be there yet."""


def read_draft(method: Method, endpoint: Endpoint, request: WireRequest) -> Draft:
    """
    Read a write, media or act request completely.

    Raises:
        RefusedRequest: any of its family.
    """
    if method.name == "blob.upload":
        return _upload(method, endpoint, request)
    _check_type(request)
    values = read_body(request)
    must_be_new = method.name == "record.put" and "swapRecord" in values and values["swapRecord"] is None
    draft = parsing.draft_of(method, endpoint, request, values)
    if must_be_new:
        draft = replace(draft, options=tuple(sorted((*draft.options, ("swapRecord", None)))))
    _check_needed(method, values)
    if not method.name.startswith("record."):
        return draft
    return _of_records(draft, request)


def check_length(draft: Draft) -> None:
    """
    Refuse a post that is longer than the platform takes.

    Raises:
        TextTooLong: what is too much.
    """
    for record in _written(draft):
        if record.collection == POST:
            limits.BLUESKY.check([_value(draft, f"{record.place}.text") or ""])


def _written(draft: Draft) -> list[_Written]:
    """Return the records that a request writes."""
    options = dict(draft.options)
    must_be_new = draft.operation == "record.create" or options.get("swapRecord", "") is None
    found = []
    for slot, name in draft.options:
        match = _RECORD.fullmatch(slot)
        if match is not None:
            created = options.get(f"{match['place'].removesuffix('.value')}.$type") == _CREATE
            found.append(_Written(place=match["place"], collection=str(name), new=must_be_new or created))
    return found


def _of_records(draft: Draft, request: WireRequest) -> Draft:
    """Add what a request for records means."""
    _check_repository(draft, request)
    written = _written(draft)
    for record in written:
        _check_record(draft, record)
    check_length(draft)
    kind = _kind(draft, written)
    parents = {_value(draft, f"{record.place}.reply.parent.uri") for record in written} - {None}
    edited = [record for record in written if not record.new and record.collection == POST]
    if len(parents) > 1 or (edited and len(written) > 1):
        raise EndpointDenied(found="several replies or edits", remedy="send replies and edits one by one")
    draft = replace(
        draft,
        kind=kind,
        reply_to=next(iter(parents), None),
        edit_of=_uri(draft) if kind is PostKind.EDIT else None,
        fits=check_length,
        keeps_media=any(not record.new for record in written) and not _shows_new(draft, written),
    )
    return _tell_repetition(draft, written)


def _shows_new(draft: Draft, written: list[_Written]) -> bool:
    """Return whether a new record shows an image, which has to have been uploaded here."""
    new = tuple(f"{record.place}." for record in written if record.new)
    return any(slot.startswith(new) and slot.endswith(".ref.$link") for slot, _ in draft.options)


def _tell_repetition(draft: Draft, written: list[_Written]) -> Draft:
    """Let a new record with its time, as written, be the key of a request that comes without one."""
    times = {f"{record.place}.createdAt" for record in written if record.new}
    if draft.idempotency_key is not None or not times & dict(draft.options).keys():
        return draft
    said = json.dumps(
        [draft.operation, draft.options, [(part.kind, part.slot, part.text) for part in draft.parts]],
        ensure_ascii=True,
    )
    key = f"record:{hashlib.sha256(said.encode('ascii')).hexdigest()}"
    return replace(draft, idempotency_key=key, key_life=RESENT_WITHIN)


def _check_type(request: WireRequest) -> None:
    """Refuse a form: the platform's methods take JSON only."""
    given = request.header("content-type")
    if request.body and (given is None or parse_parameters(given)[0] != "application/json"):
        raise UnsupportedEncoding(expected="application/json", found="another content type")


def _check_needed(method: Method, values: dict[str, Tree]) -> None:
    """Refuse a request without a field that says what it is about."""
    needed = {"repo", "collection", "record", "rkey", "writes", "message", "items", "convoId", "subject", "handle"}
    optional = {"rkey"} if method.name == "record.create" else set()
    missing = sorted((needed & method.fields.keys()) - optional - values.keys())
    if missing:
        raise UnreadableField(expected=", ".join(missing), found="a request without it")


def _check_repository(draft: Draft, request: WireRequest) -> None:
    """Refuse another repository than that of the login, whose token was checked before."""
    if _value(draft, "repo") != _subject(request):
        raise EndpointDenied(found="repo", remedy="repo: the DID of the account that is logged in")


def _check_record(draft: Draft, record: _Written) -> None:
    above = record.place.removesuffix(".value")
    prefix = "" if above == "record" else f"{above}."
    if _value(draft, f"{prefix}collection") != record.collection:
        raise UnreadableField(expected=f"{prefix}collection: what the record is", found="another collection")
    alone = record.collection in {PROFILE, "chat.bsky.actor.declaration"}
    key = _value(draft, f"{prefix}rkey")
    if alone != (key == _OWN) or not COMPUTED_KEY.fullmatch(key or _OWN):  # the key stays in the log for ever
        raise UnreadableField(expected=f"{prefix}rkey: {_OWN} for what there is once, else a TID", found="another key")


def _kind(draft: Draft, written: list[_Written]) -> PostKind:
    """Return what an author does who writes these records; records without text make no difference."""
    kinds = {_kind_of(draft, record) for record in written} - {PostKind.ACT}
    if len(kinds) > 1:
        raise EndpointDenied(found="records of different kinds", remedy="send posts, replies and profiles one by one")
    return next(iter(kinds), PostKind.ACT)


def _kind_of(draft: Draft, record: _Written) -> PostKind:
    if record.collection != POST:
        return KINDS.get(record.collection, PostKind.ACT)
    if not record.new:
        return PostKind.EDIT
    reply = _value(draft, f"{record.place}.reply.parent.uri")
    return PostKind.POST if reply is None else PostKind.REPLY


def _uri(draft: Draft) -> str:
    """Return the address of the one record that a request edits."""
    prefix = "" if draft.operation == "record.put" else "writes.0."
    return f"at://{_value(draft, 'repo')}/{_value(draft, f'{prefix}collection')}/{_value(draft, f'{prefix}rkey')}"


def _value(draft: Draft, slot: str) -> str | None:
    """Return a string wherever it is kept."""
    found = dict(draft.options).get(slot)
    if isinstance(found, str):
        return found
    return next((part.text for part in draft.parts if part.slot == slot), None)


def _subject(request: WireRequest) -> str | None:
    """Return whose login a request's token belongs to; who let the request in has checked the token."""
    match = _PAYLOAD.fullmatch(bearer_token(request) or "")
    try:
        claims = json.loads(base64.urlsafe_b64decode(match[1] + "==")) if match is not None else {}
    except (ValueError, binascii.Error):
        return None
    return claims.get("sub") if isinstance(claims, dict) else None


def _upload(method: Method, endpoint: Endpoint, request: WireRequest) -> Draft:
    """Read an image, whose type is told by its bytes; it is named as the platform will name it."""
    refuse_overrides(request)
    if request.query or not request.body:
        raise MalformedRequest(expected="an image and no query", found="another request")
    image = clean_image(request.body, "body")
    draft = parsing.draft_of(method, endpoint, request, {})
    return replace(
        draft,
        uploads=(image,),
        options=(("blob.mimeType", image.mime), ("blob.size", len(image.data))),
        place=UploadPlace(id=cid_of(image.data)),
    )
