"""
The register of consents as the gate asks it: which are in force now, and what they are kept as.

Nothing is remembered: who withdraws a consent is not named any more by the next post on any node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import GateUnavailable
from proxy.core.policy.matchers.consent import EXCUSABLE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from proxy.core.model import Decision, Scan
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.consent import Consent

__all__ = ["Consents", "all_stand", "in_force"]


class Consents(Protocol):
    """Reads of the register."""

    async def naming(self, names: frozenset[str], now: datetime) -> tuple[Consent, ...]:
        """
        Return the consents in force that have one of these fingerprints, by id.

        Raises:
            GateUnavailable: the database does not answer.
        """
        ...

    async def standing(self, ids: Iterable[str], now: datetime) -> tuple[Consent, ...]:
        """
        Return those of these consents that are in force, by id.

        Raises:
            GateUnavailable: the database does not answer.
        """
        ...

    async def once(self, ids: Iterable[str]) -> tuple[Consent, ...]:
        """
        Return those of these consents that ever came into force, by id, whatever became of them since.

        Raises:
            GateUnavailable: the database does not answer.
        """
        ...


async def in_force(consents: Consents, scan: Scan, bundle: PolicyBundle, now: datetime) -> tuple[Consent, ...]:
    """
    Return the consents that may excuse something that a scan found.

    The register is asked only where a rule has such an exception and a name was found.

    Raises:
        GateUnavailable: the register does not answer.
    """
    if not bundle.asks_consents:
        return ()
    found = (one.fingerprint for one in scan.findings if one.entity in EXCUSABLE)
    names = frozenset(name for name in found if name is not None)
    return await consents.naming(names, now) if names else ()


async def all_stand(consents: Consents, decision: Decision, now: datetime) -> bool:
    """Return whether every consent that a decision counted on is in force; not being able to ask is no."""
    if not decision.consents:
        return True
    try:
        standing = await consents.standing(decision.consents, now)
    except GateUnavailable:
        return False
    return decision.consents == {one.id for one in standing}
