"""
How often somebody may ask the gate before people decide instead: a limit against probing, not a statistic.

Whoever may post learns from each answer a little of what the gate knows. So of one principal so many posts are checked
in a minute and so many are stopped in an hour, so many of them only because of the register of customers; beyond that
everything of this principal is held, in words that do not say why, until the counts are lower again. What only the
register stops is also counted for an account, whoever posts there; beyond that everything on this account is held.

Counts are shared by all nodes, live at most an hour under a keyed digest, and are read here and nowhere else. A count
that cannot be read counts as reached. An act without text of its own, such as a deletion, is not held by a limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import GateUnavailable, Localised, RefusedRequest
from proxy.core.model import PostKind, Verdict
from proxy.core.policy.reasons import limit_reached
from proxy.core.policy.told import decided_by_register
from proxy.gate.records import actor_of
from proxy.gate.work import AuditRecord, Subject, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from proxy.core.model import Decision, Principal
    from proxy.gate.filing import Case, Filing
    from proxy.gate.ports import AuditLog, Clock, Grant, Ids, Observer

CHECKS, STOPPED, REGISTER, ACCOUNT = "checks", "stopped", "register", "account"
UNREADABLE = "unreadable"
LIMITS = (CHECKS, STOPPED, REGISTER, ACCOUNT, UNREADABLE)
"""What an alarm names: a limit, or that the counts could not be read."""
GRAIN_S = 10
"""Seconds that are counted together."""
MINUTE_S = 60 + GRAIN_S
KEPT_S = 3600 - 60
"""Seconds after which a count is deleted, within a minute: so none lives longer than an hour."""
_REFUSED, _NOTED = "refused", "noted"


class TooManyChecks(RefusedRequest):
    """More was asked in a minute than anybody may ask; nothing was looked at."""

    code = "too_many_checks"
    status = 429
    reason = "rate"
    text = Localised(
        de="In dieser Minute wurde zu oft gefragt. Es wurde nichts geprüft.",
        en="There were too many questions in this minute. Nothing was checked.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Something that is counted, for how long."""

    name: str = field(repr=False)
    """Keyed digest of what and whose it is."""
    seconds: int = KEPT_S


class Counts(Protocol):
    """
    Where counts are kept, for all nodes; each method raises GateUnavailable when the database does not answer.

    A count is kept for `GRAIN_S` seconds together, and counts for its seconds from the first of them.
    """

    async def read(self, counted: Sequence[Counted], *, now: datetime) -> tuple[int, ...]:
        """Return how often each was counted."""
        ...

    async def take(self, counted: Sequence[Counted], *, now: datetime, times: int = 1) -> tuple[int, ...]:
        """Count each so many times more, and return how often it was counted with these."""
        ...

    async def forget(self, before: datetime) -> None:
        """Delete what was counted before a time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTerms:
    """How much may be asked."""

    checks_per_minute: int = 60
    stopped_per_hour: int = 10
    """Posts that are blocked or held."""
    register_hits_per_hour: int = 5
    """Posts and questions that nothing but the register of customers stops."""
    account_register_hits_per_hour: int = 20
    """The same for one account, of all its principals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPorts:
    """What limits need of the world."""

    counts: Counts
    audit: AuditLog
    clock: Clock
    ids: Ids
    observer: Observer
    digest: Callable[[str, bytes], str]
    """Keyed digest of a purpose and a value."""


