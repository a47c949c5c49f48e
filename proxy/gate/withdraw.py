"""
What authors do with posts of their own that wait: see them, take them back, choose another time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, NotFound, UnreadableField
from proxy.gate import records
from proxy.gate.lifecycle import Event, Refused, State, step
from proxy.gate.times import require_ahead
from proxy.gate.waiting import reopened

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Post
    from proxy.gate.ports import AuditLog, Clock, Envelope, Grant
    from proxy.gate.refiling import Refiling
    from proxy.gate.waiting import WaitingPost, WaitingPosts
    from proxy.gate.work import Work

_LOOKED_AT = frozenset({State.HELD, State.APPROVED})
AUTHOR = "author"
"""Why a post moved: its author wanted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWaiting:
    """A waiting post of one's own, in clear."""

    post: Post
    at: datetime
    """When it is sent at the earliest, or until when a person decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawing:
    """What these use cases are given."""

    posts: WaitingPosts
    refiling: Refiling
    audit: AuditLog
    envelope: Envelope
    clock: Clock


class Withdraw:
    """Looks after the waiting posts of an author for one account."""

    def __init__(self, ports: Withdrawing) -> None:
        self._ports = ports

    async def all(self, grant: Grant) -> tuple[OwnWaiting, ...]:
        """
        Return what waits, newest first; what does not open any more is left out.

        Raises:
            GateUnavailable: the database does not answer.
        """
        found = await self._ports.posts.of_author(grant.principal.ref, account=grant.account.id)
        shown = [self._shown(waiting) for waiting in found]
        return tuple(one for one in shown if one is not None)

    async def one(self, post: str, grant: Grant) -> OwnWaiting:
        """
        Return one of them.

        Raises:
            NotFound: there is none that waits, or it is somebody else's.
            GateUnavailable: the database does not answer.
        """
        shown = self._shown(await self._own(post, grant))
        if shown is None:
            raise _absent()
        return shown

    async def cancel(self, post: str, grant: Grant, *, action: str | None = None) -> None:
        """
        Take a waiting post back: it is not sent any more, and nobody is asked about it.

        `action` is the record by which all posts of its request are taken back, where it is one of them.

        Raises:
            NotFound: there is none that waits; it may have been sent just now.
            AuditUnavailable: nothing is known to be recorded.
        """
        waiting = await self._own(post, grant)
        by = records.actor_of(grant.principal)
        await self._commit(self._ports.refiling.moved(waiting, Event.WITHDRAW, AUTHOR, by, action=action))

    async def move(self, post: str, grant: Grant, send_at: datetime) -> OwnWaiting:
        """
        Choose another time for a waiting post; one that people look at, or have approved, may only be put off.

        What they say is about a post of this time: news that may be told tomorrow may not be told today.

        Raises:
            NotFound: there is none that waits for a person or a time.
            UnreadableField: a time that is over, too far ahead, or before the one that people have seen.
            AuditUnavailable: nothing is known to be recorded.
        """
        require_ahead(send_at, self._ports.clock.now())
        waiting = await self._own(post, grant)
        if isinstance(step(waiting.state, Event.RESCHEDULE), Refused):
            raise _absent()
        if waiting.state in _LOOKED_AT and waiting.send_at is not None and send_at < waiting.send_at:
            raise UnreadableField(expected="a time not before the one that people were shown", found="an earlier one")
        by = records.actor_of(grant.principal)
        await self._commit(self._ports.refiling.rescheduled(waiting, send_at, by))
        return await self.one(post, grant)

    async def _own(self, post: str, grant: Grant) -> WaitingPost:
        waiting = await self._ports.posts.waiting(post)
        mine = (grant.principal.ref, grant.account.id)
        if waiting is None or (waiting.author, waiting.account) != mine:
            raise _absent()
        return waiting

    async def _commit(self, work: Work) -> None:
        try:
            await self._ports.audit.commit(work)
        except Conflict:
            raise _absent() from None

    def _shown(self, waiting: WaitingPost) -> OwnWaiting | None:
        opened = reopened(self._ports.envelope, waiting)
        if opened is None:
            return None
        return OwnWaiting(post=opened.post, at=waiting.send_at or waiting.not_before or waiting.expires_at)


def _absent() -> NotFound:
    return NotFound(expected="a post of your own that waits", found="none, or one that is not waiting any more")
