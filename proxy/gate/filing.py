"""
Units of work of a submission: which records and which state become durable together.

All of a decision is one transaction: no crash leaves it without its state, a state without record, a key without post.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from proxy.core.model import Verdict
from proxy.gate import records
from proxy.gate.lifecycle import Event, State, enter
from proxy.gate.replay import reserved, stored_answer
from proxy.gate.request_changes import heed
from proxy.gate.retention import RetentionTerms
from proxy.gate.review import ReviewTerms, review_terms
from proxy.gate.review_changes import OpenReview
from proxy.gate.waiting_changes import KeepWaiting
from proxy.gate.work import GuardTwin, OpenAttempt, StorePost, Work

if TYPE_CHECKING:
    from proxy.core.model import Decision, Post, Principal, Scan
    from proxy.gate.plea import Plea
    from proxy.gate.ports import Answers, Clock, DataKey, Envelope, Grant, Ids, SpooledMedia
    from proxy.gate.replay import Claim
    from proxy.gate.wire import Endpoint, WireAnswer
    from proxy.gate.work import AuditRecord, Change, StoreKey

WITHHELD = "withheld"
"""Why a post that was decided is not sent: another one that it belongs to may not be."""
_FIRST_EVENT = {
    Verdict.ALLOW: Event.NEW_ALLOW,
    Verdict.REDACT: Event.NEW_REDACT,
    Verdict.HOLD: Event.NEW_HOLD,
    Verdict.BLOCK: Event.NEW_BLOCK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A decided post on its way into the log, with the key that seals its content."""

    post: Post
    scan: Scan
    decision: Decision
    record: str
    """Id of its PG-101."""
    at: datetime
    mac: str
    key: DataKey
    retention: str
    """Class of its contents."""
    store_key: StoreKey | None
    """What keeps the key; None for a post that is known already, whose key is kept."""
    original: Case | None = None
    """The post that this one replaces, when this one is its redacted form."""
    removed: tuple[str, ...] = ()
    """What was taken out of its image."""
    plea: Plea | None = None
    """What its author says for it, when it is an appeal."""

    def kept_key(self) -> tuple[StoreKey, ...]:
        """Return the change that keeps its key, where that is new."""
        return () if self.store_key is None else (self.store_key,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A decided submission before its record: who asks, at which endpoint, and what makes it the same as another."""

    endpoint: Endpoint
    answers: Answers
    grant: Grant
    claim: Claim
    media: tuple[SpooledMedia, ...]
    case: Case
    send_at: datetime | None = None
    """When its author wants it sent; None: now."""
    waits: bool = False
    """Whether it may wait for a platform that does not take it now, because its author does not wait for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """An attempt that is about to begin."""

    attempt: str
    record: str
    at: datetime
    lease_until: datetime
    claimed: float
    """Monotonic seconds: when it was drawn, or when the look at a waiting post began that it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review that is about to open."""

    id: str
    terms: ReviewTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKey:
    """The data key of a post that is known already."""

    key: DataKey
    mac: str
    retention: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What an allowed post waits for."""

    event: Event
    not_before: datetime
    reason: str
    """`scheduled`, or why the platform does not take it now."""
    send_at: datetime | None
    """When its author wants it sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long things may take, and what platforms promise."""

    lease: timedelta = timedelta(seconds=60)
    review_due: timedelta = timedelta(hours=2)
    review_ends: timedelta = timedelta(hours=72)
    """After that a held post is not sent any more, whoever approves it."""
    delivery_ends: timedelta = timedelta(hours=24)
    """After its time, or after it was allowed, a post that could not be sent is not sent any more."""
    retention: RetentionTerms = field(default_factory=RetentionTerms)
    replay_safe: frozenset[tuple[str, str]] = frozenset()
    """Platforms and operations whose requests a platform knows when they come again."""


class Filing:
    """Builds the unit of work for each verdict."""

    def __init__(self, *, envelope: Envelope, clock: Clock, ids: Ids, node: str, terms: Terms) -> None:
        self._envelope = envelope
        self._clock = clock
        self._ids = ids
        self._node = node
        self._terms = terms

    def open_case(self, post: Post, scan: Scan, decision: Decision, kept: KeptKey | None = None) -> Case:
        """Draw the key and the code of a decided post, unless they are known from an earlier decision on it."""
        at = self._clock.now()
        if kept is not None:
            return Case(
                post=post,
                scan=scan,
                decision=decision,
                record=self._ids(),
                at=at,
                mac=kept.mac,
                key=kept.key,
                retention=kept.retention,
                store_key=None,
            )
        key, store_key = self._envelope.new_key(
            key_id=self._ids(), post=post.id, retention=self._terms.retention.of(decision), now=at
        )
        return Case(
            post=post,
            scan=scan,
            decision=decision,
            record=self._ids(),
            at=at,
            mac=self._envelope.mac(key, post.canonical()),
            key=key,
            retention=store_key.retention,
            store_key=store_key,
        )

    def intent(self, *, begun: float | None = None) -> Intent:
        """Draw an attempt with its lease; it is not begun long after `begun`, in monotonic seconds, or after now."""
        now = self._clock.now()
        return Intent(
            attempt=self._ids(),
            record=self._ids(),
            at=now,
            lease_until=now + self._terms.lease,
            claimed=self._clock.monotonic() if begun is None else begun,
        )

    def review(self, case: Case) -> Review:
        """Draw a review with the terms of the decision."""
        terms = review_terms(case.decision, now=case.at, due=self._terms.review_due)
        return Review(id=self._ids(), terms=terms)

    def blocked(self, case: Case, principal: Principal, claim: Claim, answer: WireAnswer) -> Work:
        """Return the unit of work for a post that was stopped for good."""
        changes = (*self._store(case, claim), *reserved(claim, case.post.id, case.at), *self._keep(case, claim, answer))
        return Work(records=self.decided(case, principal), changes=changes, post=case.post.id, mac=case.mac)

    def open_review(self, case: Case, review: Review) -> tuple[AuditRecord, OpenReview]:
        """Return the record and the row of a review of a held post."""
        opened = records.review_opened(
            record=self._ids(),
            at=case.at,
            post=case.post,
            mac=case.mac,
            decided_by=case.record,
            decision=case.decision,
            name=review.id,
            review=review.terms,
        )
        matched = [matched for matched in case.decision.matched if matched.verdict is not Verdict.ALLOW]
        shown = {reason.rule for reason in case.decision.reasons} | {one.rule for one in matched}
        return opened, OpenReview(
            id=review.id,
            post=case.post.id,
            queue=review.terms.queue,
            stages=review.terms.stages,
            author=case.post.author,
            mac=case.mac,
            opened_at=case.at,
            due_at=review.terms.due_at,
            escalate_to=review.terms.escalate_to,
            decision_record=case.record,
            policy_digest=case.decision.policy_digest,
            rules=tuple(sorted(shown)),
            bulk=review.terms.stages == 1 and case.post.appeal_of is None and not any(one.hard for one in matched),
        )

    def held(
        self,
        case: Case,
        principal: Principal,
        claim: Claim,
        *,
        review: Review,
        answer: WireAnswer,
        send_at: datetime | None = None,
    ) -> Work:
        """Return the unit of work for a post that waits for a person."""
        opened, queue = self.open_review(case, review)
        changes = (
            *self._store(case, claim),
            *reserved(claim, case.post.id, case.at),
            queue,
            KeepWaiting(post=case.post.id, send_at=send_at, not_before=None, expires_at=self.ends(case, send_at)),
            *self._keep(case, claim, answer),
        )
        return Work(records=(*self.decided(case, principal), opened), changes=changes, post=case.post.id, mac=case.mac)

    def allowed(self, case: Case, principal: Principal, claim: Claim, intent: Intent) -> Work:
        """Return the unit of work that must be durable before the first byte leaves."""
        actor = records.actor_of(principal)
        opened = records.intent(
            record=intent.record,
            at=intent.at,
            actor=actor,
            post=case.post,
            mac=case.mac,
            decided_by=case.record,
            attempt=intent.attempt,
            lease=intent.lease_until,
            replay_safe=self.replay_safe(case.post),
        )
        attempt = OpenAttempt(
            id=intent.attempt,
            post=case.post.id,
            number=1,
            owner=self._node,
            lease_until=intent.lease_until,
            intent_record=intent.record,
        )
        twin = GuardTwin(scope=claim.scope, fingerprint=claim.fingerprint, post=case.post.id)
        changes = (twin, *self._store(case, claim), *reserved(claim, case.post.id, case.at), attempt)
        return Work(records=(*self.decided(case, principal), opened), changes=changes, post=case.post.id, mac=case.mac)

    def replay_safe(self, post: Post) -> bool:
        """Return whether the platform knows the request that sends this post when it comes again."""
        return (post.platform, post.operation) in self._terms.replay_safe

    def ends(self, case: Case, send_at: datetime | None) -> datetime:
        """Return when a post is not sent any more: a time that its author chose ends the patience of a review too."""
        if send_at is not None:
            return self.ends_after(send_at)
        held = case.decision.verdict is not Verdict.ALLOW
        return case.at + (self._terms.review_ends if held else self._terms.delivery_ends)

    def ends_after(self, send_at: datetime) -> datetime:
        """Return when a post is not sent any more whose author chose a time."""
        return send_at + self._terms.delivery_ends

    def waits(self, case: Case, principal: Principal, claim: Claim, wait: Waits, *, answer: WireAnswer) -> Work:
        """Return the unit of work for an allowed post that waits for its time, or for its platform."""
        target = enter(None, wait.event)
        moved = records.moved(
            record=self._ids(),
            at=case.at,
            about=records.subject_of(case.post),
            move=(enter(None, Event.NEW_ALLOW), target),
            reason=wait.reason,
            send_at=wait.send_at,
        )
        changes = (
            *self._store(case, claim, target),
            *reserved(claim, case.post.id, case.at),
            KeepWaiting(
                post=case.post.id,
                send_at=wait.send_at,
                not_before=wait.not_before,
                expires_at=self.ends(case, wait.send_at),
            ),
            *self._keep(case, claim, answer),
        )
        return Work(records=(*self.decided(case, principal), moved), changes=changes, post=case.post.id, mac=case.mac)

    def withheld(self, case: Case, principal: Principal, claim: Claim, *, reason: str = WITHHELD) -> Work:
        """Return the unit of work for a post that is decided and not sent, for another reason; it keeps no key."""
        decided = self.decided(case, principal)
        state = enter(None, _FIRST_EVENT[case.decision.verdict])
        if state is State.BLOCKED:
            return Work(records=decided, changes=self._store(case, claim), post=case.post.id, mac=case.mac)
        target = enter(None, Event.NEW_WITHHELD)
        moved = records.moved(
            record=self._ids(),
            at=case.at,
            about=records.subject_of(case.post),
            move=(state, target),
            reason=reason,
        )
        return Work(
            records=(*decided, moved), changes=self._store(case, claim, target), post=case.post.id, mac=case.mac
        )

    def decided(self, case: Case, principal: Principal, *earlier_decisions: str) -> tuple[AuditRecord, ...]:
        """
        Return the record of a decision, after that of the post it replaces, contents sealed.

        `earlier_decisions` are ids of records of decisions on the same image.
        """
        earlier = () if case.original is None else self.decided(case.original, principal)
        content = self._envelope.seal_content(
            case.key,
            record=case.record,
            plain=records.content_of(case.post, case.scan, case.plea),
            mac=case.mac,
            retention=case.retention,
        )
        record = records.decided(
            record=case.record,
            at=case.at,
            actor=records.actor_of(principal),
            post=case.post,
            scan=case.scan,
            decision=case.decision,
            content=content,
            edit_of=self._edited(case.post),
        )
        replaced = () if case.original is None else (case.original.record,)
        data = record.data | ({"removed": list(case.removed)} if case.removed else {})
        return (*earlier, replace(record, data=data, refs=(*replaced, *earlier_decisions)))

    def _edited(self, post: Post) -> str | None:
        """Return a keyed digest of the platform's id of the post that is edited: the client wrote it, so it is text."""
        return None if post.edit_of is None else self._envelope.digest("edit-of", post.edit_of.encode())

    def _store(self, case: Case, claim: Claim, state: State | None = None) -> tuple[Change, ...]:
        earlier = () if case.original is None else self._store(case.original, claim)
        post = case.post
        stored = StorePost(
            id=post.id,
            platform=post.platform,
            account=post.account,
            author=post.author,
            kind=post.kind.value,
            operation=post.operation,
            state=state or enter(None, _FIRST_EVENT[case.decision.verdict]),
            mac=case.mac,
            scope=claim.scope,
            fingerprint=claim.fingerprint,
            decision_record=case.record,
            key=case.key.id,
            created_at=case.at,
            replaces=None if case.original is None else case.original.post.id,
            edit_of=self._edited(post),
            request=post.request,
        )
        return (*earlier, *case.kept_key(), stored, *heed(post, stored.state))

    def _keep(self, case: Case, claim: Claim, answer: WireAnswer) -> tuple[Change, ...]:
        if claim.key is None:
            return ()
        return (stored_answer(self._envelope, key=case.key, post=case.post, answer=answer),)
