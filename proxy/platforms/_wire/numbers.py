"""
Ids of the gateway's spool as digits, for platforms whose ids are numbers: the same 128 bits, written in another way.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from proxy.core.errors import UnreadableField

if TYPE_CHECKING:
    from proxy.platforms._wire.body import Tree
    from proxy.platforms._wire.fields import Sink

NUMBER = re.compile(r"[1-9][0-9]{0,38}", re.ASCII)
_BITS = 128


def to_number(spool_id: str) -> str:
    """Return a spool id as digits; what is no spool id stays as it is."""
    try:
        return str(uuid.UUID(spool_id).int)
    except ValueError:
        return spool_id


def to_spool_id(number: str) -> str | None:
    """Return the spool id of digits, or None when there is none."""
    if not NUMBER.fullmatch(number) or int(number).bit_length() > _BITS:
        return None
    return str(uuid.UUID(int=int(number)))


class SpoolNumber:
    """One id of the gateway's own spool, as digits."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it to the post's media."""
        text = str(value) if type(value) is int else value
        spool_id = to_spool_id(text) if isinstance(text, str) else None
        if spool_id is None or spool_id in sink.media:
            raise UnreadableField(expected=f"{slot}: the id of an uploaded image, once", found="another value")
        sink.media.append(spool_id)
