"""
Reads of single posts for their authors: why a post is where it is, and what was recorded of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.gate.ports import EarlierPost
from proxy.gate.post_views import KeptPost, OpenReviewView, PostView
from proxy.storage.tables import audit_content, audit_records, data_keys, posts
from proxy.storage.waiting_tables import outbox, reviews

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from proxy.storage.reads import Reads

_POST: sa.BindParameter[str] = sa.bindparam("b_post")
_DECISIONS = (
    sa.select(audit_records.c.leaf)
    .where(audit_records.c.post_id == _POST, sa.text("audit_records.code = 'PG-101'"))
    .order_by(audit_records.c.log_id, audit_records.c.seq)
)
_REVIEW = (
    sa.select(reviews.c.queue, reviews.c.stage, reviews.c.stages, reviews.c.due_at)
    .where(reviews.c.post_id == _POST, sa.text("reviews.state = 'open' AND reviews.kind = 'hold'"))
    .order_by(reviews.c.opened_at.desc())
    .limit(1)
)
_PLACE = sa.select(outbox.c.send_at, outbox.c.not_before, outbox.c.expires_at).where(outbox.c.post_id == _POST)
_KEPT = (
    sa.select(
        posts.c.platform,
        posts.c.kind,
        audit_content.c.record_id,
        audit_content.c.nonce,
        audit_content.c.ciphertext,
        audit_content.c.key_id,
        data_keys.c.wrapped_dek,
        data_keys.c.kek_id,
    )
    .join(audit_content, audit_content.c.record_id == posts.c.decision_record)
    .outerjoin(data_keys, data_keys.c.id == audit_content.c.key_id)
    .where(posts.c.id == _POST)
)


class SqlPostViews:
    """Implements `gate.post_views.PostViews` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def view(self, post: str) -> PostView:
        """Return what is kept of a post that exists."""
        values = {"b_post": post}

        def read(connection: Connection) -> PostView:
            said = [json.loads(bytes(leaf))["data"] for leaf in connection.execute(_DECISIONS, values).scalars()]
            review = connection.execute(_REVIEW, values).one_or_none()
            place = connection.execute(_PLACE, values).one_or_none()
            return PostView(
                rules=tuple(said[-1].get("told", said[-1].get("reasons", ()))) if said else (),
                appeal_of=said[0].get("appeal_of") if said else None,
                review=None
                if review is None
                else OpenReviewView(queue=review.queue, stage=review.stage, stages=review.stages, due_at=review.due_at),
                send_at=None if place is None else place.send_at,
                not_before=None if place is None else place.not_before,
                expires_at=None if place is None else place.expires_at,
            )

        return await self._reads.run(read)

    async def kept(self, post: str) -> KeptPost | None:
        """Return a post as it was recorded first; None where its content is not there any more."""
        row = await self._reads.run(lambda connection: connection.execute(_KEPT, {"b_post": post}).one_or_none())
        if row is None:
            return None
        return KeptPost(
            platform=row.platform,
            kind=row.kind,
            content=EarlierPost(
                record=row.record_id,
                nonce=bytes(row.nonce),
                ciphertext=bytes(row.ciphertext),
                key=row.key_id,
                wrapped_key=None if row.wrapped_dek is None else bytes(row.wrapped_dek),
                kek_id=row.kek_id or "",
            ),
        )
