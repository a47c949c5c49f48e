"""
Twins of the policy store and of what seals and reads bundles, beside a `MemoryAuditLog`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import ConfigurationError, SealBroken
from proxy.gate.policy_store import Activation, Kind, Proposal, SealedPackage, Signature

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from datetime import datetime

    from proxy.core.policy.bundle import PolicyBundle
    from tests.fakes.log import MemoryAuditLog


class MemoryPolicyStore:
    """Twin of `SqlPolicyStore`."""

    def __init__(self, log: MemoryAuditLog) -> None:
        self._log = log

    async def activations(self) -> tuple[Activation, ...]:
        """Return every activation, newest first."""
        kept = self._log.tables.activations
        return tuple(
            Activation(
                number=number,
                proposal=self._proposal(kept[number].proposal),
                activated_at=kept[number].activated_at,
                until=kept[number].until,
            )
            for number in sorted(kept, reverse=True)
        )

    async def proposal(self, proposal: str) -> Proposal | None:
        """Return a proposal with its signatures."""
        return self._proposal(proposal) if proposal in self._log.tables.proposals else None

    async def waiting(self, now: datetime) -> tuple[Proposal, ...]:
        """Return proposals that have not expired and that nobody put into force for good, oldest first."""
        good = {one.proposal for one in self._log.tables.activations.values() if one.until is None}
        found = [self._proposal(name) for name in self._log.tables.proposals if name not in good]
        return tuple(sorted((one for one in found if one.expires_at > now), key=lambda one: (one.opened_at, one.id)))

    async def digests(self) -> frozenset[str]:
        """Return the digests of all bundles that are kept."""
        return frozenset(self._log.tables.bundles)

    async def package(self, digest: str) -> SealedPackage | None:
        """Return the sealed files of a bundle."""
        kept = self._log.tables.bundles.get(digest)
        if kept is None:
            return None
        return SealedPackage(
            digest=digest,
            nonce=kept.nonce,
            package=kept.package,
            package_key=kept.package_key,
            kek_id=kept.kek_id,
        )

    async def retired(self) -> dict[str, datetime]:
        """Return the digests of bundles that nobody may go back to, and since when."""
        return {digest: kept.retired_at for digest, kept in self._log.tables.retirements.items()}

    def _proposal(self, name: str) -> Proposal:
        kept = self._log.tables.proposals[name]
        return Proposal(
            id=kept.id,
            digest=kept.digest,
            from_digest=kept.from_digest,
            kind=Kind(kept.kind),
            needed=kept.needed,
            opened_at=kept.opened_at,
            expires_at=kept.expires_at,
            signatures=tuple(self._signatures(name)),
        )

    def _signatures(self, name: str) -> Iterator[Signature]:
        for (proposal, person), kept in self._log.tables.signatures.items():
            if proposal == name:
                yield Signature(person=person, role=kept.role, signed_at=kept.signed_at, mac=kept.mac)


class NamedPackages:
    """Twin of the packages: a package is the name of a bundle."""

    def __init__(self, *bundles: PolicyBundle) -> None:
        self._bundles = {bundle.digest.encode(): bundle for bundle in bundles}
        self.unreadable: set[bytes] = set()
        """Packages that this version cannot read any more."""
        self.misread: tuple[str, PolicyBundle] | None = None
        """A digest, and the bundle that is read in its place."""
        self.while_reading: Callable[[], Awaitable[object]] | None = None
        """Happens once, while a package is being read."""

    def seal(self, package: bytes, digest: str) -> SealedPackage:
        """Seal nothing."""
        return SealedPackage(digest=digest, nonce=b"n", package=package, package_key=b"k", kek_id="kek")

    def open(self, sealed: SealedPackage) -> bytes:
        """Open it for its own digest only."""
        if sealed.package != sealed.digest.encode():
            raise SealBroken(found="another bundle")
        return sealed.package

    async def read(self, package: bytes, *, kept: bool) -> PolicyBundle:
        """Return the bundle of that name."""
        meanwhile, self.while_reading = self.while_reading, None
        if meanwhile is not None:
            await meanwhile()
        if package not in self._bundles or (kept and package in self.unreadable):
            raise ConfigurationError(())
        if self.misread is not None and package == self.misread[0].encode():
            return self.misread[1]
        return self._bundles[package]
