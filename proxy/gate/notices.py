"""
News for people: that a review waits for them, that it is late, what became of their post. Never anything of the post.

A notice is made from a record of the log, so there is none of what is not recorded, and a decision does not wait for
one. It names a review, a queue, rules, a time and a decision; no person, no account, no text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Kind(StrEnum):
    """What a notice is about. The first four go to a queue, the others to the author of a post."""

    OPENED = "opened"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    SAMPLED = "sampled"
    REJECTED = "rejected"
    RETURNED = "returned"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    FAILED = "failed"
    PUBLISHED = "published"


class Told(StrEnum):
    """What became of a notice on one channel."""

    SENT = "sent"
    NOBODY = "nobody"
    """Nobody is listed who is to hear of it there."""
    REFUSED = "refused"
    """For good: sending it again would not help."""
    FAILED = "failed"
    """Perhaps it works later."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A place in the log: everything up to it was seen."""

    log: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewNow:
    """What a notice says of a review."""

    queue: str
    rules: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A record that people may have to hear of."""

    place: Place
    id: str
    code: str
    node: str
    at: datetime
    data: Mapping[str, object] = field(repr=False)
    decision: str | None
    """Id of the first decision on its post."""
    author: str | None = field(repr=False)
    """Keyed digest of the name of the post's author."""
    waited: bool
    """Whether its post waited before it was sent."""
    review: ReviewNow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What people are told."""

    id: str
    """Of its record: whoever gets it twice can tell."""
    kind: Kind
    at: datetime
    queue: str | None = None
    """Who is told; None: the author."""
    author: str | None = field(default=None, repr=False)
    """Keyed digest of the author's name, who is told."""
    review: str | None = None
    decision: str | None = None
    rules: tuple[str, ...] = ()
    """Why it is asked for; authors read in the status of their post what they may know of that."""
    due_at: datetime | None = None


class News(Protocol):
    """Reads of the log, as far as people have to hear of it; they raise GateUnavailable without a database."""

    async def newest(self) -> Place:
        """Return the last place of the log."""
        ...

    async def after(self, place: Place, *, limit: int) -> tuple[tuple[Happening, ...], Place]:
        """Return what happened in the next `limit` records behind a place, and the last place looked at."""
        ...


class Remembered(Protocol):
    """Where one node keeps up to which place a channel has told everything."""

    async def read(self) -> Place | None:
        """Return the place; None: there is none yet, or it cannot be read."""
        ...

    async def write(self, place: Place) -> None:
        """Keep a place; one that cannot be kept is told again after the next start."""
        ...


class Notifier(Protocol):
    """One way to tell people something."""

    @property
    def channel(self) -> str:
        """Return its name in logs and metrics."""
        ...

    async def tell(self, notice: Notice) -> Told:
        """Tell whoever is listed; never raise for what the other side does."""
        ...


_TO_QUEUE = {
    "PG-201": Kind.OPENED,
    "PG-203": Kind.ESCALATED,
    "PG-206": Kind.SAMPLED,
    "PG-209": Kind.REMINDED,
}
_VERDICTS = {"reject": Kind.REJECTED, "return": Kind.RETURNED}
_MOVES = {"expired": Kind.EXPIRED, "blocked": Kind.BLOCKED, "failed": Kind.FAILED}
CODES = frozenset({*_TO_QUEUE, "PG-103", "PG-104", "PG-105", "PG-202"})
"""Records that people may have to hear of."""


def notice_of(happening: Happening) -> Notice | None:
    """Return what people are told of a record; None: nothing."""
    kind = _TO_QUEUE.get(happening.code) or _of_author(happening)
    if kind is None:
        return None
    data, review = happening.data, happening.review
    to_queue = happening.code in _TO_QUEUE
    queue = str(data.get("to_queue") or data.get("queue")) if to_queue else None
    return Notice(
        id=happening.id,
        kind=kind,
        at=happening.at,
        queue=queue,
        author=None if to_queue else happening.author,
        review=str(data["review"]) if "review" in data else None,
        decision=happening.decision,
        rules=review.rules if review is not None and to_queue else (),
        due_at=review.due_at if review is not None and to_queue else None,
    )


def _of_author(happening: Happening) -> Kind | None:
    data = happening.data
    match happening.code:
        case "PG-202":
            return _VERDICTS.get(str(data.get("verdict")))
        case "PG-105":
            return _MOVES.get(str(data.get("to")))
        case _:  # the outcome of an attempt: only of a post whose author does not look at the answer any more
            return Kind.PUBLISHED if happening.waited and data.get("result") == "published" else None
