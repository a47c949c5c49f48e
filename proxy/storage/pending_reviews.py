"""
Reads of open reviews that somebody may have to be reminded of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.gate.review_clock import OpenReviews, PendingReview
from proxy.storage.columns import instant
from proxy.storage.tables import posts
from proxy.storage.waiting_tables import outbox, reviews

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from proxy.storage.reads import Reads

_DUE, _ID = sa.bindparam("b_due", type_=sa.Text()), sa.bindparam("b_id", type_=sa.Text())
_PENDING = (
    sa.select(
        reviews.c.id,
        reviews.c.post_id,
        posts.c.account,
        reviews.c.queue,
        reviews.c.escalate_to,
        reviews.c.opened_at,
        reviews.c.due_at,
        reviews.c.reminded_at,
        outbox.c.expires_at,
    )
    .join(posts, posts.c.id == reviews.c.post_id)
    .outerjoin(outbox, outbox.c.post_id == reviews.c.post_id)
    .where(
        sa.text("reviews.state = 'open'"),  # the condition of an index over few rows
        reviews.c.escalated_at.is_(None),
        sa.or_(reviews.c.due_at > _DUE, sa.and_(reviews.c.due_at == _DUE, reviews.c.id > _ID)),
    )
    .order_by(reviews.c.due_at, reviews.c.id)
    .limit(sa.bindparam("b_limit"))
)

_STANDING = sa.select(
    sa.func.count(),
    sa.func.min(reviews.c.opened_at),
    sa.func.min(reviews.c.due_at),
).where(sa.text("reviews.state = 'open'"), reviews.c.kind == "hold")


class SqlPendingReviews:
    """Implements `gate.review_clock.PendingReviews` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def pending(self, *, after: PendingReview | None, limit: int) -> tuple[PendingReview, ...]:
        """
        Return open reviews that were not escalated, those due first before the rest, from behind one of them on.

        Raises:
            GateUnavailable: the database does not answer.
        """
        place = {"b_due": "", "b_id": ""} if after is None else {"b_due": instant(after.due_at), "b_id": after.id}

        def read(connection: Connection) -> tuple[PendingReview, ...]:
            return tuple(
                PendingReview(
                    id=row.id,
                    post=row.post_id,
                    account=row.account,
                    queue=row.queue,
                    escalate_to=row.escalate_to,
                    opened_at=row.opened_at,
                    due_at=row.due_at,
                    reminded=row.reminded_at is not None,
                    expires_at=row.expires_at,
                )
                for row in connection.execute(_PENDING, place | {"b_limit": limit})
            )

        return await self._reads.run(read)

    async def standing(self) -> OpenReviews:
        """
        Return what waits for people.

        Raises:
            GateUnavailable: the database does not answer.
        """
        number, opened_at, due_at = await self._reads.run(lambda connection: connection.execute(_STANDING).one())
        return OpenReviews(number=number, first_opened_at=opened_at, first_due_at=due_at)
