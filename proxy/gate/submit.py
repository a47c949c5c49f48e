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

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict
from proxy.core.model import Verdict
from proxy.core.release import release
from proxy.gate.examine import compose, examine, redacted
from proxy.gate.filing import Pending
from proxy.gate.replay import KEY_LIFE, Replays, claim_of, decision_id
from proxy.gate.results import Blocked, Held
from proxy.gate.send import Outcomes, attempt, kept, result_of
from proxy.gate.thread import Threads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proxy.core.model import Receipt
    from proxy.gate.examine import Ports
    from proxy.gate.filing import Case, Filing, Intent
    from proxy.gate.outcome import Outcome
    from proxy.gate.ports import Answers, Grant, Publisher
    from proxy.gate.replay import Claim
    from proxy.gate.shield import Shield
    from proxy.gate.wire import Draft, Endpoint, WireAnswer
    from proxy.gate.work import Work


class Submit:
    """Takes a draft from a door and returns the answer for its client."""

    def __init__(self, ports: Ports, *, filing: Filing, publishers: Mapping[str, Publisher], shield: Shield) -> None:
        self._ports = ports
        self._filing = filing
        self._publishers = publishers
        """By door name."""
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
        self, endpoint: Endpoint, draft: Draft, grant: Grant, answers: Answers, *, before: Sequence[str] = ()
    ) -> Pending | WireAnswer:
        """
        Decide a draft and record nothing yet; an equal earlier submission gets its answer.

        `before` holds texts of its thread that are not on the platform yet, oldest first.

        Raises:
            PostgateError: nothing was sent, or (`OutcomeUnknown`) nothing is sent again.
        """
        self._ports.faults("received")
        post, media = await compose(self._ports, draft, grant)  # 1
        claim = claim_of(
            self._ports.envelope, post=post, grant=grant, key=draft.idempotency_key, life=draft.key_life or KEY_LIFE
        )
        earlier = await self._replays.earlier(claim)  # 2
        if earlier is not None:
            return earlier
        thread = await self._threads.before(post)
        if thread is not None:
            thread = (*thread, *before)
        case = await examine(self._ports, self._filing, post, thread=thread)  # 3, 4
        if case.decision.verdict is Verdict.REDACT:
            case = await redacted(self._ports, self._filing, case, thread=thread)
            if draft.fits is not None and case.original is not None:
                draft.fits(replace(draft, parts=case.post.parts))  # a label may be longer than what it replaces
        return Pending(endpoint=endpoint, answers=answers, grant=grant, claim=claim, media=media, case=case)

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
                return await self._publish(pending, case)
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
        work = self._filing.held(case, pending.grant.principal, pending.claim, review=review, answer=answer)
        await self._record(work)
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
            current=lambda: self._running() == case.decision.running,
        )
        seconds = self._ports.clock.monotonic() - started
        try:
            return await self._acknowledge(pending, case, intent, outcome)
        finally:  # numbers come last: nothing may stand between the platform's answer and its record
            self._ports.observer.stage("publish", seconds)
            self._ports.observer.outcome(case.post.platform, outcome)

    def _running(self) -> frozenset[str]:
        """Return the calendars of the bundle in force that are running now."""
        return self._ports.policies.current().running(self._ports.clock.now())

    async def _acknowledge(self, pending: Pending, case: Case, intent: Intent, outcome: Outcome) -> WireAnswer:
        """Record an outcome, then return its answer; an answer that cannot be worded does not lose the outcome."""
        try:
            answer = pending.answers.answer(pending.endpoint, result_of(case, outcome))
        except Exception:
            await self._outcomes.record(case, intent, outcome, kept(self._ports.envelope, pending, outcome, None))
            raise
        await self._outcomes.record(case, intent, outcome, kept(self._ports.envelope, pending, outcome, answer))
        return answer

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
