"""
The act: one attempt, one outcome.

An attempt is sent at most once. Its outcome is recorded before anybody is told; when the record cannot be written, the
client learns that the post may have been published, never that it was.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import AuditUnavailable, Conflict, OutcomeUnknown
from proxy.gate import records
from proxy.gate.lifecycle import Event, State, enter
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.replay import decision_id, stored_answer
from proxy.gate.results import NotSent, Published, Queued, Rejected, Unknown
from proxy.gate.waiting_changes import StopWaiting
from proxy.gate.work import CloseAttempt, FreeKey, MovePost, Work

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from proxy.core.release import ReleasedPost
    from proxy.gate.examine import Ports
    from proxy.gate.filing import Case, Intent, Pending
    from proxy.gate.ports import AuditLog, Clock, Envelope, Ids, Publisher, SpooledMedia
    from proxy.gate.results import Result
    from proxy.gate.wire import WireAnswer
    from proxy.gate.work import Change

FRESH_S = 20.0
"""An attempt older than this is not begun: a process that was frozen must not wake up and send."""
UNREACHED = "connect"
"""Why nothing was sent: no connection to the platform came about, so not a byte left."""
_PATIENCE_S = 10.0
"""So long after its intent a platform that nobody reached is asked again while a client waits."""
_CONNECT_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each further try to reach a platform."""
_RECORD_PAUSES = (0.2, 1.0)
"""Seconds before each further try to record an outcome."""
_EVENTS = {
    OutcomeKind.PUBLISHED: Event.OUTCOME_PUBLISHED,
    OutcomeKind.REJECTED: Event.OUTCOME_REJECTED,
    OutcomeKind.NOT_SENT: Event.OUTCOME_NOT_SENT,
    OutcomeKind.UNKNOWN: Event.OUTCOME_UNKNOWN,
}
_LATE_EVENTS = {OutcomeKind.PUBLISHED: Event.LATE_PUBLISHED, OutcomeKind.REJECTED: Event.LATE_REJECTED}


class _Faults(Protocol):
    def __call__(self, name: str, /) -> None: ...


async def patient_attempt(send: Callable[[], Awaitable[Outcome]], *, intent: Intent, ports: Ports) -> Outcome:
    """
    Send within one attempt, and try again while the platform cannot be reached and a client waits.

    For ten seconds at most, and for half of the lease. No byte left in the tries before, so the post is still sent once
    at most; `send` looks again at what speaks against it each time.
    """
    outcome = await send()
    for seconds in _CONNECT_PAUSES:
        reached = outcome.kind is not OutcomeKind.NOT_SENT or outcome.reason != UNREACHED
        left = (intent.lease_until - ports.clock.now()).total_seconds()
        if reached or ports.clock.monotonic() - intent.claimed + seconds > min(_PATIENCE_S, left):
            break
        await ports.pause(seconds)
        outcome = await send()
    return outcome


async def attempt(
    released: ReleasedPost,
    *,
    intent: Intent,
    publisher: Publisher,
    media: Sequence[SpooledMedia],
    clock: Clock,
    against: Callable[[], Awaitable[str | None]],
) -> Outcome:
    """
    Send a released post once, unless something changed between its record and now.

    It is not sent when the attempt went stale, or when something speaks `against` it by now: other policies came into
    force, a period of a calendar began or ended, a consent was withdrawn, or its time is over.
    """
    reason = await against()
    if reason is not None:
        return Outcome(kind=OutcomeKind.NOT_SENT, reason=reason)
    if clock.monotonic() - intent.claimed > FRESH_S:
        return Outcome(kind=OutcomeKind.NOT_SENT, reason="stale")
    return await publisher.publish(released, media)


def result_of(case: Case, outcome: Outcome, again_at: datetime | None = None) -> Result:
    """Return what the client is told about an outcome."""
    name = decision_id(case.record)
    if again_at is not None:
        return Queued(decision_id=name, not_before=again_at, reason=outcome.reason)
    match outcome.kind:
        case OutcomeKind.PUBLISHED:
            return Published(
                post=case.post,
                decision=case.decision,
                decision_id=name,
                outcome=outcome,
                redacted=case.original is not None,
            )
        case OutcomeKind.REJECTED:
            return Rejected(decision_id=name, outcome=outcome)
        case OutcomeKind.NOT_SENT:
            return NotSent(decision_id=name, outcome=outcome)
        case OutcomeKind.UNKNOWN:  # pragma: no branch  the last of a closed set
            return Unknown(decision_id=name, outcome=outcome)


