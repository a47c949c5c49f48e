"""
Posts of which it is not known whether they were published, and what a look at their platform can show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from proxy.core.model import Post, PostId
    from proxy.gate.lifecycle import State
    from proxy.gate.ports import EarlierPost

SETTLE = timedelta(seconds=120)
"""After the end of a lease: a sender that was frozen, a platform that shows late."""
EARLIER = timedelta(seconds=60)
"""So much a platform's clock may be behind ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclearPost:
    """A post that may have been published, or that was and is known not to be, with what was recorded of it."""

    id: str
    state: State
    account: str
    platform: str
    door: str
    """Empty where the account was removed and came back since: nobody may ask about it there."""
    author: str
    kind: str
    created_at: datetime
    attempt: str
    """The last one."""
    number: int
    """Attempts so far."""
    intent_record: str
    intent_at: datetime
    lease_until: datetime
    content: EarlierPost
    replaces: PostId | None = None

    def window(self, settle: timedelta = SETTLE) -> Window:
        """Return when its attempt may have made something."""
        return Window(since=self.intent_at - EARLIER, until=self.lease_until + settle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A time in which a platform made what is looked for."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Return whether a moment lies in it."""
        return self.since <= moment <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a platform showed; without anything said, nobody knows."""

    there: str | None = None
    """The platform's id of what a post made, which certainly is there."""
    fresh: bool = False
    """Whether that id must be one that no other post has: it was found by what it says, not by its place."""
    absent: bool = False
    """Whether what it makes certainly is not there."""
    unless: frozenset[str] | None = None
    """
    Where the same request makes nothing twice: it may be sent again by itself, unless one of these operations came
    after it. None: only a person lets it be sent again.
    """


UNDETERMINED = Look()


class Lookup(Protocol):
    """Asks one platform about one post."""

    async def find(self, post: Post, window: Window) -> Look:
        """Look; never raise for what the platform does, and change nothing there."""
        ...


class Places(Protocol):
    """What is known of an account's posts on its platform; raises GateUnavailable without a database."""

    async def known(self, *, account: str, platform_id: str) -> bool:
        """Return whether some post of an account is known to be this one on the platform."""
        ...

    async def operations_since(self, *, account: str, since: datetime) -> frozenset[str]:
        """Return what later posts of an account did, or may have done, on the platform."""
        ...


class UnclearPosts(Places, Protocol):
    """Reads of posts that are unclear; all of them raise GateUnavailable when the database does not answer."""

    async def unclear(self, *, since: datetime, until: datetime) -> tuple[UnclearPost, ...]:
        """Return posts in the state `unknown` whose last lease ended in this time, oldest first."""
        ...

    async def open(self) -> tuple[UnclearPost, ...]:
        """Return every post that a person may have to settle, `unknown` or `absent`, oldest first."""
        ...

    async def one(self, decision_record: str) -> UnclearPost | None:
        """Return one of them, by the record of its decision."""
        ...

    async def standing(self) -> tuple[int, datetime | None]:
        """Return how many posts are `unknown`, and when the oldest lease of them ended."""
        ...
