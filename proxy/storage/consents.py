"""
Reads of the register of consents.

Whether a row counts is decided by its codes, not by the row: what was written past the gateway is no consent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.core.policy.consent import Consent
from proxy.gate.consent_store import Approval, KeptConsent, genuine
from proxy.storage.consent_tables import consent_approvals, consent_names, consent_revocations, consents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection, Row

    from proxy.storage.reads import Reads

_Row = sa.Row[*tuple[Any, ...]]
_CHUNK = 500
_ALL = (
    sa.select(
        consents,
        consent_approvals.c.person.label("second"),
        consent_approvals.c.at.label("approved_at"),
        consent_approvals.c.mac.label("approval_mac"),
        consent_revocations.c.at.label("revoked_at"),
    )
    .outerjoin(consent_approvals, consent_approvals.c.consent_id == consents.c.id)
    .outerjoin(consent_revocations, consent_revocations.c.consent_id == consents.c.id)
    .order_by(consents.c.added_at, consents.c.id)
)
_ONES = _ALL.where(consents.c.id.in_(sa.bindparam("b_ids", expanding=True)))
_NAMING = sa.select(consent_names.c.consent_id).where(consent_names.c.name.in_(sa.bindparam("b_names", expanding=True)))
_NAMES = sa.select(consent_names).where(consent_names.c.consent_id.in_(sa.bindparam("b_ids", expanding=True)))


class SqlConsents:
    """Implements `gate.consents.Consents` and `gate.consent_store.ConsentStore` on the database."""

    def __init__(self, reads: Reads, *, digest: Callable[[str, bytes], str]) -> None:
        self._reads = reads
        self._digest = digest

    async def naming(self, names: frozenset[str], now: datetime) -> tuple[Consent, ...]:
        """Return the consents in force that have one of these fingerprints, by id."""

        def read(connection: Connection) -> list[KeptConsent]:
            wanted = sorted(names)
            ids: set[str] = set()
            for start in range(0, len(wanted), _CHUNK):
                ids.update(connection.scalars(_NAMING, {"b_names": wanted[start : start + _CHUNK]}))
            return _kept(connection, ids)

        return self._in_force(await self._reads.run(read), now)

    async def standing(self, ids: Iterable[str], now: datetime) -> tuple[Consent, ...]:
        """Return those of these consents that are in force, by id."""
        wanted = frozenset(ids)
        return self._in_force(await self._reads.run(lambda connection: _kept(connection, wanted)), now)

    async def once(self, ids: Iterable[str]) -> tuple[Consent, ...]:
        """Return those of these consents that ever came into force, by id, whatever became of them since."""
        wanted = frozenset(ids)
        found = await self._reads.run(lambda connection: _kept(connection, wanted))
        return tuple(one.consent for one in found if one.approval is not None and genuine(one, self._digest))

    async def all(self) -> tuple[KeptConsent, ...]:
        """Return every consent, in the order in which they were added."""

        def read(connection: Connection) -> tuple[KeptConsent, ...]:
            names = _by_consent(connection.execute(sa.select(consent_names)))
            return tuple(_consent(row, names) for row in connection.execute(_ALL))

        return await self._reads.run(read)

    async def one(self, consent: str) -> KeptConsent | None:
        """Return a consent by its id."""
        return next(iter(await self._reads.run(lambda connection: _kept(connection, {consent}))), None)

    def _in_force(self, found: Iterable[KeptConsent], now: datetime) -> tuple[Consent, ...]:
        return tuple(
            one.consent
            for one in found
            if one.revoked_at is None
            and one.approval is not None
            and one.consent.in_force(now)
            and genuine(one, self._digest)
        )


def _kept(connection: Connection, ids: Iterable[str]) -> list[KeptConsent]:
    """Return these consents, by id."""
    wanted, found = sorted(ids), []
    for start in range(0, len(wanted), _CHUNK):
        some = {"b_ids": wanted[start : start + _CHUNK]}
        names = _by_consent(connection.execute(_NAMES, some))
        found += [_consent(row, names) for row in connection.execute(_ONES, some)]
    return sorted(found, key=lambda one: one.consent.id)


def _by_consent(rows: Iterable[Row[Any]]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for row in rows:
        names.setdefault(row.consent_id, set()).add(row.name)
    return names


def _consent(row: _Row, names: dict[str, set[str]]) -> KeptConsent:
    return KeptConsent(
        consent=Consent(
            id=row.id,
            names=frozenset(names.get(row.id, ())),
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
        approval=None if row.second is None else Approval(person=row.second, at=row.approved_at, mac=row.approval_mac),
        revoked_at=row.revoked_at,
    )
