"""
Field readers of the AT Protocol: what a listed field of a record may hold.

Every text becomes a Part. So does every identifier that leaves room for a text, such as a record key of the client's
choice. Identifiers that machines compute and nobody can write a text in (a TID, the digest in a CID, a time) are
options: kept, sent and recorded, but not read as language. In an address that goes for the known collections only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.errors import EndpointDenied, UnreadableField
from proxy.core.model import PartKind
from proxy.platforms._wire.fields import Choice, Many, Number, Text, as_list, read_fields, read_string
from proxy.platforms._wire.strict_json import check_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.platforms._wire.body import Tree
    from proxy.platforms._wire.fields import Field, Fields, Sink

_TID = "[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}"
_TID_OF_NOW = "3[j-z][234567abcdefghijklmnopqrstuvwxyz]{11}"
"""Of a time since the platform exists, until 2041: a word of thirteen letters is none."""
_PLC = "did:plc:[a-z2-7]{24}"
_NSID = r"[a-zA-Z][a-zA-Z0-9-]{0,62}(?:\.[a-zA-Z0-9][a-zA-Z0-9-]{0,62}){1,6}\.[a-zA-Z][a-zA-Z0-9]{0,62}"
_COLLECTIONS = (
    r"app\.bsky\.(?:feed\.(?:post|like|repost|threadgate|postgate|generator)|actor\.profile|labeler\.service"
    r"|graph\.(?:follow|block|list|listitem|listblock|starterpack))"
)
"""Those that an address may name and still be computed: any other name is free text, digits included."""
_LOOSE_DID = r"did:[a-z]{1,16}:[a-zA-Z0-9._:%-]{1,253}(?<![:%])"
_LOOSE_KEY = r"(?!\.{1,2}\Z)[a-zA-Z0-9._~:-]{1,512}"

TID = re.compile(_TID, re.ASCII)
DID = re.compile(_LOOSE_DID, re.ASCII)
CID = re.compile("baf(?:yrei|krei)[a-z2-7]{52}", re.ASCII)
"""CIDv1 with SHA-256, of a record (dag-cbor) or of a blob (raw)."""
BLOB_CID = re.compile("bafkrei[a-z2-7]{52}", re.ASCII)
KEY = re.compile(_LOOSE_KEY, re.ASCII)
_HANDLE = (
    r"(?=.{3,253}\Z)(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
)
HANDLE = re.compile(_HANDLE, re.ASCII)
_MOMENT = re.compile(
    r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]{1,6})?(?:Z|[+-][0-2][0-9]:[0-5][0-9])",
    re.ASCII,
)
_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?", re.ASCII)
IDENTIFIER = re.compile(r"[0-9A-Za-z:/._~%#-]{1,8192}", re.ASCII)
"""What any Part that is no text may look like when it is sent."""
_MIMES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_LARGEST_IMAGE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier: an option in the form that machines compute, a Part in any other form that is allowed."""

    computed: re.Pattern[str]
    loose: re.Pattern[str] | None = None

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it."""
        text = read_string(value, slot)
        if self.computed.fullmatch(text):
            sink.option(slot, text)
        elif self.loose is not None and self.loose.fullmatch(text):
            sink.part(PartKind.OTHER, slot, text)
        else:
            raise UnreadableField(expected=f"{slot}: an identifier", found="another shape")


@dataclass(frozen=True, slots=True)
class Known:
    """A member of a closed set that the gateway decides about; the platform takes others too."""

    members: frozenset[str]

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as an option."""
        text = read_string(value, slot)
        if text not in self.members:
            raise EndpointDenied(found=slot, remedy=f"{slot}: only {', '.join(sorted(self.members))}")
        sink.option(slot, text)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list; an empty one is kept, because it may mean something else than none."""

    item: Many

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Read each item under its own number."""
        if not isinstance(value, list):
            raise UnreadableField(expected=f"{slot}: a list", found="another value")
        if not as_list(value, slot, self.item.limit):
            sink.option(slot, None)
        self.item.read(value, slot, sink)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, as a number."""

    number: Number

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as an option."""
        if type(value) is not int:
            raise UnreadableField(expected=f"{slot}: a number", found="another value")
        self.number.read(value, slot, sink)


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as an option."""
        if not isinstance(value, bool):
            raise UnreadableField(expected=f"{slot}: true or false", found="another value")
        sink.option(slot, value)


@dataclass(frozen=True, slots=True)
class Typed:
    """An object with fields of its own, which may say by `$type` what it is."""

    fields: Fields
    name: str

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Read its fields under the object's slot."""
        _read_object({self.name: self.fields}, value, slot, sink, default=self.name)


