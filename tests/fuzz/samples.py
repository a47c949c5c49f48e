"""
A value for each reader of a field: what clients send there, so that a whole request is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proxy.platforms._wire import fields as f
from proxy.platforms._wire.numbers import SpoolNumber
from proxy.platforms.bluesky import fields as b
from proxy.platforms.linkedin import fields as li
from proxy.platforms.mastodon import fields as m
from proxy.platforms.meta import fields as me
from tests.fakes import bluesky
from tests.fakes.every_door import AUTHOR, PICTURES
from tests.fuzz.bodies import FileField
from tests.fuzz.spooled import picture

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

TEXT = "Schönes Wochenende"
LATER = "2026-11-24T09:00:00+00:00"
"""A day after the time of the twins."""
CANDIDATES = (
    *("7", "104", "me", "104_7", "abc", "v26.0", "v1.0", "urn%3Ali%3Aorganization%3A5583111", AUTHOR, "bank.example"),
    *(bluesky.DID, bluesky.CID, bluesky.URI, bluesky.NOW, bluesky.TID, bluesky.BLOB, "de", "neu.bank.example"),
    *("0123456789abcdef", "2026-11-23T09:00:00Z", "card://7"),
)
"""Identifiers, in the order in which they are tried."""
_ALWAYS: dict[type, Any] = {
    f.Text: TEXT,
    f.Flag: True,
    f.Language: "de",
    f.Refused: None,
    b.Truth: True,
    li.Empty: [],
    li.Name: AUTHOR,
    m.Centre: "0.0,0.0",
    me.Credential: None,
    me.PictureAddress: f"https://{PICTURES}/a.jpg",
}
_MEMBERS = (f.Choice, f.Words, f.Fixed, b.Known)


def sample(reader: Any, images: Iterator[str]) -> Any:
    """Return a value that a field reader takes, or None where it takes none."""
    if type(reader) in _ALWAYS:
        return _ALWAYS[type(reader)]
    if isinstance(reader, _MEMBERS):
        return min(reader.members)
    match reader:
        case f.Shaped():
            return _fitting(reader.shape)
        case b.Identifier():
            return _fitting(reader.computed)
        case f.Number():
            return reader.low or min(reader.high, 7)
        case b.Whole():
            return reader.number.low or 7
        case f.File():
            return FileField(name="filiale.png", data=picture())
        case m.Moment():
            return LATER
        case m.Media():
            return None if (found := next(images, None)) is None else [found]
        case SpoolNumber() | li.Image():
            return next(images, None)
        case _:
            return _of_several(reader, images)


def _of_several(reader: Any, images: Iterator[str]) -> Any:
    match reader:
        case f.Many() | f.OneOrMany():
            item = sample(reader.item, images)
            return None if item is None else [item]
        case b.Listed():
            return sample(reader.item, images)
        case f.Group() | me.Nested() | b.Typed():
            found = {key: sample(inner, images) for key, inner in reader.fields.items()}
            return {key: value for key, value in found.items() if value is not None} or None
        case b.OneOf():
            name, fields = next(iter(reader.members.items()))
            return {"$type": name, **(sample(f.Group(fields), images) or {})}
        case _:
            raise TypeError(type(reader).__name__)


def _fitting(shape: re.Pattern[str]) -> str:
    return next(text for text in CANDIDATES if shape.fullmatch(text))
