"""
A submission's way through the gate.

    1. compose   the draft becomes a Post, with the texts of the images it uses
    2. replay    an equal earlier submission is answered, never sent again
    3. scan      every detector, under one deadline, with the earlier posts of the author's own thread
    4. decide    pure; an incomplete scan never allows
    5. record    decision and intent are durable before the first upstream byte; from here on nothing is cancelled
    6. act       publish what is released, and record the outcome
    7. answer    what the client's platform would have answered

`examine` does 1, 3 and 4 for every use case, `filing` builds the units of work of step 5, `send` does step 6.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict
from proxy.core.model import Verdict
from proxy.core.release import release
from proxy.gate.examine import compose, examine, in_force, redacted
from proxy.gate.filing import Pending, Waits
from proxy.gate.lifecycle import Event
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.replay import KEY_LIFE, Replays, claim_of, decision_id
from proxy.gate.results import Blocked, Held, NotSent, Queued, Scheduled
from proxy.gate.retries import again_at
from proxy.gate.send import Outcomes, attempt, kept, result_of
from proxy.gate.thread import Threads
from proxy.gate.times import require_ahead
from proxy.gate.waiting_changes import KeepWaiting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from proxy.core.model import Receipt
    from proxy.gate.examine import Ports
    from proxy.gate.filing import Case, Filing, Intent
    from proxy.gate.ports import Answers, Grant, Publisher, Traffic
    from proxy.gate.replay import Claim
    from proxy.gate.shield import Shield
    from proxy.gate.wire import Draft, Endpoint, WireAnswer
    from proxy.gate.work import Change, Work

SCHEDULED = "scheduled"
"""Why a post waits: its author chose a time."""
PACED = "paced"
"""Why a post waits: its platform takes no more for now."""
BROKEN = "broken"
"""Why a post is not sent: its platform failed just now, and nobody waits behind a client's back."""


