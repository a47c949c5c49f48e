"""
Field readers: what a listed field may hold, and what becomes of it in a Post.

Every string that a client may choose freely becomes a Part, because it leaves the house and has to be scanned: texts
under their own kind, identifiers as `other`. Numbers, booleans and members of closed sets become options. A value of
another kind is refused; nothing is ignored and nothing is guessed.

Slots are paths into the JSON body that is built for the platform, such as `poll.options.0`, so that the way back needs
no second table.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from proxy.core.errors import EndpointDenied, UnknownField, UnreadableField
from proxy.core.model import Part, PartKind
from proxy.gate.wire import Upload
from proxy.platforms._wire.images import clean_image
from proxy.platforms._wire.multipart import FilePart
from proxy.platforms._wire.strict_json import check_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.platforms._wire.body import Tree

Option: TypeAlias = "bool | int | str | None"

SPOOL_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
"""Ids of images in the gateway's own spool."""
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?(?:\.[0-9A-Za-z-]+)+", re.ASCII)
_TRUE = frozenset({"1", "true", "t", "on", "True", "TRUE"})
_FALSE = frozenset({"0", "false", "f", "off", "False", "FALSE"})


@dataclass(slots=True, kw_only=True)
class Sink:
    """Collects what the readers find, in the order of the table, so that every wire format gives the same Post."""

    parts: list[Part] = field(default_factory=list)
    options: list[tuple[str, Option]] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)

    def part(self, kind: PartKind, slot: str, text: str) -> None:
        """Add a text."""
        self.parts.append(Part(kind=kind, slot=slot, text=text))

    def option(self, slot: str, value: Option) -> None:
        """Add a value without free text."""
        self.options.append((slot, value))


class Field(Protocol):
    """A listed field of an endpoint."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """
        Put what the value means into the sink.

        Raises:
            RefusedRequest: the field cannot hold this value.
        """
        ...


Fields: TypeAlias = "dict[str, Field]"


def read_fields(fields: Fields, values: dict[str, Tree], sink: Sink, prefix: str = "") -> None:
    """
    Read an object: every name must be listed; JSON's `null` means that a field was not sent.

    Raises:
        UnknownField: a name that is not listed. It is the client's text, so nobody repeats it.
        UnreadableField: a listed field with a value of another kind.
    """
    unknown = len(values.keys() - fields.keys())
    if unknown:
        raise UnknownField(expected="fields of the platform's table", found=f"{unknown} others")
    for name, reader in fields.items():
        value = values.get(name)
        if value is not None:
            reader.read(value, f"{prefix}{name}", sink)


@dataclass(frozen=True, slots=True)
class Text:
    """Free text of the author."""

    kind: PartKind

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as a Part, exactly as written."""
        sink.part(self.kind, slot, check_text(read_string(value, slot)))


@dataclass(frozen=True, slots=True)
class Shaped:
    """A string of a fixed shape, such as an identifier. It leaves the house, so it is a Part too."""

    shape: re.Pattern[str]
    kind: PartKind = PartKind.OTHER

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as a Part when it has the shape; JSON clients may send identifiers as numbers."""
        text = str(value) if type(value) is int else read_string(value, slot)
        if not self.shape.fullmatch(text):
            raise UnreadableField(expected=f"{slot}: an identifier", found="another shape")
        sink.part(self.kind, slot, text)


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean in any of its wire forms: `false`, `0`, `"0"`, `"false"`."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as an option."""
        sink.option(slot, read_flag(value, slot))


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds, also as a string."""

    low: int
    high: int

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as an option."""
        sink.option(slot, read_number(value, slot, self.low, self.high))


@dataclass(frozen=True, slots=True)
class Choice:
    """A member of a closed set."""

    members: frozenset[str]

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as an option."""
        text = read_string(value, slot)
        if text not in self.members:
            raise UnreadableField(expected=f"{slot}: one of {', '.join(sorted(self.members))}", found="another value")
        sink.option(slot, text)


@dataclass(frozen=True, slots=True)
class Words:
    """Members of a closed set, separated by commas."""

    members: frozenset[str]

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add them as one option."""
        text = read_string(value, slot)
        if not set(text.split(",")) <= self.members:
            raise UnreadableField(expected=f"{slot}: listed words, separated by commas", found="another value")
        sink.option(slot, text)


@dataclass(frozen=True, slots=True)
class Language:
    """An ISO 639 code; an empty one, as some clients send it, means none."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as an option."""
        text = read_string(value, slot)
        if text and not _LANGUAGE.fullmatch(text):
            raise UnreadableField(expected=f"{slot}: a language code of two or three letters", found="another value")
        if text:
            sink.option(slot, text)


