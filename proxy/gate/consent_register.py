"""
Keeping the register of consents: one person adds, another one approves with the evidence at hand, either may revoke.

A consent loosens the gate, so it takes two people, as a change of policies does; taking it back makes the gate
stricter and takes one. Whoever approves gives the names once more: the register has them as fingerprints only, and
what is compared is what both have read in the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, NotFound
from proxy.core.policy.consent import Consent
from proxy.gate import consent_records as records
from proxy.gate.consent_changes import ApproveConsent, RevokeConsent
from proxy.gate.consent_refusals import ConsentRefused
from proxy.gate.consent_store import WAITS, Approval, KeptConsent, Standing, added_code, approved_code
from proxy.gate.policy_store import SIGN
from proxy.gate.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.gate.consent_store import ConsentStore
    from proxy.gate.ports import AuditLog, Clock, Ids

__all__ = ["LONGEST", "MOST", "REASONS", "ConsentDraft", "ConsentRegister", "RegisterPorts"]

LONGEST = timedelta(days=5 * 366)
"""How far ahead a consent may end: somebody asks the customer again."""
MOST = 200
"""Consents that are added or approved at once."""
REASONS = ("withdrawn", "ended", "mistake")
"""Why a consent is revoked: the customer took it back, is no customer any more, or it should not have been added."""
PERSON = "employee"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDraft:
    """A consent as somebody asks to add it."""

    names: frozenset[str] = field(repr=False)
    """Keyed fingerprints of every spelling; at least one."""
    evidence: str
    owner: str
    topics: frozenset[str]
    platforms: frozenset[str]
    since: datetime
    """In UTC, as `until`."""
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPorts:
    """What the use case needs."""

    store: ConsentStore
    audit: AuditLog
    digest: Callable[[str, bytes], str]
    """Keyed, `Envelope.digest`."""
    clock: Clock
    ids: Ids


class ConsentRegister:
    """Adds, approves, revokes and lists consents; every step is on record before it counts."""

    def __init__(self, ports: RegisterPorts) -> None:
        self._ports = ports

    async def all(self) -> tuple[tuple[KeptConsent, Standing], ...]:
        """Return every consent in the order in which they were added, with what is to be said of it now."""
        now = self._ports.clock.now()
        return tuple((kept, kept.standing(now, self._ports.digest)) for kept in await self._ports.store.all())

    async def add(self, drafts: Sequence[ConsentDraft], *, by: Principal) -> tuple[KeptConsent, ...]:
        """
        Add consents that wait for a second person: all of them, or none.

        Raises:
            ConsentRefused: no-role or period.
            AuditUnavailable: it could not be recorded; nothing was added.
        """
        _require_role(by)
        now = self._ports.clock.now()
        if not all(max(draft.since, now) < draft.until <= now + LONGEST for draft in drafts):
            raise ConsentRefused(why="period")
        added = tuple(self._added(draft, now=now, by=by) for draft in drafts)
        await self._ports.audit.commit(
            Work(
                records=tuple(
                    records.step(records.ADDED, kept, record=self._ports.ids(), at=now, by=by) for kept in added
                ),
                changes=tuple(change for kept in added for change in records.rows(kept)),
            )
        )
        return added

    async def waiting(self, consent: str) -> KeptConsent:
        """
        Return a consent that waits for a second person.

        Raises:
            NotFound: there is none of this id.
            ConsentRefused: not-waiting.
        """
        kept = await self._found(consent)
        if kept.standing(self._ports.clock.now(), self._ports.digest) is not Standing.WAITING:
            raise ConsentRefused(why="not-waiting")
        return kept

    async def approve(self, names: Sequence[tuple[str, frozenset[str]]], *, by: Principal) -> tuple[KeptConsent, ...]:
        """
        Let consents count: all of them, or none.

        Args:
            names: ids, each with the fingerprints of the names that the second person read in the evidence.
            by: the second person.

        Raises:
            NotFound: there is no such consent.
            ConsentRefused: no-role, not-waiting, same-person or other-names.
            AuditUnavailable: it could not be recorded; nothing was approved.
        """
        _require_role(by)
        now = self._ports.clock.now()
        found = [(await self.waiting(consent), given) for consent, given in names]
        if any(kept.person == by.ref for kept, _ in found):
            raise ConsentRefused(why="same-person")
        if any(kept.consent.names != given for kept, given in found):
            raise ConsentRefused(why="other-names")
        approved = tuple(self._approved(kept, now=now, by=by) for kept, _ in found)
        changes = tuple(
            ApproveConsent(consent=kept.consent.id, person=said.person, at=said.at, mac=said.mac)
            for kept in approved
            if (said := kept.approval) is not None
        )
        steps = (records.step(records.APPROVED, kept, record=self._ports.ids(), at=now, by=by) for kept in approved)
        await self._commit(Work(records=tuple(steps), changes=changes), lost="not-waiting")
        return approved

    async def revoke(self, consent: str, *, reason: str, by: Principal) -> KeptConsent:
        """
        Let a consent count no more, whether or not it was approved.

        Raises:
            NotFound: there is none of this id.
            ConsentRefused: no-role or revoked.
            AuditUnavailable: it could not be recorded; it still counts.
        """
        _require_role(by)
        kept, now = await self._found(consent), self._ports.clock.now()
        record = records.revoked(kept, reason=reason, record=self._ports.ids(), at=now, by=by)
        change = RevokeConsent(consent=consent, person=by.ref, reason=reason, at=now)
        await self._commit(Work(records=(record,), changes=(change,)), lost="revoked")
        return replace(kept, revoked_at=now)

    async def _found(self, consent: str) -> KeptConsent:
        kept = await self._ports.store.one(consent)
        if kept is None:
            raise NotFound(expected="the id of a consent", found="another id")
        return kept

    def _added(self, draft: ConsentDraft, *, now: datetime, by: Principal) -> KeptConsent:
        consent = Consent(
            id=self._ports.ids(),
            names=draft.names,
            topics=draft.topics,
            platforms=draft.platforms,
            since=draft.since,
            until=draft.until,
        )
        kept = KeptConsent(
            consent=consent,
            evidence=draft.evidence,
            owner=draft.owner,
            person=by.ref,
            added_at=now,
            expires_at=now + WAITS,
            mac="",
        )
        return replace(kept, mac=added_code(kept, self._ports.digest))

    def _approved(self, kept: KeptConsent, *, now: datetime, by: Principal) -> KeptConsent:
        bare = Approval(person=by.ref, at=now, mac="")
        approval = replace(bare, mac=approved_code(kept, bare, self._ports.digest))
        return replace(kept, approval=approval)

    async def _commit(self, work: Work, *, lost: str) -> None:
        try:
            await self._ports.audit.commit(work)
        except Conflict:
            raise ConsentRefused(why=lost) from None


def _require_role(by: Principal) -> None:
    if by.kind != PERSON or SIGN not in by.scopes:
        raise ConsentRefused(why="no-role")
