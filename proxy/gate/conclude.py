"""
What becomes of a decided submission: on record first, then sent, held, stopped or kept for later, then answered.

`filing` builds the units of work, `send` makes the attempt, `patience` says what waits.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict
from proxy.core.model import Verdict
from proxy.core.policy.told import told
from proxy.core.release import release
from proxy.gate.examine import outdated
from proxy.gate.patience import BROKEN, not_sent, place_after, wait_of
from proxy.gate.replay import decision_id
from proxy.gate.request_changes import TAKEN_BACK, RequestTakenBack
from proxy.gate.results import Blocked, Held
from proxy.gate.room import FULL, QueueFull
from proxy.gate.send import Outcomes, attempt, kept, patient_attempt, result_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.model import Receipt
    from proxy.gate.examine import Ports
    from proxy.gate.filing import Case, Filing, Intent, Pending
    from proxy.gate.outcome import Outcome
    from proxy.gate.ports import Publisher
    from proxy.gate.room import Room
    from proxy.gate.traffic import Traffic
    from proxy.gate.wire import WireAnswer
    from proxy.gate.work import Work


class Conclude:
    """Carries a decision out; whoever calls it sees to it that nothing cancels it."""

    def __init__(
        self, ports: Ports, *, filing: Filing, publishers: Mapping[str, Publisher], traffic: Traffic, room: Room
    ) -> None:
        self._ports = ports
        self._filing = filing
        self._publishers = publishers
        """By door name."""
        self._traffic = traffic
        self._room = room
        self._outcomes = Outcomes(audit=ports.audit, clock=ports.clock, ids=ports.ids, faults=ports.faults)

    async def __call__(self, pending: Pending) -> WireAnswer:
        """
        Record a decision, send its post if it may be sent, and return the answer for its client.

        Raises:
            Conflict: another submission was first; nothing of this one was kept.
            RequestTakenBack: all posts of its request were taken back; the decision was recorded, nothing was sent.
            PostgateError: nothing was sent, or (`OutcomeUnknown`) nothing is sent again.
        """
        case = pending.case
        self._ports.observer.decided(case.post, case.scan, case.decision.verdict)
        try:
            return await self._carried_out(pending, case)
        except Conflict as lost:
            if lost.what != "request":
                raise
        await self._record(self._filing.withheld(case, pending.grant.principal, pending.claim, reason=TAKEN_BACK))
        raise RequestTakenBack

    async def _carried_out(self, pending: Pending, case: Case) -> WireAnswer:
        match case.decision.verdict:
            case Verdict.ALLOW:
                return await self._let_out(pending, case)
            case Verdict.BLOCK:
                return await self._block(pending, case)
            case Verdict.HOLD | Verdict.REDACT:  # pragma: no branch  the last of a closed set
                # `redacted` leaves no redact behind; if one came, a person decides
                return await self._hold(pending, case)

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

    async def _block(self, pending: Pending, case: Case) -> WireAnswer:
        result = Blocked(post=case.post, decision=told(case.decision), decision_id=decision_id(case.record))
        answer = pending.answers.answer(pending.endpoint, result)
        await self._record(self._filing.blocked(case, pending.grant.principal, pending.claim, answer))
        return answer

    async def _hold(self, pending: Pending, case: Case) -> WireAnswer:
        await self._find_room(pending, case, held=True)
        review = self._filing.review(case)
        result = Held(
            post=case.post,
            decision=told(case.decision),
            decision_id=decision_id(case.record),
            review_id=review.id,
            due_at=review.terms.told_due_at,
        )
        answer = pending.answers.answer(pending.endpoint, result)
        work = self._filing.held(
            case, pending.grant.principal, pending.claim, review=review, answer=answer, send_at=pending.send_at
        )
        await self._record(work)
        return answer

    async def _let_out(self, pending: Pending, case: Case) -> WireAnswer:
        """Send an allowed post, or let it wait for its time or its platform; nothing waits behind a client's back."""
        account = pending.grant.account
        wait = wait_of(pending, case, traffic=self._traffic, now=self._ports.clock.now())
        if wait is not None:
            await self._find_room(pending, case, held=False)
            answer = pending.answers.answer(pending.endpoint, wait.result)
            await self._record(
                self._filing.waits(case, pending.grant.principal, pending.claim, wait.until, answer=answer)
            )
            return answer
        if self._traffic.broken(account) > 0:
            await self._record(self._filing.withheld(case, pending.grant.principal, pending.claim, reason=BROKEN))
            return pending.answers.answer(pending.endpoint, not_sent(case))
        return await self._publish(pending, case)

    async def _find_room(self, pending: Pending, case: Case, *, held: bool) -> None:
        """Let a post go on that may wait; where too many do already, only its decision is recorded."""
        if not await self._room.left(pending.grant.account, held=held):
            await self._record(self._filing.withheld(case, pending.grant.principal, pending.claim, reason=FULL))
            raise QueueFull(expected="fewer posts of this account that wait", found="one more")

    async def _publish(self, pending: Pending, case: Case) -> WireAnswer:
        intent = self._filing.intent()
        receipt = await self._record(self._filing.allowed(case, pending.grant.principal, pending.claim, intent))
        self._ports.faults("after_intent")
        released = release(
            post=case.post, mac=case.mac, decision=case.decision, receipt=receipt, attempt=intent.attempt
        )
        send = partial(
            attempt,
            released,
            intent=intent,
            publisher=self._publishers[pending.grant.account.door],
            media=pending.media,
            clock=self._ports.clock,
            against=lambda: outdated(self._ports, case.decision),
        )
        started = self._ports.clock.monotonic()
        # a post that may wait is tried again later; at a door its client waits
        outcome = await (send() if pending.waits else patient_attempt(send, intent=intent, ports=self._ports))
        seconds = self._ports.clock.monotonic() - started
        try:
            return await self._acknowledge(pending, case, intent, outcome)
        finally:  # numbers come last: nothing may stand between the platform's answer and its record
            self._traffic.note(pending.grant.account, outcome)
            self._ports.observer.stage("publish", seconds)
            self._ports.observer.outcome(case.post.platform, outcome)

    async def _acknowledge(self, pending: Pending, case: Case, intent: Intent, outcome: Outcome) -> WireAnswer:
        """Record an outcome, then return its answer; an answer that cannot be worded does not lose the outcome."""
        now, ends = self._ports.clock.now(), self._filing.ends(case, pending.send_at)
        later, waiting = place_after(pending, outcome, attempt=intent.attempt, now=now, expires_at=ends)
        try:
            answer = pending.answers.answer(pending.endpoint, result_of(case, outcome, later))
        except Exception:
            changes = (*waiting, *kept(self._ports.envelope, pending, outcome, None, later))
            await self._outcomes.record(case, intent, outcome, changes, again_at=later)
            raise
        changes = (*waiting, *kept(self._ports.envelope, pending, outcome, answer, later))
        await self._outcomes.record(case, intent, outcome, changes, again_at=later)
        return answer

    async def _record(self, work: Work) -> Receipt:
        started = self._ports.clock.monotonic()
        receipt = await self._ports.audit.commit(work)
        self._ports.observer.stage("record", self._ports.clock.monotonic() - started)
        return receipt