@dataclass(frozen=True, slots=True)
class Many:
    """A list; `{"0": .., "1": ..}`, which forms can express, is the same list."""

    item: Field
    limit: int

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Read each item under its own number."""
        items = as_list(value, slot, self.limit)
        for index, item in enumerate(items):
            self.item.read(item, f"{slot}.{index}", sink)


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A list that clients also send as a single value."""

    item: Field
    limit: int

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Read it as a list."""
        Many(self.item, self.limit).read([value] if isinstance(value, str | int) else value, slot, sink)


@dataclass(frozen=True, slots=True)
class Group:
    """An object with fields of its own."""

    fields: Fields

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Read its fields under the group's slot."""
        if not isinstance(value, dict):
            raise UnreadableField(expected=f"{slot}: an object", found="another value")
        read_fields(self.fields, value, sink, f"{slot}.")


@dataclass(frozen=True, slots=True)
class File:
    """An image, cleaned of everything but its pixels. Its local file name is scanned and never sent."""

    clean: Callable[[bytes, str], Upload] = clean_image
    base64: bool = False
    """Whether the bytes may come as base64 text too."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add the cleaned image as upload and its names as Parts."""
        if self.base64 and isinstance(value, str):
            sink.uploads.append(self.clean(_decoded(value, slot), slot))
            return
        if not isinstance(value, FilePart):
            raise UnreadableField(expected=f"{slot}: a file", found="another value")
        sink.uploads.append(self.clean(value.data, slot))
        for index, name in enumerate(value.names):
            sink.part(PartKind.FILE_NAME, f"{slot}_name.{index}", name)


@dataclass(frozen=True, slots=True)
class Refused:
    """A field of the platform that the gateway does not offer, with the reason in words."""

    why: str

    def read(self, value: Tree, slot: str, sink: Sink) -> None:  # noqa: ARG002 - refused before it is looked at
        """Refuse."""
        raise EndpointDenied(found=slot, remedy=self.why)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A field that may only have the value the platform assumes anyway; it is not sent on."""

    members: frozenset[str]

    def read(self, value: Tree, slot: str, sink: Sink) -> None:  # noqa: ARG002 - nothing to keep
        """Accept the known value only."""
        if not isinstance(value, str) or value not in self.members:
            raise UnreadableField(expected=f"{slot}: {', '.join(sorted(self.members))}", found="another value")


DOMAIN = Shaped(_DOMAIN, PartKind.LINK)


def raw_piece(data: bytes, slot: str) -> Upload:
    """Return a piece of an image as it came: it is cleaned when all pieces are together."""
    return Upload(slot=slot, mime="application/octet-stream", data=data)


def _decoded(text: str, slot: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise UnreadableField(expected=f"{slot}: base64", found="other text") from None


def read_flag(value: Tree, slot: str) -> bool:
    """
    Return a boolean from any of its wire forms.

    Raises:
        UnreadableField: no boolean.
    """
    if isinstance(value, bool):
        return value
    text = str(value) if isinstance(value, int | str) else ""
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise UnreadableField(expected=f"{slot}: a boolean", found="another value")


def read_number(value: Tree, slot: str, low: int, high: int) -> int:
    """
    Return a whole number within bounds.

    Raises:
        UnreadableField: no number, or out of bounds.
    """
    text = value if isinstance(value, str) else str(value) if type(value) is int else ""
    if not re.fullmatch(r"[0-9]{1,12}", text, re.ASCII) or not low <= int(text) <= high:
        raise UnreadableField(expected=f"{slot}: a number from {low} to {high}", found="another value")
    return int(text)


def as_list(value: Tree, slot: str, limit: int) -> list[Tree]:
    """
    Return the items of a list or of an object numbered from 0.

    Raises:
        UnreadableField: neither, or more items than the limit.
    """
    items = value
    if isinstance(value, dict):
        numbers = [str(index) for index in range(len(value))]
        items = [value[number] for number in numbers] if value.keys() == set(numbers) else None
    if not isinstance(items, list) or len(items) > limit:
        raise UnreadableField(expected=f"{slot}: a list of at most {limit}", found="another value")
    return items


def read_string(value: Tree, slot: str) -> str:
    """
    Return a string as it is.

    Raises:
        UnreadableField: another value.
    """
    if not isinstance(value, str):
        raise UnreadableField(expected=f"{slot}: text", found="another value")
    return value
