"""
From a request to a Draft: what Mastodon's API adds to the fields of the table.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from proxy.core.errors import UnreadableField
from proxy.core.model import PartKind, PostKind
from proxy.platforms._wire import parsing

if TYPE_CHECKING:
    from proxy.gate.wire import Draft, Endpoint, WireRequest
    from proxy.platforms._wire.table import Row

REPLY_ID = "in_reply_to_id"
"""Slot of the status that a new one answers."""
SEND_AT = "scheduled_at"
"""Slot of the time to send at."""


def read_draft(row: Row, endpoint: Endpoint, request: WireRequest) -> Draft:
    """
    Read a write, media or act request completely.

    Raises:
        RefusedRequest: any of its family.
    """
    draft = parsing.read_draft(row, endpoint, request)
    reply_to = next((part.text for part in draft.parts if part.slot == REPLY_ID), None)
    draft = _timed(replace(draft, reply_to=reply_to))
    _check_complete(row, draft)
    return replace(draft, kind=_kind(draft))


def _timed(draft: Draft) -> Draft:
    """Take the time out of what goes to the platform: it never learns of it."""
    send_at = dict(draft.options).get(SEND_AT)
    if send_at is None:
        return draft
    options = tuple(option for option in draft.options if option[0] != SEND_AT)
    return replace(draft, options=options, send_at=datetime.fromisoformat(str(send_at)))


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
