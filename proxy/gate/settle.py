"""
Unclear posts that a person settles: it looked on the platform, and says what is there.

    published    the platform has it, under this id
    absent       it is not there; then it is sent again, or closed, or waits for that

What a person says is on record with who said it. Nothing is sent from here: what is to be sent again is decided again
before it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, NotFound, StillInProgress
from proxy.gate import records
from proxy.gate.clearing import PERSON, Clearing
from proxy.gate.lifecycle import State
from proxy.gate.records import stamp
from proxy.gate.replay import decision_id, record_of
from proxy.gate.unclear import SETTLE

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.gate.unclear import UnclearPost, UnclearPosts
    from proxy.gate.work import Work

ASKED = timedelta(minutes=30)
"""After so long without clarity a person has to look."""


class Then(StrEnum):
    """What becomes of a post that is not on the platform."""

    RESEND = "resend"
    CLOSE = "close"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person found on the platform."""

    platform_id: str | None = None
    """The platform's id of the post; None: it is not there."""
    then: Then = Then.WAIT


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclearRow:
    """An unclear post for those who settle it; no text."""

    decision_id: str
    account: str
    platform: str
    status: str
    """`unknown`, or `absent` where it is only open whether it is sent again; after that what became of it."""
    attempts: int
    sent_at: str
    """When its last attempt began, RFC 3339 in UTC."""
    overdue: bool
    """Whether it has been unclear for so long that a person has to look."""


class Settle:
    """Shows unclear posts, and records what people say of them."""

    def __init__(
        self,
        posts: UnclearPosts,
        *,
        audit: AuditLog,
        clock: Clock,
        ids: Ids,
        settle: timedelta = SETTLE,
        resend: timedelta = timedelta(hours=24),
    ) -> None:
        self._posts = posts
        self._audit = audit
        self._clock = clock
        self._settle = settle
        self._resend = resend
        """So long after a person wants it a post may be sent again."""
        self._clearing = Clearing(clock=clock, ids=ids)

    async def all(self) -> tuple[UnclearRow, ...]:
        """
        Return every post that a person may settle, oldest first.

        Raises:
            GateUnavailable: the database does not answer.
        """
        return tuple(self._row(post) for post in await self._posts.open())

    async def __call__(self, name: str, said: Said, *, by: Principal) -> UnclearRow:
        """
        Record what a person found, by the name of the post's decision.

        Raises:
            NotFound: there is no such post that is unclear.
            StillInProgress: its attempt may still be going on, or somebody else settled it just now.
            AuditUnavailable: it could not be recorded.
        """
        unclear = await self._posts.one(record_of(name))
        if unclear is None or (unclear.state is State.ABSENT and (said.platform_id or said.then is Then.WAIT)):
            raise NotFound(expected="the decision of a post that is unclear in this way", found="another")
        if self._clock.now() < unclear.lease_until + self._settle:
            raise StillInProgress
        work, status = self._work(unclear, said, by)
        try:
            await self._audit.commit(work)
        except Conflict:
            raise StillInProgress from None
        return self._row(unclear, status)

    def _work(self, unclear: UnclearPost, said: Said, by: Principal) -> tuple[Work, State]:
        actor, until = records.actor_of(by), self._clock.now() + self._resend
        if said.platform_id is not None:
            work = self._clearing.published(unclear, said.platform_id, method=PERSON, by=actor)
            return work, State.PUBLISHED
        again = until if said.then is Then.RESEND else None
        status = {Then.RESEND: State.QUEUED, Then.CLOSE: State.FAILED, Then.WAIT: State.ABSENT}[said.then]
        if unclear.state is State.UNKNOWN:
            closed = said.then is Then.CLOSE
            return self._clearing.absent(unclear, again_until=again, closed=closed, method=PERSON, by=actor), status
        if again is not None:
            return self._clearing.again(unclear, again, actor), status
        return self._clearing.closed(unclear, actor), status

    def _row(self, unclear: UnclearPost, status: State | None = None) -> UnclearRow:
        since: datetime = unclear.lease_until
        return UnclearRow(
            decision_id=decision_id(unclear.content.record),
            account=unclear.account,
            platform=unclear.platform,
            status=(status or unclear.state).value,
            attempts=unclear.number,
            sent_at=stamp(unclear.intent_at),
            overdue=status is None and self._clock.now() >= since + ASKED,
        )