class Limits:
    """Counts what is asked, and holds what comes beyond a limit."""

    def __init__(self, ports: LimitPorts, terms: LimitTerms, *, exempt: frozenset[str] = frozenset()) -> None:
        """
        Remember what is needed.

        Args:
            ports: of the gate.
            terms: the limits.
            exempt: principals that exist in the memory of this process alone, such as the canary at the doors.
        """
        self._ports = ports
        self._terms = terms
        self._exempt = exempt

    async def admit(self, by: Principal, posts: int) -> None:
        """
        Count questions about so many posts.

        Raises:
            TooManyChecks: more than may be asked in a minute, or nobody can tell; these are not counted.
            AuditUnavailable: that a limit was reached could not be recorded.
        """
        asked, most = self._counted(CHECKS, by.ref, seconds=MINUTE_S), self._terms.checks_per_minute
        try:
            (before,) = await self._read(asked)
            if before + posts <= most and (await self._take(asked, times=posts))[0] <= most:
                return
            await self._take(self._counted(_REFUSED, by.ref, seconds=MINUTE_S))
        except GateUnavailable:
            self._ports.observer.limit(UNREADABLE)
        else:
            await self._note(CHECKS, by)
        raise TooManyChecks(expected="fewer questions in a minute", found="more")

    async def within(self, case: Case, grant: Grant, filing: Filing) -> Case:
        """
        Return a case, or the same post held because its principal has reached a limit.

        Raises:
            AuditUnavailable: that a limit was reached could not be recorded.
        """
        act = case.post.kind is PostKind.ACT and case.decision.verdict is Verdict.ALLOW
        if act or not await self._reached(case.decision, grant, stopped=case.decision.verdict is not Verdict.ALLOW):
            return case
        first = case.original or case
        return filing.open_case(first.post, first.scan, held_at_limit(first.decision))

    async def answered(self, decision: Decision, grant: Grant) -> Decision:
        """
        Return what a question is answered: the decision, or that people would decide.

        Raises:
            AuditUnavailable: that a limit was reached could not be recorded.
        """
        return held_at_limit(decision) if await self._reached(decision, grant, stopped=False) else decision

    async def forget(self) -> None:
        """
        Delete what does not count any more.

        Raises:
            GateUnavailable: the database does not answer.
        """
        await self._ports.counts.forget(self._ports.clock.now() - timedelta(seconds=KEPT_S))

    async def _reached(self, decision: Decision, grant: Grant, *, stopped: bool) -> bool:
        """Count what a decision stops, and return whether that, or something before it, is too much."""
        by, account = grant.principal, grant.account.id
        if by.ref in self._exempt:
            return False
        limits = {
            STOPPED: (self._counted(STOPPED, by.ref), self._terms.stopped_per_hour),
            REGISTER: (self._counted(REGISTER, by.ref), self._terms.register_hits_per_hour),
            ACCOUNT: (self._counted(ACCOUNT, account), self._terms.account_register_hits_per_hour),
            CHECKS: (self._counted(_REFUSED, by.ref, seconds=MINUTE_S), 0),
        }
        new = [STOPPED] * stopped + [REGISTER, ACCOUNT] * decided_by_register(decision)
        try:
            await self._take(*(limits[name][0] for name in new))
            totals = await self._read(*(counted for counted, _ in limits.values()))
        except GateUnavailable:
            self._ports.observer.limit(UNREADABLE)
            return True
        over = [name for (name, (_, most)), total in zip(limits.items(), totals, strict=True) if total > most]
        for name in over:
            await self._note(name, by, account)
        return bool(over)

    async def _note(self, limit: str, by: Principal, account: str | None = None) -> None:
        """Record that a limit was reached, once while it is."""
        noted = self._counted(_NOTED, limit, by.ref, account or "")
        if (await self._read(noted))[0]:
            return
        record = AuditRecord(
            id=self._ports.ids(),
            code="PG-607",
            type="oracle.limited",
            at=self._ports.clock.now(),
            actor=actor_of(by),
            subject=Subject(account=account),
            data={"limit": limit},
        )
        await self._ports.audit.commit(Work(records=(record,)))
        self._ports.observer.limit(limit)
        await self._take(noted)

    async def _read(self, *counted: Counted) -> tuple[int, ...]:
        return await self._ports.counts.read(counted, now=self._ports.clock.now())

    async def _take(self, *counted: Counted, times: int = 1) -> tuple[int, ...]:
        return await self._ports.counts.take(counted, now=self._ports.clock.now(), times=times) if counted else ()

    def _counted(self, *what: str, seconds: int = KEPT_S) -> Counted:
        return Counted(name=self._ports.digest("limit", "\0".join(what).encode()), seconds=seconds)


def held_at_limit(decision: Decision) -> Decision:
    """
    Return what a limit makes of a decision: people decide, whatever the rules say.

    A block becomes a hold too, or asking would still tell what is blocked; the post is decided again before it is sent,
    and what is blocked then stays so whoever has approved it.
    """
    said = () if decision.verdict is Verdict.ALLOW else decision.reasons
    return replace(decision, verdict=Verdict.HOLD, reasons=(*said, limit_reached()))
