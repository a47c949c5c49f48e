"""
Identifiers of LinkedIn, and the field readers that only its API needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.errors import UnreadableField
from proxy.platforms._wire.fields import SPOOL_ID, Shaped, read_string

if TYPE_CHECKING:
    from proxy.platforms._wire.body import Tree
    from proxy.platforms._wire.fields import Sink

_URN = r"urn:li:[A-Za-z]{2,32}:[0-9A-Za-z_-]{1,64}"
URN = re.compile(rf"{_URN}|urn:li:comment:\({_URN},[0-9]{{1,24}}\)", re.ASCII)
"""`urn:li:organization:5583111`, `urn:li:comment:(urn:li:activity:7,8)`."""
_PATH_URN = _URN.replace(":", "(?::|%3A|%3a)")
PATH_URN = re.compile(
    rf"{_PATH_URN}|urn%3Ali%3Acomment%3A(?:\(|%28){_PATH_URN}(?:,|%2C)[0-9]{{1,24}}(?:\)|%29)", re.ASCII
)
"""The same in a path, where clients encode it."""
NUMBER = re.compile(r"[0-9]{1,24}", re.ASCII)
NUMBERED = re.compile(r"(?:urn:li:(?:share|ugcPost|activity):)?[0-9]{1,24}", re.ASCII)
"""What is a number on the platform, so that nobody can write a text in its name."""
AUTHOR = "urn:li:(?:organization|person):[0-9A-Za-z_-]{1,64}"
"""In whose name something is written."""
_NAME = re.compile(AUTHOR, re.ASCII)
IDENTIFIER = re.compile(rf"{URN.pattern}|[0-9]{{1,24}}", re.ASCII)
"""Any identifier that a request to LinkedIn may hold."""
_IMAGE = "urn:li:image:"
PATH_IMAGE = re.compile(rf"urn(?::|%3A)li(?::|%3A)image(?::|%3A){SPOOL_ID.pattern}", re.ASCII)
ONE_URN = Shaped(URN)


def image_urn(spool_id: str) -> str:
    """Return an image of the gateway's spool as LinkedIn names images."""
    return f"{_IMAGE}{spool_id}"


def spool_id_of(urn: str) -> str | None:
    """Return the spool id of an image's name, or None when it is none of the gateway's own."""
    found = urn.removeprefix(_IMAGE)
    return found if SPOOL_ID.fullmatch(found) else None


@dataclass(frozen=True, slots=True)
class Image:
    """The name of one image of the gateway's own spool."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it to the post's media; the option says which image stands in this place."""
        spool_id = spool_id_of(read_string(value, slot))
        if spool_id is None or spool_id in sink.media:
            raise UnreadableField(expected=f"{slot}: the name of an uploaded image, once", found="another value")
        sink.option(slot, len(sink.media))
        sink.media.append(spool_id)


@dataclass(frozen=True, slots=True)
class Name:
    """
    In whose name something is written. Nothing is sent in a name that the account's credential does not list.

    So it is no Part: it can carry nothing out, and the number of a page would be taken for that of an account wherever
    the text speaks of one.
    """

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as an option."""
        text = read_string(value, slot)
        if not _NAME.fullmatch(text):
            raise UnreadableField(expected=f"{slot}: the name of a page or person", found="another value")
        sink.option(slot, text)


@dataclass(frozen=True, slots=True)
class Empty:
    """A list that has to be empty, which is what its absence means too."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:  # noqa: ARG002 - nothing to keep
        """Accept the empty list only."""
        if value != []:
            raise UnreadableField(expected=f"{slot}: an empty list", found="another value")
