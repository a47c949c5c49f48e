"""
Field readers that only Mastodon's API needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from proxy.core.errors import UnreadableField
from proxy.core.model import PartKind
from proxy.platforms._wire.fields import SPOOL_ID, as_list, read_string

if TYPE_CHECKING:
    from proxy.platforms._wire.body import Tree
    from proxy.platforms._wire.fields import Sink

_LONGEST_TIME = 40
ID = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
"""Identifiers of Mastodon and of servers that speak its API; the gateway's own contain hyphens."""


@dataclass(frozen=True, slots=True)
class Media:
    """Ids of attached images: of the gateway's own spool or, in an edit, of the platform."""

    edit: bool = False

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add spool ids to the post's media; ids of the platform keep their place in the list as Parts."""
        for index, item in enumerate(as_list(value, slot, 16)):
            text = str(item) if type(item) is int else read_string(item, slot)
            if SPOOL_ID.fullmatch(text):
                if text in sink.media:
                    raise UnreadableField(expected=f"{slot}: each image once", found="a duplicate")
                sink.media.append(text)
            elif self.edit and ID.fullmatch(text):
                sink.part(PartKind.OTHER, f"{slot}.{index}", text)
            else:
                raise UnreadableField(expected=f"{slot}: ids of uploaded images", found="another value")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time with an offset, as ISO 8601 writes it; kept as an option, in UTC."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as an option."""
        text = read_string(value, slot)
        try:
            moment = datetime.fromisoformat(text) if len(text) <= _LONGEST_TIME else None
            sink.option(slot, None if moment is None else moment.astimezone(UTC).isoformat())
        except (ValueError, OverflowError):
            moment = None
        if moment is None or moment.utcoffset() is None:
            raise UnreadableField(
                expected=f"{slot}: a time with an offset, as ISO 8601 writes it", found="another value"
            )


@dataclass(frozen=True, slots=True)
class Centre:
    """A focal point in the centre, which is the default; others would not reach the platform and are refused."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:  # noqa: ARG002 - nothing to keep
        """Accept the centre only."""
        if not re.fullmatch(r"-?0(?:\.0+)?,-?0(?:\.0+)?", read_string(value, slot)):
            raise UnreadableField(expected=f"{slot}: the centre of the image", found="another point")
