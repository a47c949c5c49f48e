"""
The tables of posts that wait: when they are looked at again, who is asked about them, what people said.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from proxy.storage.columns import NUMBER, WORDS, Instant
from proxy.storage.tables import TIME, metadata


def _times(table: str, *columns: str) -> tuple[sa.CheckConstraint, ...]:
    """Return conditions that a time looks like one; nothing else may be compared with the time of now."""
    return tuple(sa.CheckConstraint(f"{name} LIKE '{TIME}'", name=f"ck_{table}_{name}") for name in columns)


def _only_where(condition: str) -> dict[str, Any]:
    """Return the condition of an index over some rows only, for both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("post_id", WORDS, sa.ForeignKey("posts.id"), primary_key=True),
    sa.Column("send_at", Instant),
    sa.Column("not_before", Instant),
    sa.Column("expires_at", Instant, nullable=False, index=True),
    sa.Column("tries", NUMBER, nullable=False),
    *_times("outbox", "send_at", "not_before", "expires_at"),
    sqlite_strict=True,
)
"""Posts that wait; a row says when to look, the state of its post whether it may be sent."""
due = sa.Index("ix_outbox_due", outbox.c.not_before, **_only_where("not_before IS NOT NULL"))
"""Finds what is to be looked at now."""

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("post_id", WORDS, sa.ForeignKey("posts.id"), nullable=False, index=True),
    sa.Column("kind", WORDS, nullable=False),
    sa.Column("queue", WORDS, nullable=False),
    sa.Column("first_queue", WORDS, nullable=False),
    sa.Column("stages", NUMBER, nullable=False),
    sa.Column("stage", NUMBER, nullable=False),
    sa.Column("state", WORDS, nullable=False),
    sa.Column("author", WORDS, nullable=False),
    sa.Column("mac", WORDS, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("escalate_to", WORDS, nullable=False),
    sa.Column("escalated_at", Instant),
    sa.Column("reminded_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("decision_record", WORDS, nullable=False),
    sa.Column("policy_digest", WORDS, nullable=False),
    sa.Column("rules", WORDS, nullable=False),
    sa.Column("bulk", NUMBER, nullable=False),
    sqlite_strict=True,
)
"""
Posts that people are asked about; `rules` stand between spaces, `stage` is the one that is asked for now.

`queue` is asked now, `first_queue` was asked first.
"""
open_reviews = sa.Index("ix_reviews_open", reviews.c.queue, reviews.c.due_at, **_only_where("state = 'open'"))
"""Finds what a queue has to do, what is due first before the rest."""

review_votes = sa.Table(
    "review_votes",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("review_id", WORDS, sa.ForeignKey("reviews.id"), nullable=False),
    sa.Column("stage", NUMBER, nullable=False),
    sa.Column("reviewer", WORDS, sa.ForeignKey("actors.ref"), nullable=False),
    sa.Column("on_behalf_of", WORDS, sa.ForeignKey("actors.ref")),
    sa.Column("verdict", WORDS, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("review_id", "stage"),
    sa.UniqueConstraint("review_id", "reviewer"),
    sa.CheckConstraint("verdict IN ('approve', 'reject', 'return')", name="ck_review_votes_verdict"),
    sa.CheckConstraint("on_behalf_of <> reviewer", name="ck_review_votes_on_behalf_of"),
    *_times("review_votes", "at"),
    sqlite_strict=True,
)
"""What people said; triggers want that it is nobody's own post, and the stage that is asked for."""

delegations = sa.Table(
    "delegations",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("person", WORDS, sa.ForeignKey("actors.ref"), nullable=False),
    sa.Column("deputy", WORDS, sa.ForeignKey("actors.ref"), nullable=False, index=True),
    sa.Column("queue", WORDS),
    sa.Column("since", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.CheckConstraint("person <> deputy", name="ck_delegations_deputy"),
    *_times("delegations", "since", "until", "created_at", "ended_at"),
    sqlite_strict=True,
)
"""Who stands in for whom, from when until when."""