@dataclass(frozen=True, slots=True)
class OneOf:
    """An object of one of several kinds; `$type` has to say of which."""

    members: Mapping[str, Fields] = field(repr=False)

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Read the fields of its kind under the object's slot."""
        _read_object(self.members, value, slot, sink)


@dataclass(frozen=True, slots=True)
class Blob:
    """An image by the digest of its bytes: one of the gateway's spool, or one that is on the platform."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it to the post's images."""
        if not isinstance(value, dict):
            raise UnreadableField(expected=f"{slot}: an image", found="another value")
        read_fields(_BLOB, value, sink, f"{slot}.")
        known = dict(sink.options)
        if any(f"{slot}.{name}" not in known for name in ("$type", "ref.$link", "mimeType", "size")):
            raise UnreadableField(expected=f"{slot}: $type, ref, mimeType and size", found="an image without one")
        name = str(known[f"{slot}.ref.$link"])
        if name in sink.media:
            raise UnreadableField(expected=f"{slot}: each image once", found="a duplicate")
        sink.media.append(name)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with its description, which is looked at as the image's own."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add the image, then its description under the image's number."""
        if not isinstance(value, dict) or "image" not in value:
            raise UnreadableField(expected=f"{slot}: an image", found="another value")
        number = len(sink.media)
        rest = {name: item for name, item in value.items() if name != "alt"}
        _read_object({_IMAGE: _PICTURE}, rest, slot, sink, default=_IMAGE)
        sink.part(PartKind.ALT_TEXT, f"media.{number}.{slot}.alt", check_text(read_string(value.get("alt", ""), slot)))


def _read_object(
    members: Mapping[str, Fields], value: Tree, slot: str, sink: Sink, *, default: str | None = None
) -> None:
    if not isinstance(value, dict):
        raise UnreadableField(expected=f"{slot}: an object", found="another value")
    name = value.get("$type", default)
    if not isinstance(name, str) or name not in members:
        raise EndpointDenied(found=slot, remedy=f"{slot}: only what the gateway knows ({', '.join(sorted(members))})")
    if "$type" in value:
        sink.option(f"{slot}.$type", name)
    read_fields(members[name], {key: item for key, item in value.items() if key != "$type"}, sink, f"{slot}.")


COMPUTED_URI = re.compile(rf"at://{_PLC}/{_COLLECTIONS}/(?:{_TID_OF_NOW}|self)", re.ASCII)
ACCOUNT = Identifier(re.compile(_PLC), DID)
"""A DID."""
ACTOR = Identifier(re.compile(_PLC), re.compile(f"{_LOOSE_DID}|{_HANDLE}", re.ASCII))
"""A DID or a handle."""
RECORD_URI = Identifier(COMPUTED_URI, re.compile(rf"at://(?:{_LOOSE_DID}|{_HANDLE})/{_NSID}/{_LOOSE_KEY}", re.ASCII))
COMPUTED_KEY = re.compile(f"{_TID_OF_NOW}|self", re.ASCII)
RECORD_KEY = Identifier(COMPUTED_KEY, KEY)
DIGEST = Identifier(CID)
MOMENT = Identifier(_MOMENT)
LANGUAGE_TAG = Identifier(_TAG)
LINK = Text(PartKind.LINK)
REFERENCE = Typed({"uri": RECORD_URI, "cid": DIGEST}, "com.atproto.repo.strongRef")
"""A record, and what it says."""
_BLOB: Fields = {
    "$type": Choice(frozenset({"blob"})),
    "ref": Typed({"$link": Identifier(BLOB_CID)}, "link"),
    "mimeType": Choice(_MIMES),
    "size": Whole(Number(1, _LARGEST_IMAGE)),
}
_IMAGE = "app.bsky.embed.images#image"
_PICTURE: Fields = {
    "image": Blob(),
    "aspectRatio": Typed(
        {"width": Whole(Number(1, 100_000)), "height": Whole(Number(1, 100_000))}, "app.bsky.embed.defs#aspectRatio"
    ),
}


def listed(item: Field, limit: int) -> Listed:
    """Return a list of so many items at most."""
    return Listed(Many(item, limit))
