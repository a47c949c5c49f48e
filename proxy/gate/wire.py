"""
What doors and platforms say to each other: requests and answers as bytes and plain values, without a web framework.

`web` turns a socket into a `WireRequest` and a `WireAnswer` into a socket; `platforms` does everything in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from proxy.core.model import Part, PostKind


class EndpointClass(StrEnum):
    """How a door treats an endpoint; what no table lists is denied."""

    WRITE = "write"
    """Carries text out: parsed, scanned, decided, recorded, rebuilt."""
    MEDIA = "media"
    """An upload: decided for its texts, kept in the gateway until a post uses it."""
    ACT = "act"
    """Changes something without text of the author's own: recorded like a write."""
    READ = "read"
    """Fetched from the platform with the account's credential, answer rewritten by field."""
    OWN = "own"
    """Answered by the gateway itself."""
    WAITING = "waiting"
    """Shows or changes a post that waits in the gateway: nothing of it goes to the platform."""
    SESSION = "session"
    """A login, its renewal or its end: the gateway gives out tokens of its own, and what authenticates may be in the
    body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One row of a platform's table, matched."""

    name: str
    """Stable name, such as `status.create`; bounded, so it may be a metric label."""
    cls: EndpointClass
    arguments: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Identifiers from the path, validated against the shape the table asks for."""
    public: bool = False
    """A read that works without a token."""
    body_limit: int = 256 * 1024
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRequest:
    """A request as it came, after the edge has checked framing, size, encoding and path."""

    method: str
    path: str
    """Raw path without query; one trailing slash removed."""
    query: str = field(repr=False)
    """Raw query string without `?`."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """Names in lower case, in wire order, repetitions kept."""
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireAnswer:
    """An answer to the client."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json; charset=utf-8"),)
    reason: str | None = None
    """HTTP reason phrase, ASCII; None for the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An image in a request: bytes already stripped of metadata, type found by looking at them."""

    slot: str
    mime: str
    data: bytes = field(repr=False)
    removed: tuple[str, ...] = ()
    """What was taken out, in words of `platforms._wire.images`."""
    texts: tuple[str, ...] = field(default=(), repr=False)
    """What people had written into it: looked at when the image is decided, and never sent."""


class UploadStep(StrEnum):
    """How an upload comes."""

    WHOLE = "whole"
    """In one request."""
    OPEN = "open"
    """Announced: the answer tells the id under which its pieces are sent."""
    PIECE = "piece"
    """One of its pieces."""
    CLOSE = "close"
    """All pieces are there: they are put together and looked at as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPlace:
    """Where an upload belongs, when it does not come in one request under an id of the gateway's choice."""

    step: UploadStep = UploadStep.WHOLE
    id: str | None = None
    """Id it is kept under; None: a fresh one."""
    piece: int = 0
    """Number of the piece, from 0."""
    clean: Callable[[bytes, str], Upload] | None = field(default=None, repr=False)
    """What turns all pieces into an upload. Raises RefusedRequest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a platform module read from a write, media or act request: a Post without id and author."""

    operation: str
    kind: PostKind
    parts: tuple[Part, ...] = field(repr=False)
    options: tuple[tuple[str, bool | int | str | None], ...] = field(default=(), repr=False)
    media: tuple[str, ...] = ()
    """Spool ids or names of images the post wants to use; the gate adds their alt texts and file names as parts."""
    keeps_media: bool = False
    """Whether those that are not in the spool may be on the platform already, as in a change of what is there."""
    uploads: tuple[Upload, ...] = ()
    place: UploadPlace = UploadPlace()
    undecided: bool = False
    """An upload that only a post decides about, as a whole: kept unless it is blocked."""
    edit_of: str | None = None
    reply_to: str | None = field(default=None, repr=False)
    """The platform's id of the post that is answered; one of the parts has it too."""
    idempotency_key: str | None = field(default=None, repr=False)
    send_at: datetime | None = None
    """When the post is to be sent; None: now."""
    request: str | None = None
    """Id of the request over the API that asks for it, perhaps with others."""
    key_life: timedelta | None = None
    """How long the key tells a repetition from a new post; None: as long as any."""
    fits: Callable[[Draft], None] | None = field(default=None, repr=False, compare=False)
    """Raises TextTooLong for what the platform would not take, with parts that were changed since it was read; None: it
    has no limits that are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamAnswer:
    """A complete answer of a platform to a read."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
