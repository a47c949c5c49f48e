"""
Reads of reviews: what queues are asked about, what was said and written, and who stands in for whom.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.gate.ports import EarlierPost
from proxy.gate.review_ports import AskedReview, Delegation, Precedent, SealedWords, Vote
from proxy.storage.tables import audit_content, audit_records, data_keys, posts
from proxy.storage.waiting_tables import delegations, outbox, review_votes, reviews

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from proxy.storage.reads import Reads

_Row = sa.Row[*tuple[Any, ...]]
_MOST_DELEGATIONS = 200
_REVIEW = (
    sa.select(
        reviews,
        posts.c.account,
        posts.c.platform,
        posts.c.operation,
        posts.c.kind.label("post_kind"),
        posts.c.replaces,
        outbox.c.send_at,
        outbox.c.expires_at,
        data_keys.c["class"].label("retention"),
    )
    .join(posts, posts.c.id == reviews.c.post_id)
    .outerjoin(outbox, outbox.c.post_id == posts.c.id)
    .outerjoin(data_keys, data_keys.c.id == posts.c.key_id)
)
_BUT: sa.BindParameter[str] = sa.bindparam("b_but")
_SAID = sa.exists().where(
    review_votes.c.review_id == reviews.c.id,
    sa.or_(review_votes.c.reviewer == _BUT, review_votes.c.on_behalf_of == _BUT),
)
_OPEN = (
    _REVIEW.where(sa.text("reviews.state = 'open'"), reviews.c.author != _BUT, ~_SAID)
    .order_by(reviews.c.due_at, reviews.c.id)
    .limit(sa.bindparam("b_limit"))
)
_OPEN_IN = _OPEN.where(reviews.c.queue.in_(sa.bindparam("b_queues", expanding=True)))
_ONE = _REVIEW.where(reviews.c.id == sa.bindparam("b_review"))
_VOTES = (
    sa.select(review_votes)
    .where(review_votes.c.review_id.in_(sa.bindparam("b_reviews", expanding=True)))
    .order_by(review_votes.c.review_id, review_votes.c.stage)
)
_SEALED = (
    audit_content.c.record_id,
    audit_content.c.nonce,
    audit_content.c.ciphertext,
    audit_content.c.key_id,
    data_keys.c.wrapped_dek,
    data_keys.c.kek_id,
)
_CONTENT = (
    sa.select(*_SEALED)
    .join(data_keys, data_keys.c.id == audit_content.c.key_id)
    .join(reviews, reviews.c.decision_record == audit_content.c.record_id)
    .where(reviews.c.id == sa.bindparam("b_review"), data_keys.c.wrapped_dek.is_not(None))
)
_WORDS = (
    sa.select(*_SEALED, review_votes, reviews.c.stages)
    .join(data_keys, data_keys.c.id == audit_content.c.key_id)
    .join(review_votes, review_votes.c.id == audit_content.c.record_id)
    .join(reviews, reviews.c.id == review_votes.c.review_id)
    .where(reviews.c.post_id == sa.bindparam("b_post"), data_keys.c.wrapped_dek.is_not(None))
    .order_by(review_votes.c.at, review_votes.c.stage)
)
_RECENT = 2_000
"""Reviews that are looked through for similar ones; ids begin with the time, so the last are found by their key."""
_recent = sa.select(reviews.c.id).order_by(reviews.c.id.desc()).limit(_RECENT).subquery()
_ALIKE = (
    sa.select(reviews.c.id, review_votes.c.verdict, review_votes.c.at, audit_records.c.leaf)
    .join(_recent, _recent.c.id == reviews.c.id)
    .join(posts, posts.c.id == reviews.c.post_id)
    .join(review_votes, sa.and_(review_votes.c.review_id == reviews.c.id, review_votes.c.stage == reviews.c.stage))
    .join(audit_records, audit_records.c.id == review_votes.c.id)
    .where(
        reviews.c.state.in_(("approved", "rejected", "returned")),
        reviews.c.queue == sa.bindparam("b_queue"),
        reviews.c.rules == sa.bindparam("b_rules"),
        posts.c.platform == sa.bindparam("b_platform"),
        reviews.c.author != _BUT,
    )
    .order_by(review_votes.c.at.desc(), reviews.c.id.desc())
    .limit(sa.bindparam("b_limit"))
)
_DELEGATIONS = (
    sa.select(delegations)
    .where(delegations.c.ended_at.is_(None))
    .order_by(delegations.c.until.desc(), delegations.c.id)
    .limit(_MOST_DELEGATIONS)
)
_TO = _DELEGATIONS.where(delegations.c.deputy == sa.bindparam("b_person"))
_BY = _DELEGATIONS.where(delegations.c.person == sa.bindparam("b_person"))


class SqlReviews:
    """Implements `gate.review_ports.Reviews` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def open(self, queues: frozenset[str] | None, *, but: str, limit: int) -> tuple[AskedReview, ...]:
        """Return open reviews of these queues (None: of all), those due first before the rest, but for somebody's."""
        values: dict[str, object] = {"b_limit": limit, "b_but": but}
        if queues is None:
            return await self._reads.run(lambda connection: _reviews(connection, _OPEN, values))
        values["b_queues"] = sorted(queues)
        return await self._reads.run(lambda connection: _reviews(connection, _OPEN_IN, values))

    async def one(self, review: str) -> AskedReview | None:
        """Return a review by its id."""
        found = await self._reads.run(lambda connection: _reviews(connection, _ONE, {"b_review": review}))
        return next(iter(found), None)

    async def content(self, review: str) -> EarlierPost | None:
        """Return what was recorded of the decision that a review is about, sealed; None after erasure."""
        values = {"b_review": review}
        row = await self._reads.run(lambda connection: connection.execute(_CONTENT, values).one_or_none())
        return None if row is None else _sealed(row)

    async def words(self, post: str) -> tuple[SealedWords, ...]:
        """Return what reviewers wrote about a post, oldest first; what was erased is left out."""
        rows = await self._reads.run(lambda connection: connection.execute(_WORDS, {"b_post": post}).all())
        return tuple(SealedWords(vote=_vote(row), stages=row.stages, content=_sealed(row)) for row in rows)

    async def alike(self, review: AskedReview, *, but: str, limit: int) -> tuple[Precedent, ...]:
        """Return what was decided, last first, about what the same rules held, in the same queue and platform."""
        values = {
            "b_queue": review.queue,
            "b_rules": " ".join(review.rules),
            "b_platform": review.platform,
            "b_but": but,
            "b_limit": limit,
        }
        rows = await self._reads.run(lambda connection: connection.execute(_ALIKE, values).all())
        return tuple(
            Precedent(
                review=row.id,
                verdict=row.verdict,
                at=row.at,
                reason=json.loads(bytes(row.leaf))["data"].get("reason"),
            )
            for row in rows
        )

    async def standing_in(self, deputy: str) -> tuple[Delegation, ...]:
        """Return delegations to a person that were not ended."""
        return await self._delegations(_TO, deputy)

    async def delegated(self, person: str) -> tuple[Delegation, ...]:
        """Return delegations by a person that were not ended."""
        return await self._delegations(_BY, person)

    async def _delegations(self, query: sa.Select[Any], person: str) -> tuple[Delegation, ...]:
        rows = await self._reads.run(lambda connection: connection.execute(query, {"b_person": person}).all())
        return tuple(
            Delegation(
                id=row.id, person=row.person, deputy=row.deputy, queue=row.queue, since=row.since, until=row.until
            )
            for row in rows
        )


