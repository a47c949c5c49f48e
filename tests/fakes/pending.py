"""
Twins of what looks for open reviews, published posts and news, beside a `MemoryAuditLog`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable
from proxy.gate.notices import Place
from proxy.gate.review_clock import OpenReviews, PendingReview
from proxy.gate.sampling import PublishedPost

if TYPE_CHECKING:
    from proxy.gate.notices import Happening
    from proxy.gate.work import AuditRecord
    from tests.fakes.log import MemoryAuditLog


class MemoryPendingReviews:
    """Twin of `SqlPendingReviews`."""

    def __init__(self, log: MemoryAuditLog) -> None:
        self._log = log

    async def pending(self, *, after: PendingReview | None, limit: int) -> tuple[PendingReview, ...]:
        """Return open reviews that were not escalated, those due first before the rest."""
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        tables = self._log.tables
        found = [
            PendingReview(
                id=name,
                post=review.opened.post,
                account=tables.posts[review.opened.post].account,
                queue=review.queue,
                escalate_to=review.opened.escalate_to,
                opened_at=review.opened.opened_at,
                due_at=review.opened.due_at,
                reminded=review.reminded_at is not None,
                expires_at=tables.outbox[review.opened.post].expires_at
                if review.opened.post in tables.outbox
                else None,
            )
            for name, review in tables.reviews.items()
            if review.state == "open" and review.escalated_at is None
        ]
        found.sort(key=lambda review: (review.due_at, review.id))
        if after is not None:
            found = [one for one in found if (one.due_at, one.id) > (after.due_at, after.id)]
        return tuple(found[:limit])

    async def standing(self) -> OpenReviews:
        """Return what waits for people."""
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        rows = [row for row in self._log.tables.reviews.values() if (row.state, row.opened.kind) == ("open", "hold")]
        return OpenReviews(
            number=len(rows),
            first_opened_at=min((row.opened.opened_at for row in rows), default=None),
            first_due_at=min((row.opened.due_at for row in rows), default=None),
        )


class MemoryNews:
    """Twin of `SqlNews`, filled by hand."""

    def __init__(self) -> None:
        self.unreadable = False
        self._log = 1
        self._seq = 0
        self._happened: list[Happening] = []

    def add(self, happening: Happening) -> None:
        """Let something happen."""
        self._seq += 1
        self._happened.append(replace(happening, place=Place(log=self._log, seq=self._seq)))

    def skip(self, records: int) -> None:
        """Let the log grow by records of which nobody has to hear."""
        self._seq += records

    def rotate(self) -> None:
        """Begin the next log."""
        self._log, self._seq = self._log + 1, 0

    async def newest(self) -> Place:
        """Return the last place."""
        if self.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        return Place(log=self._log, seq=self._seq)

    async def after(self, place: Place, *, limit: int) -> tuple[tuple[Happening, ...], Place]:
        """Return what happened behind a place."""
        newest = await self.newest()
        found = tuple(one for one in self._happened if one.place > place)[:limit]
        return found, found[-1].place if len(found) == limit else max(place, newest)


class MemoryPublishedPosts:
    """Twin of `SqlPublishedPosts`."""

    def __init__(self, log: MemoryAuditLog) -> None:
        self._log = log

    async def newest(self) -> Place:
        """Return the last place of the log."""
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        return Place(log=1, seq=len(self._log.records) - 1)

    async def published(self, place: Place, *, limit: int) -> tuple[tuple[PublishedPost, ...], Place]:
        """Return posts published in the next records behind a place, and the last place looked at."""
        newest, begin = await self.newest(), max(place.seq, -1) + 1
        page = self._log.records[begin : begin + limit]
        asked = {review.opened.post for review in self._log.tables.reviews.values()}
        found = [
            self._post(record)
            for record in page
            if record.code in {"PG-103", "PG-104"}
            and record.data.get("result") == "published"
            and record.subject.post not in asked
            and self._log.tables.posts[str(record.subject.post)].kind not in {"act", "media"}
        ]
        return tuple(found), Place(log=1, seq=begin + len(page) - 1) if page else min(place, newest)

    def _post(self, outcome: AuditRecord) -> PublishedPost:
        post = self._log.tables.posts[str(outcome.subject.post)]
        (decision,) = [record for record in self._log.records if record.id == post.decision_record]
        return PublishedPost(
            id=post.id,
            account=post.account,
            author=post.author,
            mac=post.mac,
            decision_record=post.decision_record,
            policy_digest=str(decision.data["policy_digest"]),
            outcome_record=outcome.id,
        )
