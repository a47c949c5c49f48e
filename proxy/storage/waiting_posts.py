"""
Reads of the outbox: what waits, what is due, and what people have approved of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.core.model import PostId
from proxy.gate.lifecycle import DELIVERABLE, WAITING, State
from proxy.gate.ports import EarlierPost
from proxy.gate.room import Crowd
from proxy.gate.waiting import Approved, WaitingPost
from proxy.storage.tables import audit_content, data_keys, posts
from proxy.storage.waiting_tables import outbox, review_votes, reviews

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from proxy.storage.reads import Reads

_MOST = 200
"""Posts of one author and account that a list shows."""
_WAITING = (
    sa.select(
        posts.c.id,
        posts.c.state,
        posts.c.platform,
        posts.c.account,
        posts.c.author,
        posts.c.kind,
        posts.c.mac,
        posts.c.decision_record,
        posts.c.replaces,
        outbox.c.send_at,
        outbox.c.not_before,
        outbox.c.expires_at,
        outbox.c.tries,
        audit_content.c.nonce,
        audit_content.c.ciphertext,
        audit_content.c.key_id,
        data_keys.c.wrapped_dek,
        data_keys.c.kek_id,
        data_keys.c["class"].label("retention"),
    )
    .select_from(outbox)
    .join(posts, posts.c.id == outbox.c.post_id)
    .outerjoin(audit_content, audit_content.c.record_id == posts.c.decision_record)
    .outerjoin(data_keys, data_keys.c.id == posts.c.key_id)
)
_WAITS = posts.c.state.in_(sorted(WAITING))
_DUE = (
    _WAITING.where(
        sa.text("outbox.not_before IS NOT NULL"),  # the condition of an index over few rows
        outbox.c.not_before <= sa.bindparam("b_now"),
        outbox.c.expires_at > sa.bindparam("b_now"),
        posts.c.state.in_(sorted(DELIVERABLE)),
    )
    .order_by(outbox.c.not_before, outbox.c.post_id)
    .limit(sa.bindparam("b_limit"))
)
_OVER = (
    _WAITING.where(outbox.c.expires_at <= sa.bindparam("b_now"), _WAITS)
    .order_by(outbox.c.expires_at, outbox.c.post_id)
    .limit(sa.bindparam("b_limit"))
)
_ONE = _WAITING.where(posts.c.id == sa.bindparam("b_post"), _WAITS)
_THEIRS = (
    _WAITING.where(posts.c.author == sa.bindparam("b_author"), posts.c.account == sa.bindparam("b_account"), _WAITS)
    .order_by(posts.c.created_at.desc(), posts.c.id.desc())
    .limit(_MOST)
)
_CROWD = (
    sa.select(sa.func.count(), sa.func.count().filter(posts.c.state == State.HELD.value))
    .select_from(outbox)
    .join(posts, posts.c.id == outbox.c.post_id)
    .where(posts.c.account == sa.bindparam("b_account"), _WAITS)
)
_LAST_REVIEW = (
    sa.select(reviews.c.id, reviews.c.stages, reviews.c.mac, reviews.c.rules, reviews.c.state, reviews.c.first_queue)
    .where(reviews.c.post_id == sa.bindparam("b_post"), sa.text("reviews.kind = 'hold'"))
    .order_by(reviews.c.opened_at.desc(), reviews.c.id.desc())
    .limit(1)
)
_VOTES = (
    sa.select(review_votes.c.id)
    .where(review_votes.c.review_id == sa.bindparam("b_review"), sa.text("review_votes.verdict = 'approve'"))
    .order_by(review_votes.c.stage)
)


class SqlWaitingPosts:
    """Implements `gate.waiting.WaitingPosts` and `gate.room.Crowds` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def due(self, now: datetime, *, limit: int) -> tuple[WaitingPost, ...]:
        """Return posts that may be sent as far as time goes, those that waited longest first."""
        return await self._rows(_DUE, {"b_now": now, "b_limit": limit})

    async def over(self, now: datetime, *, limit: int) -> tuple[WaitingPost, ...]:
        """Return posts that still wait although their time is over."""
        return await self._rows(_OVER, {"b_now": now, "b_limit": limit})

    async def waiting(self, post: str) -> WaitingPost | None:
        """Return a post that waits, by its id."""
        return next(iter(await self._rows(_ONE, {"b_post": post})), None)

    async def of_author(self, author: str, *, account: str) -> tuple[WaitingPost, ...]:
        """Return what of an author waits for an account, newest first."""
        return await self._rows(_THEIRS, {"b_author": author, "b_account": account})

    async def crowd(self, account: str) -> Crowd:
        """Return how many posts of an account wait."""
        values = {"b_account": account}
        waiting, held = await self._reads.run(lambda connection: connection.execute(_CROWD, values).one())
        return Crowd(waiting=waiting, held=held)

    async def approved(self, post: str) -> Approved | None:
        """Return what people approved of a post in its last review; None unless all stages of it are done."""

        def read(connection: Connection) -> Approved | None:
            review = connection.execute(_LAST_REVIEW, {"b_post": post}).one_or_none()
            if review is None or review.state != "approved":
                return None
            votes = tuple(connection.execute(_VOTES, {"b_review": review.id}).scalars())
            if len(votes) < review.stages:
                return None
            return Approved(
                mac=review.mac,
                rules=frozenset(review.rules.split()),
                records=votes,
                queue=review.first_queue,
                stages=review.stages,
            )

        return await self._reads.run(read)

    async def _rows(self, query: sa.Select[Any], values: Mapping[str, object]) -> tuple[WaitingPost, ...]:
        def read(connection: Connection) -> tuple[WaitingPost, ...]:
            return tuple(_post(row) for row in connection.execute(query, values))

        return await self._reads.run(read)


def _post(row: sa.Row[*tuple[Any, ...]]) -> WaitingPost:
    return WaitingPost(
        id=PostId(row.id),
        state=State(row.state),
        platform=row.platform,
        account=row.account,
        author=row.author,
        kind=row.kind,
        mac=row.mac,
        decision_record=row.decision_record,
        retention=row.retention or "",
        content=EarlierPost(
            record=row.decision_record,
            nonce=bytes(row.nonce or b""),
            ciphertext=bytes(row.ciphertext or b""),
            key=row.key_id or "",
            wrapped_key=None if row.wrapped_dek is None or row.ciphertext is None else bytes(row.wrapped_dek),
            kek_id=row.kek_id or "",
        ),
        send_at=row.send_at,
        not_before=row.not_before,
        expires_at=row.expires_at,
        tries=row.tries,
        replaces=None if row.replaces is None else PostId(row.replaces),
    )
