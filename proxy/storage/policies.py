"""
Reads of the policy store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.gate.policy_store import Activation, Kind, Proposal, SealedPackage, Signature
from proxy.storage.tables import (
    policy_activations,
    policy_bundles,
    policy_proposals,
    policy_retirements,
    policy_signatures,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection, Row
    from sqlalchemy.sql import Select

    from proxy.storage.reads import Reads

_ACTIVATIONS = sa.select(policy_activations).order_by(policy_activations.c.number.desc())
_SIGNATURES = sa.select(policy_signatures).order_by(policy_signatures.c.signed_at, policy_signatures.c.person)
_FOR_GOOD = sa.exists().where(
    policy_activations.c.proposal == policy_proposals.c.id, policy_activations.c.until.is_(None)
)


class SqlPolicyStore:
    """Implements `gate.policy_store.PolicyStore` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def activations(self) -> tuple[Activation, ...]:
        """Return every activation, newest first."""
        return await self._reads.run(lambda connection: _activations(connection, _ACTIVATIONS))

    async def proposal(self, proposal: str) -> Proposal | None:
        """Return a proposal with its signatures."""
        found = await self._reads.run(lambda connection: _proposals(connection, [proposal]))
        return found.get(proposal)

    async def waiting(self, now: datetime) -> tuple[Proposal, ...]:
        """Return proposals that have not expired and that nobody put into force for good, oldest first."""
        query = sa.select(policy_proposals.c.id).where(policy_proposals.c.expires_at > now, ~_FOR_GOOD)

        def read(connection: Connection) -> tuple[Proposal, ...]:
            found = _proposals(connection, list(connection.execute(query).scalars())).values()
            return tuple(sorted(found, key=lambda one: (one.opened_at, one.id)))

        return await self._reads.run(read)

    async def digests(self) -> frozenset[str]:
        """Return the digests of all bundles that are kept."""
        query = sa.select(policy_bundles.c.digest)
        return await self._reads.run(lambda connection: frozenset(connection.execute(query).scalars()))

    async def package(self, digest: str) -> SealedPackage | None:
        """Return the sealed files of a bundle."""
        query = sa.select(policy_bundles).where(policy_bundles.c.digest == digest)
        row = await self._reads.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else SealedPackage(**_without(row, "stored_at"))

    async def retired(self) -> dict[str, datetime]:
        """Return the digests of bundles that nobody may go back to, and since when."""
        query = sa.select(policy_retirements.c.digest, policy_retirements.c.retired_at)
        return await self._reads.run(
            lambda connection: {row.digest: row.retired_at for row in connection.execute(query)}
        )


def _activations(connection: Connection, query: Select[Any]) -> tuple[Activation, ...]:
    rows = list(connection.execute(query))
    proposals = _proposals(connection, [row.proposal for row in rows])
    return tuple(
        Activation(
            number=row.number,
            proposal=proposals[row.proposal],
            activated_at=row.activated_at,
            until=row.until,
        )
        for row in rows
    )


def _proposals(connection: Connection, wanted: Iterable[str]) -> dict[str, Proposal]:
    names = sorted(set(wanted))
    if not names:
        return {}
    signed: dict[str, list[Signature]] = {}
    for row in connection.execute(_SIGNATURES.where(policy_signatures.c.proposal.in_(names))):
        signed.setdefault(row.proposal, []).append(Signature(**_without(row, "proposal")))
    return {
        row.id: Proposal(**_without(row, "kind"), kind=Kind(row.kind), signatures=tuple(signed.get(row.id, ())))
        for row in connection.execute(sa.select(policy_proposals).where(policy_proposals.c.id.in_(names)))
    }


def _without(row: Row[*tuple[Any, ...]], name: str) -> dict[str, Any]:
    return {key: value for key, value in row._mapping.items() if key != name}  # noqa: SLF001  public in SQLAlchemy
