"""
The clock of reviews: people are reminded once, and others are asked before it is too late.

    half of the time until it is due is over      its queue is reminded                     PG-209
    it is due, or its post is close to its end    the queue that the rule named is asked    PG-203

Of several nodes with the same review one records it; the others lose without a trace. Nothing here decides about a
post, and nothing frees one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import Conflict
from proxy.gate.records import SYSTEM
from proxy.gate.review_changes import Escalate, Remind
from proxy.gate.work import AuditRecord, Subject, Work

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.ports import AuditLog, Clock, Ids

PAGE = 200
"""Reviews of one read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingReview:
    """An open review about which nobody else was asked yet."""

    id: str
    post: str
    account: str
    queue: str
    escalate_to: str
    opened_at: datetime
    due_at: datetime
    reminded: bool
    expires_at: datetime | None
    """When its post is not sent any more; None: it does not wait."""

    @property
    def escalates_at(self) -> datetime:
        """Return when others are asked: when it is due, and while a quarter of its post's life is left."""
        if self.expires_at is None:
            return self.due_at
        return min(self.due_at, self.opened_at + (self.expires_at - self.opened_at) * 3 / 4)

    @property
    def reminds_at(self) -> datetime:
        """Return when its queue is reminded: half way to the moment at which others are asked."""
        return self.opened_at + (self.escalates_at - self.opened_at) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReviews:
    """All posts that wait for people at one moment, escalated or not."""

    number: int
    first_opened_at: datetime | None
    """None: nothing waits."""
    first_due_at: datetime | None


class PendingReviews(Protocol):
    """Reads of open reviews."""

    async def pending(self, *, after: PendingReview | None, limit: int) -> tuple[PendingReview, ...]:
        """
        Return open reviews that were not escalated, those due first before the rest, from behind one of them on.

        Raises:
            GateUnavailable: the database does not answer.
        """
        ...

    async def standing(self) -> OpenReviews:
        """
        Return what waits for people; a look at a post that was sent does not count, for nothing waits for it.

        Raises:
            GateUnavailable: the database does not answer.
        """
        ...


class ReviewClock:
    """Reminds and escalates."""

    def __init__(self, reviews: PendingReviews, *, audit: AuditLog, clock: Clock, ids: Ids, page: int = PAGE) -> None:
        self._reviews = reviews
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._page = page

    async def once(self) -> int:
        """
        Look at every open review; return of how many something was recorded.

        Raises:
            GateUnavailable: the database does not answer.
            AuditUnavailable, AuditBusy: nothing is known to be recorded; the next look tries again.
        """
        changed, after = 0, None
        while page := await self._reviews.pending(after=after, limit=self._page):
            for review in page:
                changed += await self._look(review)
            after = page[-1]
        return changed

    async def _look(self, review: PendingReview) -> bool:
        now = self._clock.now()
        if now >= review.escalates_at:
            data = {"from_queue": review.queue, "to_queue": review.escalate_to}
            record = self._record(review, now, "PG-203", "review.escalated", data)
            change: Escalate | Remind = Escalate(id=review.id, queue=review.escalate_to, at=now)
        elif now >= review.reminds_at and not review.reminded:
            record = self._record(review, now, "PG-209", "review.reminded", {"queue": review.queue})
            change = Remind(id=review.id, at=now)
        else:
            return False
        try:
            await self._audit.commit(Work(records=(record,), changes=(change,)))
        except Conflict:
            return False  # another node was faster, or somebody decided
        return True

    def _record(self, review: PendingReview, at: datetime, code: str, kind: str, data: dict[str, str]) -> AuditRecord:
        return AuditRecord(
            id=self._ids(),
            code=code,
            type=kind,
            at=at,
            actor=SYSTEM,
            subject=Subject(account=review.account, post=review.post),
            data={"review": review.id, **data},
        )