def kept(
    envelope: Envelope, pending: Pending, outcome: Outcome, answer: WireAnswer | None, again_at: datetime | None = None
) -> tuple[Change, ...]:
    """Keep the answer for whoever asks again; free the key of a post that was not taken and does not wait."""
    case, claim = pending.case, pending.claim
    if claim.key is None:
        return ()
    not_taken = outcome.kind is OutcomeKind.NOT_SENT or outcome.reason == "rate_limited"
    if again_at is None and not_taken:
        return (FreeKey(scope=claim.scope, key=claim.key, post=case.post.id),)
    if answer is None:
        return ()
    return (stored_answer(envelope, key=case.key, post=case.post, answer=answer),)


class Outcomes:
    """Records what became of attempts."""

    def __init__(self, *, audit: AuditLog, clock: Clock, ids: Ids, faults: _Faults) -> None:
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._faults = faults

    async def record(
        self,
        case: Case,
        intent: Intent,
        outcome: Outcome,
        changes: tuple[Change, ...] = (),
        *,
        again_at: datetime | None = None,
    ) -> None:
        """
        Make an outcome durable, together with the answer kept for those who ask again.

        With `again_at` the post waits for another attempt; `changes` put it into the outbox.

        Raises:
            OutcomeUnknown: it cannot be recorded, so nothing may be claimed about the post.
        """
        self._faults("before_outcome")
        try:
            await self._commit(self._work(case, intent, outcome, changes, again_at))
        except Conflict:
            await self._record_late(case, intent, outcome, changes)
        except AuditUnavailable:
            raise OutcomeUnknown(decision_id=decision_id(case.record)) from None
        self._faults("after_outcome")

    async def _commit(self, work: Work) -> None:
        for pause in _RECORD_PAUSES:
            try:
                await self._audit.commit(work)
            except AuditUnavailable:
                await asyncio.sleep(pause)
            else:
                return
        await self._audit.commit(work)

    def _work(
        self, case: Case, intent: Intent, outcome: Outcome, changes: tuple[Change, ...], again_at: datetime | None
    ) -> Work:
        now = self._clock.now()
        record = records.outcome(
            record=self._ids(),
            at=now,
            subject=records.subject_of(case.post),
            attempt=intent.attempt,
            intent_record=intent.record,
            result=outcome,
            ms=round((self._clock.monotonic() - intent.claimed) * 1000),
            again_at=again_at,
        )
        event = _EVENTS[outcome.kind] if again_at is None else Event.OUTCOME_DEFERRED
        close = CloseAttempt(id=intent.attempt, result=outcome.kind.value, outcome_record=record.id)
        move = move_post(case.post.id, State.INTENT, event, platform_id=outcome.upstream_id)
        return Work(records=(record,), changes=(close, move, *changes), post=case.post.id)

    async def _record_late(self, case: Case, intent: Intent, outcome: Outcome, changes: tuple[Change, ...]) -> None:
        """Add the sender's clear answer to a post that became `unknown` when its lease ran out; no second outcome."""
        event = _LATE_EVENTS.get(outcome.kind)
        if event is None:
            raise OutcomeUnknown(decision_id=decision_id(case.record))
        record = records.reconciled(
            record=self._ids(),
            at=self._clock.now(),
            subject=records.subject_of(case.post),
            attempt=intent.attempt,
            intent_record=intent.record,
            result=outcome,
            method="late",
        )
        move = move_post(case.post.id, State.UNKNOWN, event, platform_id=outcome.upstream_id)
        over = StopWaiting(post=case.post.id)
        try:
            await self._commit(Work(records=(record,), changes=(move, *changes, over), post=case.post.id))
        except (AuditUnavailable, Conflict):
            raise OutcomeUnknown(decision_id=decision_id(case.record)) from None


def move_post(post: str, source: State, event: Event, *, platform_id: str | None = None) -> MovePost:
    """
    Return the change that carries out one transition of the life cycle.

    Raises:
        Conflict: the table has no such transition.
    """
    return MovePost(id=post, source=source, target=enter(source, event), platform_id=platform_id)
