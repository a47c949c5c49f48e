"""
Twin of the register of consents, beside a `MemoryAuditLog`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.policy.consent import Consent
from proxy.gate.consent_store import Approval, KeptConsent, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from tests.fakes.log import MemoryAuditLog


class MemoryConsents:
    """Twin of `SqlConsents`."""

    def __init__(self, log: MemoryAuditLog, *, digest: Callable[[str, bytes], str]) -> None:
        self._log = log
        self._digest = digest

    async def naming(self, names: frozenset[str], now: datetime) -> tuple[Consent, ...]:
        """Return the consents in force that have one of these fingerprints, by id."""
        return tuple(one for one in self._in_force(now) if one.names & names)

    async def standing(self, ids: Iterable[str], now: datetime) -> tuple[Consent, ...]:
        """Return those of these consents that are in force, by id."""
        wanted = frozenset(ids)
        return tuple(one for one in self._in_force(now) if one.id in wanted)

    async def once(self, ids: Iterable[str]) -> tuple[Consent, ...]:
        """Return those of these consents that ever came into force, by id, whatever became of them since."""
        found = [self._one(name) for name in sorted(set(ids) & self._log.tables.consents.keys())]
        return tuple(one.consent for one in found if one.approval is not None)

    async def all(self) -> tuple[KeptConsent, ...]:
        """Return every consent, in the order in which they were added."""
        return tuple(
            sorted(
                (self._one(name) for name in self._log.tables.consents), key=lambda one: (one.added_at, one.consent.id)
            )
        )

    async def one(self, consent: str) -> KeptConsent | None:
        """Return a consent by its id."""
        return self._one(consent) if consent in self._log.tables.consents else None

    def _in_force(self, now: datetime) -> list[Consent]:
        kept = [self._one(name) for name in sorted(self._log.tables.consents)]
        return [one.consent for one in kept if one.standing(now, self._digest) is Standing.IN_FORCE]

    def _one(self, name: str) -> KeptConsent:
        tables = self._log.tables
        row, said, ended = tables.consents[name], tables.consent_approvals.get(name), tables.consent_ends.get(name)
        return KeptConsent(
            consent=Consent(
                id=name,
                names=frozenset(one for owner, one in tables.consent_names if owner == name),
                topics=frozenset(row.topics.split()),
                platforms=frozenset(row.platforms.split()),
                since=row.since,
                until=row.until,
            ),
            evidence=row.evidence,
            owner=row.owner,
            person=row.person,
            added_at=row.added_at,
            expires_at=row.expires_at,
            mac=row.mac,
            approval=None if said is None else Approval(person=said.person, at=said.at, mac=said.mac),
            revoked_at=None if ended is None else ended.at,
        )
