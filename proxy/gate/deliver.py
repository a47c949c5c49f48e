"""
A waiting post's way out: decided again, as it is, by what is in force now.

    1. standing  its author may still post to the account
    2. traffic   the platform takes posts now
    3. open      the recorded text, which carries the code of what was decided and approved
    4. decide    again, with the policies, lists, calendars and consents of now; the stricter of two decisions wins
    5. record    allowed, or held by nothing but what people approved: decision and intent are durable
    6. act       as for a post that did not wait: one attempt, one outcome

A check that is not complete changes nothing: the post waits until its time is over. Of two nodes with the same post one
loses at step 5, before a byte has left.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, OutcomeUnknown
from proxy.core.model import Phase, Verdict
from proxy.core.release import Approval, release
from proxy.gate.examine import examine, kept_media, outdated
from proxy.gate.lifecycle import Event, State
from proxy.gate.refiling import Refiling, unwatched
from proxy.gate.request_changes import TAKEN_BACK
from proxy.gate.retries import again_at
from proxy.gate.send import Outcomes, attempt
from proxy.gate.thread import Threads
from proxy.gate.waiting import reopened
from proxy.gate.waiting_changes import StopWaiting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from proxy.core.model import Receipt
    from proxy.gate.examine import Ports
    from proxy.gate.filing import Case, Filing
    from proxy.gate.outcome import Outcome
    from proxy.gate.ports import Grant, Publisher, SpooledMedia
    from proxy.gate.shield import Shield
    from proxy.gate.traffic import Traffic
    from proxy.gate.waiting import Approved, Standing, WaitingPost, WaitingPosts
    from proxy.gate.work import Change, Work

LOOK_AGAIN_S = 30.0
"""After a check that was not complete."""
EXPIRED = "expired"
"""Why a post ends whose time is over."""
LEFT = "standing"
"""Why a post fails whose author may not post any more."""
UNREADABLE = "content"
"""Why a post fails whose text was erased, or is not the one that was decided."""


class Deliver:
    """Sends waiting posts whose time has come, or moves them to where they belong now."""

    def __init__(
        self,
        ports: Ports,
        *,
        filing: Filing,
        refiling: Refiling,
        publishers: Mapping[str, Publisher],
        posts: WaitingPosts,
        standing: Standing,
        traffic: Traffic,
        shield: Shield,
    ) -> None:
        self._ports = ports
        self._filing = filing
        self._refiling = refiling
        self._publishers = publishers
        """By door name."""
        self._posts = posts
        self._standing = standing
        self._traffic = traffic
        self._shield = shield
        self._threads = Threads(posts=ports.posts, envelope=ports.envelope)
        self._outcomes = Outcomes(audit=ports.audit, clock=ports.clock, ids=ports.ids, faults=ports.faults)

    async def __call__(self, waiting: WaitingPost) -> float | None:
        """
        Look at a waiting post; return seconds until it is worth another look, None when it waits here no more.

        Raises:
            AuditUnavailable, AuditBusy: nothing is known to be recorded; nothing was sent.
            GateUnavailable: the database does not answer; nothing was sent.
        """
        self._ports.faults("claim")
        begun = self._ports.clock.monotonic()
        grant = await self._standing.stands(waiting.author, waiting.account)  # 1
        if grant is None or grant.account.platform != waiting.platform:  # the account came back as another one
            await self._move(waiting, Event.LEFT, LEFT)
            return None
        if grant.account.door not in self._publishers:  # a door of other nodes
            return LOOK_AGAIN_S
        wait = self._traffic.wait(grant.account)  # 2
        if wait > 0:
            return wait
        opened = reopened(self._ports.envelope, waiting)  # 3
        media = None if opened is None else await kept_media(self._ports.spool, opened.post)
        if opened is None or media is None:
            await self._move(waiting, Event.LEFT, UNREADABLE)
            return None
        phase = Phase.RELEASE if waiting.state is State.APPROVED else Phase.RECHECK
        thread = await self._threads.before(opened.post)
        case = await examine(self._ports, self._filing, opened.post, phase, thread=thread, kept=opened.kept)  # 4
        if case.decision.missing:
            return LOOK_AGAIN_S
        approved = await self._posts.approved(waiting.id)
        self._ports.faults("release_checked")
        return await self._shield.run(self._conclude(waiting, case, grant, media, approved, begun=begun))  # 5, 6

    async def expire(self, waiting: WaitingPost) -> None:
        """
        End a post whose time is over.

        Raises:
            AuditUnavailable, AuditBusy: nothing is known to be recorded.
        """
        await self._move(waiting, Event.EXPIRE, EXPIRED)

    async def _move(self, waiting: WaitingPost, event: Event, reason: str) -> None:
        await self._record(self._refiling.moved(waiting, event, reason))

    async def _record(self, work: Work) -> bool:
        """Record a unit of work; return whether it was the first to move the post."""
        try:
            await self._ports.audit.commit(work)
        except Conflict:
            return False  # another node, its author or a reviewer was faster
        return True

    async def _conclude(
        self,
        waiting: WaitingPost,
        case: Case,
        grant: Grant,
        media: tuple[SpooledMedia, ...],
        approved: Approved | None,
        *,
        begun: float,
    ) -> float | None:
        verdict = case.decision.verdict
        self._ports.observer.decided(case.post, case.scan, verdict)
        approval = None if approved is None else self._covering(approved, case)
        if verdict is Verdict.ALLOW or approval is not None:
            await self._send(waiting, case, grant, media, approval, begun=begun)
        elif verdict is Verdict.BLOCK:
            await self._record(self._refiling.blocked(waiting, case, grant.principal))
        else:  # nobody has approved a text with words replaced: a person decides
            await self._record(self._refiling.held(waiting, case, grant.principal))
        return None

    def _covering(self, approved: Approved, case: Case) -> Approval | None:
        """Return the approval of a post if it covers what holds it now, on terms that are not stricter now."""
        if case.decision.verdict is Verdict.HOLD:
            terms = self._filing.review(case).terms
            if terms.stages > approved.stages or terms.queue != approved.queue:
                return None
        approval = Approval(post=case.post.id, mac=approved.mac, rules=approved.rules, records=approved.records)
        return approval if approval.mac == case.mac and approval.covers(case.decision) else None

    async def _send(
        self,
        waiting: WaitingPost,
        case: Case,
        grant: Grant,
        media: tuple[SpooledMedia, ...],
        approval: Approval | None,
        *,
        begun: float,
    ) -> None:
        intent = self._filing.intent(begun=begun)
        records = () if approval is None else approval.records
        work = self._refiling.allowed(waiting, case, grant.principal, intent, records)
        receipt = await self._begun(waiting, work)
        if receipt is None:
            return
        self._ports.faults("after_intent")
        released = release(
            post=case.post,
            mac=case.mac,
            decision=case.decision,
            receipt=receipt,
            attempt=intent.attempt,
            approval=approval,
        )
        outcome = await attempt(
            released,
            intent=intent,
            publisher=self._publishers[grant.account.door],
            media=media,
            clock=self._ports.clock,
            against=lambda: self._against(waiting, case),
        )
        later = self._again_at(waiting, intent.attempt, outcome)
        with suppress(OutcomeUnknown):  # the attempt stays open; when its lease is over, the post becomes `unknown`
            await self._outcomes.record(case, intent, outcome, _after(waiting, later), again_at=later)
        self._traffic.note(grant.account, outcome)
        self._ports.observer.outcome(case.post.platform, outcome)

    async def _begun(self, waiting: WaitingPost, work: Work) -> Receipt | None:
        """Record an intent; None where somebody else moved the post, or all posts of its request were taken back."""
        try:
            return await self._ports.audit.commit(work)
        except Conflict as lost:
            if lost.what == "request":
                await self._move(waiting, Event.WITHDRAW, TAKEN_BACK)
            return None

    async def _against(self, waiting: WaitingPost, case: Case) -> str | None:
        """Return why a post is not sent that was about to be: its time is over, or its decision holds no more."""
        over = self._ports.clock.now() >= waiting.expires_at
        return EXPIRED if over else await outdated(self._ports, case.decision)

    def _again_at(self, waiting: WaitingPost, attempt_id: str, outcome: Outcome) -> datetime | None:
        now = self._ports.clock.now()
        tries = waiting.tries + 1
        return again_at(outcome, attempt=attempt_id, tries=tries, now=now, expires_at=waiting.expires_at)


def _after(waiting: WaitingPost, again: datetime | None) -> tuple[Change, ...]:
    """Return what becomes of the place in the outbox after an attempt."""
    if again is None:
        return (StopWaiting(post=waiting.id),)
    return (replace(unwatched(waiting, tries=1), not_before=again),)
