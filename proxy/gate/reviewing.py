"""
Review: what people are asked about, and what they say; what they see of it is for `review_looking`.

An approval is bound to the text that was shown (its code) and to the rules that held it: the check before the release
decides again, and asks again where another rule, a stricter one or other terms hold the post then.

What one person says is one unit of work with what follows from it, so that of two who decide at once one is told so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, NotFound
from proxy.gate import review_records
from proxy.gate.lifecycle import Event, State, enter
from proxy.gate.review_changes import AdvanceReview, CastVote, EndReview
from proxy.gate.review_ports import HOLD, OPEN, SAMPLE
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.review_rights import Rights, may_decide, right_to
from proxy.gate.review_shown import opened_post
from proxy.gate.review_words import REASONS, Said, written
from proxy.gate.send import move_post
from proxy.gate.waiting_changes import KeepWaiting, TakeWaiting
from proxy.gate.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from proxy.core.model import Principal
    from proxy.gate.ports import AuditLog, Clock, Envelope, Ids
    from proxy.gate.review_ports import AskedReview, Colleagues, Reviews
    from proxy.gate.review_shown import OpenedPost
    from proxy.gate.waiting import WaitingPost, WaitingPosts
    from proxy.gate.work import AuditRecord, Change

MOST = 200
"""Reviews of one list, and of one decision about several."""


class Verdict(StrEnum):
    """What a person says about a held post."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    """Back to its author, with words."""


class Judgement(StrEnum):
    """What a person says about a sample."""

    RIGHT = "right"
    MISSED = "missed"


_ENDS = {Verdict.REJECT: "rejected", Verdict.RETURN: "returned"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """What a person says, and writes."""

    verdict: Verdict
    reason: str | None = None
    """One of `review_words.REASONS`."""
    said: Said = field(default_factory=Said)
    false_alarm: bool = False
    """Whether the rules that held it should not have matched; with an approval only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """A ballot with who casts it, for whom, and on what."""

    review: AskedReview
    ballot: Ballot
    by: Principal
    on_behalf_of: str | None
    at: datetime
    bulk: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """What became of a word on a review."""

    review: str
    verdict: str
    stage: int
    stages: int
    state: str
    """Of the post, now."""
    on_behalf_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfMany:
    """What became of one review among several."""

    review: str
    voted: Voted | None
    why: str | None
    """Why it was refused; None: it was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewingPorts:
    """What reviewing needs."""

    reviews: Reviews
    posts: WaitingPosts
    colleagues: Colleagues
    audit: AuditLog
    envelope: Envelope
    clock: Clock
    ids: Ids
    delivery_ends: timedelta
    """After its approval, a post without a time of its own that could not be sent is not sent any more."""
    wake: Callable[[], None] = lambda: None
    """Told when something may have become due."""
    faults: Callable[[str], None] = lambda _name: None


class Reviewing:
    """Lists and decides reviews."""

    def __init__(self, ports: ReviewingPorts) -> None:
        self._ports = ports
        self._rights = Rights(reviews=ports.reviews, colleagues=ports.colleagues, clock=ports.clock)

    async def mine(self, *, by: Principal, queue: str | None = None) -> tuple[AskedReview, ...]:
        """
        Return what somebody may decide now, what is due first before the rest; nothing of his own.

        Raises:
            ReviewRefused: no-role.
        """
        rights = await self._rights.of(by)
        everywhere = any(right.queues is None for right in rights)
        queues = None if everywhere else frozenset().union(*(right.queues or frozenset() for right in rights))
        if queue is not None:
            queues = frozenset({queue}) if queues is None else queues & {queue}
        found = await self._ports.reviews.open(queues, but=by.ref, limit=MOST)
        return tuple(review for review in found if may_decide(review, rights, by))

    async def vote(self, name: str, ballot: Ballot, *, by: Principal, bulk: bool = False) -> Voted:
        """
        Say a word about the stage that a review is at.

        Raises:
            NotFound: there is no such review.
            ReviewRefused: whatever stands in the way; nothing changed.
            AuditUnavailable: nothing is known to be recorded.
        """
        review, rights = await self._rights.asked(name, by)
        right = right_to(review, rights, by)
        if review.kind != HOLD:
            raise ReviewRefused(why="sample")
        if bulk and not review.bulk:
            raise ReviewRefused(why="no-bulk")
        waiting = await self._ports.posts.waiting(review.post)
        now = self._ports.clock.now()
        if waiting is None or waiting.state is not State.HELD:
            raise ReviewRefused(why="closed")
        if waiting.expires_at <= now:
            raise ReviewRefused(why="expired")
        opened = await self._opened(review)
        _check(ballot, opened)
        word = _Word(review=review, ballot=ballot, by=by, on_behalf_of=right.on_behalf_of, at=now, bulk=bulk)
        work, target = self._work(word, waiting, opened)
        await self._commit(work, review)
        if target is State.APPROVED:
            self._ports.wake()
        return Voted(
            review=review.id,
            verdict=ballot.verdict.value,
            stage=review.stage,
            stages=review.stages,
            state=target.value,
            on_behalf_of=right.on_behalf_of,
        )

    async def vote_on(self, names: Sequence[str], ballot: Ballot, *, by: Principal) -> tuple[OfMany, ...]:
        """
        Say the same word about several reviews, each for itself and each its own record.

        Raises:
            ReviewRefused: no-role.
            AuditUnavailable: nothing is known to be recorded of the one at hand; those before it are decided.
        """
        await self._rights.of(by)
        done = []
        for name in dict.fromkeys(names):
            try:
                done.append(OfMany(review=name, voted=await self.vote(name, ballot, by=by, bulk=True), why=None))
            except ReviewRefused as refused:
                done.append(OfMany(review=name, voted=None, why=refused.why))
            except NotFound:
                done.append(OfMany(review=name, voted=None, why="closed"))
        return tuple(done)

    async def judge(self, name: str, judgement: Judgement, *, by: Principal, reason: str | None = None) -> str:
        """
        Say whether a sample was rightly allowed; return the id of its review.

        Raises:
            As `vote`.
        """
        review, rights = await self._rights.asked(name, by)
        right = right_to(review, rights, by)
        if review.kind != SAMPLE:
            raise ReviewRefused(why="sample")
        if reason is not None and reason not in REASONS:
            raise ReviewRefused(why="no-reason")
        now = self._ports.clock.now()
        record = review_records.judged(
            review,
            record=self._ports.ids(),
            at=now,
            by=by,
            on_behalf_of=right.on_behalf_of,
            verdict=judgement.value,
            reason=reason,
        )
        ended = EndReview(id=review.id, state="seen", at=now)
        await self._commit(Work(records=(record,), changes=(ended,)), review)
        return review.id

    async def _opened(self, review: AskedReview) -> OpenedPost:
        return opened_post(self._ports.envelope, review, await self._ports.reviews.content(review.id))

    async def _commit(self, work: Work, review: AskedReview) -> None:
        try:
            await self._ports.audit.commit(work)
        except Conflict:
            now = await self._ports.reviews.one(review.id)
            raise ReviewRefused(why="decided" if now is not None and now.state == OPEN else "closed") from None
        self._ports.faults("review_committed")

    def _work(self, word: _Word, waiting: WaitingPost, opened: OpenedPost) -> tuple[Work, State]:
        """Return the unit of work of a word, and the state that the post is in then."""
        record = self._record(word, opened)
        vote = CastVote(
            id=record.id,
            review=word.review.id,
            stage=word.review.stage,
            reviewer=word.by.ref,
            on_behalf_of=word.on_behalf_of,
            verdict=word.ballot.verdict.value,
            at=word.at,
        )
        event = _event(word.review, word.ballot.verdict)
        followed = self._followed(word, waiting, event)
        return Work(records=(record,), changes=(vote, *followed)), enter(State.HELD, event)

    def _record(self, word: _Word, opened: OpenedPost) -> AuditRecord:
        name, ballot, review = self._ports.ids(), word.ballot, word.review
        content = self._ports.envelope.seal_content(
            opened.key,
            record=name,
            plain=written(ballot.said, ballot.reason),
            mac=review.mac,
            retention=review.retention,
        )
        return review_records.decided(
            review,
            record=name,
            at=word.at,
            by=word.by,
            on_behalf_of=word.on_behalf_of,
            verdict=ballot.verdict.value,
            reason=ballot.reason,
            false_alarm=ballot.false_alarm and ballot.verdict is Verdict.APPROVE,
            bulk=word.bulk,
            content=content,
        )

    def _followed(self, word: _Word, waiting: WaitingPost, event: Event) -> tuple[Change, ...]:
        """Return what follows from a word."""
        review, at = word.review, word.at
        moved = move_post(waiting.id, State.HELD, event)
        if event is Event.APPROVE_STAGE:  # the post stays where it is, which nobody may have moved before
            return AdvanceReview(id=review.id, stage=review.stage), moved
        ended = EndReview(id=review.id, state=_ENDS.get(word.ballot.verdict, "approved"), at=at)
        as_read = TakeWaiting(post=waiting.id, send_at=waiting.send_at, tries=waiting.tries)
        if event is Event.REJECT:
            return ended, moved, as_read
        late = waiting.expires_at if waiting.send_at is not None else at + self._ports.delivery_ends
        kept = KeepWaiting(
            post=waiting.id,
            send_at=waiting.send_at,
            not_before=at if waiting.send_at is None else max(at, waiting.send_at),
            expires_at=late,
            tries=waiting.tries,
        )
        return ended, moved, as_read, kept


def _event(review: AskedReview, verdict: Verdict) -> Event:
    if verdict is not Verdict.APPROVE:
        return Event.REJECT
    return Event.APPROVE if review.stage == review.stages else Event.APPROVE_STAGE


def _check(ballot: Ballot, opened: OpenedPost) -> None:
    """Refuse a word without what it needs, and remarks on places that are not there."""
    reasoned = ballot.reason in REASONS or (ballot.verdict is Verdict.APPROVE and ballot.reason is None)
    if not reasoned or (ballot.verdict is Verdict.RETURN and not ballot.said):
        raise ReviewRefused(why="no-reason")
    parts = opened.post.parts
    if not all(0 <= part < len(parts) for part in ballot.said.parts()):
        raise ReviewRefused(why="no-span")
    if not all(0 <= one.start < one.end <= len(parts[one.part].text) for one in ballot.said.remarks):
        raise ReviewRefused(why="no-span")