def _reviews(connection: Connection, query: sa.Select[Any], values: dict[str, object]) -> tuple[AskedReview, ...]:
    rows = connection.execute(query, values).all()
    if not rows:
        return ()
    said: dict[str, list[Vote]] = {}
    for row in connection.execute(_VOTES, {"b_reviews": [row.id for row in rows]}):
        said.setdefault(row.review_id, []).append(_vote(row))
    return tuple(_review(row, said.get(row.id, ())) for row in rows)


def _review(row: _Row, votes: Sequence[Vote]) -> AskedReview:
    return AskedReview(
        id=row.id,
        post=row.post_id,
        kind=row.kind,
        queue=row.queue,
        stages=row.stages,
        stage=row.stage,
        state=row.state,
        author=row.author,
        mac=row.mac,
        opened_at=row.opened_at,
        due_at=row.due_at,
        escalate_to=row.escalate_to,
        escalated=row.escalated_at is not None,
        decision_record=row.decision_record,
        policy_digest=row.policy_digest,
        rules=tuple(row.rules.split()),
        bulk=bool(row.bulk),
        account=row.account,
        platform=row.platform,
        operation=row.operation,
        post_kind=row.post_kind,
        replaces=row.replaces,
        retention=row.retention or "",
        send_at=row.send_at,
        expires_at=row.expires_at,
        votes=tuple(votes),
    )


def _vote(row: _Row) -> Vote:
    return Vote(
        record=row.id,
        stage=row.stage,
        reviewer=row.reviewer,
        on_behalf_of=row.on_behalf_of,
        verdict=row.verdict,
        at=row.at,
    )


def _sealed(row: _Row) -> EarlierPost:
    return EarlierPost(
        record=row.record_id,
        nonce=bytes(row.nonce),
        ciphertext=bytes(row.ciphertext),
        key=row.key_id,
        wrapped_key=bytes(row.wrapped_dek),
        kek_id=row.kek_id,
    )