class Submit:
    """Takes a draft from a door and returns the answer for its client."""

    def __init__(
        self,
        ports: Ports,
        *,
        filing: Filing,
        publishers: Mapping[str, Publisher],
        traffic: Traffic,
        shield: Shield,
    ) -> None:
        self._ports = ports
        self._filing = filing
        self._publishers = publishers
        """By door name."""
        self._traffic = traffic
        self._shield = shield
        self._threads = Threads(posts=ports.posts, envelope=ports.envelope)
        self._replays = Replays(posts=ports.posts, envelope=ports.envelope, clock=ports.clock)
        self._outcomes = Outcomes(audit=ports.audit, clock=ports.clock, ids=ports.ids, faults=ports.faults)

    async def __call__(self, endpoint: Endpoint, draft: Draft, grant: Grant, answers: Answers) -> WireAnswer:
        """
        Decide and record a draft, and send it if it may be sent.

        Raises:
            PostgateError: nothing was sent, or (`OutcomeUnknown`) nothing is sent again.
        """
        pending = await self.prepare(endpoint, draft, grant, answers)
        return await self.finish(pending) if isinstance(pending, Pending) else pending

    async def prepare(
        self,
        endpoint: Endpoint,
        draft: Draft,
        grant: Grant,
        answers: Answers,
        *,
        before: Sequence[str] = (),
        waits: bool = False,
    ) -> Pending | WireAnswer:
        """
        Decide a draft and record nothing yet; an equal earlier submission gets its answer.

        `before` holds texts of its thread that are not on the platform yet, oldest first; `waits` tells whether the
        post may wait for a platform that does not take it now.

        Raises:
            UnreadableField: it is to be sent at a time that is over, or too far ahead.
            PostgateError: nothing was sent, or (`OutcomeUnknown`) nothing is sent again.
        """
        self._ports.faults("received")
        post, media = await compose(self._ports, draft, grant)  # 1
        claim = claim_of(
            self._ports.envelope,
            post=post,
            grant=grant,
            key=draft.idempotency_key,
            life=draft.key_life or KEY_LIFE,
            send_at=draft.send_at,
        )
        earlier = await self._replays.earlier(claim)  # 2
        if earlier is not None:
            return earlier
        if draft.send_at is not None:
            require_ahead(draft.send_at, self._ports.clock.now())
        thread = await self._threads.before(post)
        if thread is not None:
            thread = (*thread, *before)
        case = await examine(self._ports, self._filing, post, thread=thread)  # 3, 4
        if case.decision.verdict is Verdict.REDACT:
            case = await redacted(self._ports, self._filing, case, thread=thread)
        return Pending(
            endpoint=endpoint,
            answers=answers,
            grant=grant,
            claim=claim,
            media=media,
            case=case,
            send_at=draft.send_at,
            waits=waits,
        )

    async def finish(self, pending: Pending) -> WireAnswer:
        """
        Record what was decided, send it if it may be sent, and return the answer for its client.

        Raises:
            PostgateError: nothing was sent, or (`OutcomeUnknown`) nothing is sent again.
        """
        try:
            return await self._shield.run(self._conclude(pending, pending.case))  # 5, 6, 7
        except Conflict as conflict:
            return await self._answer_of_winner(pending.claim, conflict)

    async def withhold(self, pending: Pending) -> None:
        """
        Record what was decided and send nothing: another post that it belongs to may not be sent.

        Nobody reviews it, and its idempotency key stays free.

        Raises:
            AuditUnavailable: nothing is known to be recorded; nothing was sent.
        """
        case = pending.case
        self._ports.observer.decided(case.post, case.scan, case.decision.verdict)
        await self._record(self._filing.withheld(case, pending.grant.principal, pending.claim))

    async def _conclude(self, pending: Pending, case: Case) -> WireAnswer:
        self._ports.observer.decided(case.post, case.scan, case.decision.verdict)
        match case.decision.verdict:
            case Verdict.ALLOW:
                return await self._let_out(pending, case)
            case Verdict.BLOCK:
                return await self._block(pending, case)
            case Verdict.HOLD | Verdict.REDACT:  # pragma: no branch  the last of a closed set
                # `redacted` leaves no redact behind; if one came, a person decides
                return await self._hold(pending, case)

    async def _block(self, pending: Pending, case: Case) -> WireAnswer:
        result = Blocked(post=case.post, decision=case.decision, decision_id=decision_id(case.record))
        answer = pending.answers.answer(pending.endpoint, result)
        await self._record(self._filing.blocked(case, pending.grant.principal, pending.claim, answer))
        return answer

    async def _hold(self, pending: Pending, case: Case) -> WireAnswer:
        review = self._filing.review(case)
        result = Held(
            post=case.post,
            decision=case.decision,
            decision_id=decision_id(case.record),
            review_id=review.id,
            due_at=review.terms.due_at,
        )
        answer = pending.answers.answer(pending.endpoint, result)
        work = self._filing.held(
            case, pending.grant.principal, pending.claim, review=review, answer=answer, send_at=pending.send_at
        )
        await self._record(work)
        return answer

    async def _let_out(self, pending: Pending, case: Case) -> WireAnswer:
        """Send an allowed post, or let it wait for its time or its platform; nothing waits behind a client's back."""
        name, now, account = decision_id(case.record), self._ports.clock.now(), pending.grant.account
        if pending.send_at is not None and pending.send_at > now:
            until = Waits(not_before=pending.send_at, reason=SCHEDULED, send_at=pending.send_at)
            result = Scheduled(post=case.post, decision=case.decision, decision_id=name, send_at=pending.send_at)
            return await self._wait(pending, case, Event.NEW_SCHEDULED, until, result)
        if pending.waits and (wait := self._traffic.wait(account)) > 0:
            until = Waits(not_before=now + timedelta(seconds=wait), reason=PACED, send_at=pending.send_at)
            queued = Queued(decision_id=name, not_before=until.not_before, reason=PACED)
            return await self._wait(pending, case, Event.NEW_QUEUED, until, queued)
        if self._traffic.broken(account) > 0:
            await self._record(self._filing.withheld(case, pending.grant.principal, pending.claim, reason=BROKEN))
            outcome = Outcome(kind=OutcomeKind.NOT_SENT, reason=BROKEN)
            return pending.answers.answer(pending.endpoint, NotSent(decision_id=name, outcome=outcome))
        return await self._publish(pending, case)

    async def _wait(
        self, pending: Pending, case: Case, event: Event, until: Waits, result: Scheduled | Queued
    ) -> WireAnswer:
        answer = pending.answers.answer(pending.endpoint, result)
        await self._record(
            self._filing.waits(case, pending.grant.principal, pending.claim, event=event, until=until, answer=answer)
        )
        return answer

    async def _publish(self, pending: Pending, case: Case) -> WireAnswer:
        intent = self._filing.intent()
        receipt = await self._record(self._filing.allowed(case, pending.grant.principal, pending.claim, intent))
        self._ports.faults("after_intent")
        released = release(
            post=case.post, mac=case.mac, decision=case.decision, receipt=receipt, attempt=intent.attempt
        )
        publisher = self._publishers[pending.grant.account.door]
        started = self._ports.clock.monotonic()
        outcome = await attempt(
            released,
            intent=intent,
            publisher=publisher,
            media=pending.media,
            clock=self._ports.clock,
            current=lambda: in_force(self._ports, case.decision),
        )
        seconds = self._ports.clock.monotonic() - started
        self._traffic.note(pending.grant.account, outcome)
        try:
            return await self._acknowledge(pending, case, intent, outcome)
        finally:  # numbers come last: nothing may stand between the platform's answer and its record
            self._ports.observer.stage("publish", seconds)
            self._ports.observer.outcome(case.post.platform, outcome)

    async def _acknowledge(self, pending: Pending, case: Case, intent: Intent, outcome: Outcome) -> WireAnswer:
        """Record an outcome, then return its answer; an answer that cannot be worded does not lose the outcome."""
        later, waiting = self._again(pending, case, intent, outcome)
        try:
            answer = pending.answers.answer(pending.endpoint, result_of(case, outcome, later))
        except Exception:
            changes = (*waiting, *kept(self._ports.envelope, pending, outcome, None, later))
            await self._outcomes.record(case, intent, outcome, changes, again_at=later)
            raise
        changes = (*waiting, *kept(self._ports.envelope, pending, outcome, answer, later))
        await self._outcomes.record(case, intent, outcome, changes, again_at=later)
        return answer

    def _again(
        self, pending: Pending, case: Case, intent: Intent, outcome: Outcome
    ) -> tuple[datetime | None, tuple[Change, ...]]:
        """Return when a post that may wait is tried again, and its place in the outbox."""
        now, ends = self._ports.clock.now(), self._filing.ends(case, pending.send_at)
        later = again_at(outcome, attempt=intent.attempt, tries=1, now=now, expires_at=ends) if pending.waits else None
        if later is None:
            return None, ()
        place = KeepWaiting(post=case.post.id, send_at=pending.send_at, not_before=later, expires_at=ends, tries=1)
        return later, (place,)

    async def _record(self, work: Work) -> Receipt:
        started = self._ports.clock.monotonic()
        receipt = await self._ports.audit.commit(work)
        self._ports.observer.stage("record", self._ports.clock.monotonic() - started)
        return receipt

    async def _answer_of_winner(self, claim: Claim, conflict: Conflict) -> WireAnswer:
        """Another request with the same claim was first: answer as it was answered; nothing of this one was kept."""
        if conflict.what not in {"idempotency", "twin"}:
            raise conflict
        return await self._replays.after_conflict(claim)
