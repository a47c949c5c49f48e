"""
Twin of the reads of reviews, beside a `MemoryAuditLog`; and people with the scopes that a test gives them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable
from proxy.gate.ports import EarlierPost
from proxy.gate.review_ports import AskedReview, Delegation, Precedent, SealedWords, Vote

if TYPE_CHECKING:
    from proxy.gate.review_changes import CastVote, Delegate
    from tests.fakes.log import MemoryAuditLog, MemoryReview, Tables


class MemoryReviews:
    """Twin of `SqlReviews`."""

    def __init__(self, log: MemoryAuditLog) -> None:
        self._log = log

    async def open(self, queues: frozenset[str] | None, *, but: str, limit: int) -> tuple[AskedReview, ...]:
        """Return open reviews of these queues, those due first before the rest, but for somebody's."""
        found = [
            (review.opened.due_at, name)
            for name, review in self._tables().reviews.items()
            if review.state == "open"
            and (queues is None or review.queue in queues)
            and review.opened.author != but
            and not any(vote.review == name and but in _vote(vote).people for vote in self._tables().votes.values())
        ]
        return tuple(self._review(name) for _, name in sorted(found)[:limit])

    async def one(self, review: str) -> AskedReview | None:
        """Return a review by its id."""
        return self._review(review) if review in self._tables().reviews else None

    async def content(self, review: str) -> EarlierPost | None:
        """Return what was recorded of the decision that a review is about, sealed."""
        kept = self._tables().reviews.get(review)
        return None if kept is None else self._sealed(kept.opened.decision_record)

    async def words(self, post: str) -> tuple[SealedWords, ...]:
        """Return what reviewers wrote about a post, oldest first."""
        tables = self._tables()
        found = []
        for vote in sorted(tables.votes.values(), key=lambda vote: (vote.at, vote.stage)):
            review = tables.reviews[vote.review].opened
            content = self._sealed(vote.id)
            if review.post == post and content is not None:
                found.append(SealedWords(vote=_vote(vote), stages=review.stages, content=content))
        return tuple(found)

    async def alike(self, review: AskedReview, *, but: str, limit: int) -> tuple[Precedent, ...]:
        """Return what was decided, last first, about what the same rules held, in the same queue and platform."""
        tables, reasons = self._tables(), {one.id: one.data.get("reason") for one in self._log.records}
        found = []
        for name, kept in tables.reviews.items():
            ended = [vote for vote in tables.votes.values() if (vote.review, vote.stage) == (name, kept.stage)]
            same = (kept.queue, kept.opened.rules) == (review.queue, review.rules)
            there = tables.posts[kept.opened.post].platform == review.platform and kept.opened.author != but
            if kept.state in {"approved", "rejected", "returned"} and ended and same and there:
                reason = reasons.get(ended[0].id)
                word = None if reason is None else str(reason)
                found.append(Precedent(review=name, verdict=ended[0].verdict, at=ended[0].at, reason=word))
        return tuple(sorted(found, key=lambda one: (one.at, one.review), reverse=True)[:limit])

    async def standing_in(self, deputy: str) -> tuple[Delegation, ...]:
        """Return delegations to a person that were not ended."""
        return tuple(_delegation(one) for one in self._delegations() if one.deputy == deputy)

    async def delegated(self, person: str) -> tuple[Delegation, ...]:
        """Return delegations by a person that were not ended."""
        return tuple(_delegation(one) for one in self._delegations() if one.person == person)

    def _delegations(self) -> list[Delegate]:
        tables = self._tables()
        going_on = [one for one in tables.delegations.values() if one.id not in tables.ended_delegations]
        return sorted(sorted(going_on, key=lambda one: one.id), key=lambda one: one.until, reverse=True)

    def _tables(self) -> Tables:
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        return self._log.tables

    def _sealed(self, record: str) -> EarlierPost | None:
        content = next((one.content for one in self._log.records if one.id == record), None)
        key = None if content is None else self._log.tables.data_keys.get(content.key)
        if content is None or key is None:
            return None
        return EarlierPost(
            record=record,
            nonce=content.nonce,
            ciphertext=content.ciphertext,
            key=content.key,
            wrapped_key=key.wrapped,
            kek_id=key.kek_id,
        )

    def _review(self, name: str) -> AskedReview:
        tables = self._log.tables
        review: MemoryReview = tables.reviews[name]
        opened, post = review.opened, tables.posts[review.opened.post]
        waits, key = tables.outbox.get(post.id), tables.data_keys.get(post.key)
        votes = sorted((vote for vote in tables.votes.values() if vote.review == name), key=lambda vote: vote.stage)
        return AskedReview(
            id=name,
            post=post.id,
            kind=opened.kind,
            queue=review.queue,
            stages=opened.stages,
            stage=review.stage,
            state=review.state,
            author=opened.author,
            mac=opened.mac,
            opened_at=opened.opened_at,
            due_at=opened.due_at,
            escalate_to=opened.escalate_to,
            escalated=review.escalated_at is not None,
            decision_record=opened.decision_record,
            policy_digest=opened.policy_digest,
            rules=opened.rules,
            bulk=opened.bulk,
            account=post.account,
            platform=post.platform,
            operation=post.operation,
            post_kind=post.kind,
            replaces=post.replaces,
            retention="" if key is None else key.retention,
            send_at=None if waits is None else waits.send_at,
            expires_at=None if waits is None else waits.expires_at,
            votes=tuple(map(_vote, votes)),
        )


class Team:
    """People and their scopes, as a test gives them."""

    def __init__(self, **scopes: str) -> None:
        self.people = {name: frozenset(words.split()) for name, words in scopes.items()}
        """By pseudonym."""

    async def scopes(self, person: str) -> frozenset[str]:
        """Return all scopes of a person."""
        return self.people.get(person, frozenset())


def _vote(vote: CastVote) -> Vote:
    return Vote(
        record=vote.id,
        stage=vote.stage,
        reviewer=vote.reviewer,
        on_behalf_of=vote.on_behalf_of,
        verdict=vote.verdict,
        at=vote.at,
    )


def _delegation(one: Delegate) -> Delegation:
    return Delegation(
        id=one.id, person=one.person, deputy=one.deputy, queue=one.queue, since=one.since, until=one.until
    )
