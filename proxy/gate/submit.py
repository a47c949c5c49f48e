"""
A submission's way through the gate.

    1. compose   the draft becomes a Post, with the texts of the images it uses
    2. replay    an equal earlier submission is answered, never sent again
    3. scan      every detector, under one deadline, with the earlier posts of the author's own thread
    4. decide    pure; an incomplete scan never allows, and beyond a limit people decide
    5. record    decision and intent are durable before the first upstream byte; from here on nothing is cancelled
    6. act       publish what is released, and record the outcome
    7. answer    what the client's platform would have answered

`examine` does 1, 3 and 4 for every use case, `conclude` does 5, 6 and 7.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict
from proxy.core.model import Verdict
from proxy.gate.conclude import Conclude
from proxy.gate.examine import compose, examine, redacted
from proxy.gate.filing import Pending
from proxy.gate.replay import KEY_LIFE, Replays, claim_of
from proxy.gate.steps import Steps
from proxy.gate.thread import Threads
from proxy.gate.times import require_ahead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proxy.core.model import Post
    from proxy.gate.examine import Ports
    from proxy.gate.filing import Case, Filing
    from proxy.gate.limits import Limits
    from proxy.gate.ports import Answers, Grant, Publisher
    from proxy.gate.replay import Claim
    from proxy.gate.room import Room
    from proxy.gate.shield import Shield
    from proxy.gate.traffic import Traffic
    from proxy.gate.wire import Draft, Endpoint, WireAnswer


class Submit:
    """Takes a draft from a door and returns the answer for its client."""

    def __init__(
        self,
        ports: Ports,
        *,
        filing: Filing,
        publishers: Mapping[str, Publisher],
        traffic: Traffic,
        room: Room,
        limits: Limits,
        shield: Shield,
    ) -> None:
        self._ports = ports
        self._filing = filing
        self._limits = limits
        self._shield = shield
        self._steps = Steps(policies=ports.policies, clock=ports.clock, pause=ports.pause)
        self._threads = Threads(posts=ports.posts, envelope=ports.envelope)
        self._replays = Replays(posts=ports.posts, envelope=ports.envelope, clock=ports.clock)
        self._conclude = Conclude(ports, filing=filing, publishers=publishers, traffic=traffic, room=room)

    async def __call__(self, endpoint: Endpoint, draft: Draft, grant: Grant, answers: Answers) -> WireAnswer:
        """
        Decide and record a draft, and send it if it may be sent.

        Raises:
            PostgateError: nothing was sent, or (`OutcomeUnknown`) nothing is sent again.
        """
        begun = self._steps.begin()
        pending = await self.prepare(endpoint, draft, grant, answers)
        if not isinstance(pending, Pending):
            return pending
        answer = await self.finish(pending)
        await self._steps.end(begun, pending.case.decision.verdict)
        return answer

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
        earlier_texts = await self._threads.before(post)
        thread = None if earlier_texts is None else (*earlier_texts, *before)
        return Pending(
            endpoint=endpoint,
            answers=answers,
            grant=grant,
            claim=claim,
            media=media,
            case=await self._limits.within(await self._examined(draft, post, thread), grant, self._filing),  # 3, 4
            send_at=draft.send_at,
            waits=waits,
        )

    async def _examined(self, draft: Draft, post: Post, thread: tuple[str, ...] | None) -> Case:
        case = await examine(self._ports, self._filing, post, thread=thread)
        if case.decision.verdict is Verdict.REDACT:
            case = await redacted(self._ports, self._filing, case, thread=thread)
            if draft.fits is not None and case.original is not None:
                draft.fits(replace(draft, parts=case.post.parts))  # a label may be longer than what it replaces
        return case

    async def finish(self, pending: Pending) -> WireAnswer:
        """
        Record what was decided, send it if it may be sent, and return the answer for its client.

        Raises:
            PostgateError: nothing was sent, or (`OutcomeUnknown`) nothing is sent again.
        """
        try:
            return await self._shield.run(self._conclude(pending))  # 5, 6, 7
        except Conflict as conflict:
            return await self._answer_of_winner(pending.claim, conflict)

    async def withhold(self, pending: Pending) -> None:
        """
        Record what was decided and send nothing: another post that it belongs to may not be sent.

        Nobody reviews it, and its idempotency key stays free.

        Raises:
            AuditUnavailable: nothing is known to be recorded; nothing was sent.
        """
        await self._conclude.withhold(pending)

    async def _answer_of_winner(self, claim: Claim, conflict: Conflict) -> WireAnswer:
        """Another request with the same claim was first: answer as it was answered; nothing of this one was kept."""
        if conflict.what not in {"idempotency", "twin"}:
            raise conflict
        return await self._replays.after_conflict(claim)
