"""
What is kept of policies: bundles, proposals, signatures and activations, as the policy store tells it.

A bundle comes into force by an activation, and an activation needs the signatures of different people. The code of a
signature shows that this gateway made it: whoever writes rows past the gateway cannot make one.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from proxy.core.policy.bundle import PolicyBundle

SIGN = "policy"
"""Scope of a token whose holder may propose and sign."""
SIGN_HARD = "policy-hard"
"""Scope of the third role: one of its holders must sign what weakens a rule marked `hard`."""
PEOPLE = 2
PEOPLE_HARD = 3
EMERGENCY = timedelta(hours=24)
"""The longest that one signature counts alone."""
_PURPOSE = "policy-signature"


class Kind(StrEnum):
    """Why a bundle shall come into force."""

    ACTIVATION = "activation"
    ROLLBACK = "rollback"
    EMERGENCY = "emergency"
    """At once by one signature, because it is proven to weaken nothing; until the second one for a day at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A person has signed a proposal."""

    person: str
    """Pseudonym."""
    role: str
    """Scope under which the person signed."""
    signed_at: datetime
    mac: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Somebody asks to put a bundle into force."""

    id: str
    digest: str
    from_digest: str | None
    """The bundle in force when it was made: what the difference was shown against."""
    kind: Kind
    needed: int
    """How many people have to sign."""
    opened_at: datetime
    expires_at: datetime
    signatures: tuple[Signature, ...] = ()

    def signed_by(self, person: str) -> bool:
        """Return whether a person has signed."""
        return any(signature.person == person for signature in self.signatures)

    def complete(self) -> bool:
        """Return whether enough people signed, one of the third role among them where three are needed."""
        people = {signature.person for signature in self.signatures}
        third = any(signature.role == SIGN_HARD for signature in self.signatures)
        return len(people) >= self.needed and (third or self.needed < PEOPLE_HARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """A bundle came into force."""

    number: int
    proposal: Proposal
    activated_at: datetime
    until: datetime | None
    """When it ends by itself; None where enough people signed."""

    @property
    def digest(self) -> str:
        """Return the digest of the bundle."""
        return self.proposal.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPackage:
    """The files of a bundle, sealed."""

    digest: str
    nonce: bytes = field(repr=False)
    package: bytes = field(repr=False)
    package_key: bytes = field(repr=False)
    kek_id: str


class PolicyStore(Protocol):
    """Reads of the policy store; it is written by units of work only."""

    async def activations(self) -> tuple[Activation, ...]:
        """Return every activation, newest first, whether or not it counts (`policy_chain`)."""
        ...

    async def proposal(self, proposal: str) -> Proposal | None:
        """Return a proposal with its signatures."""
        ...

    async def waiting(self, now: datetime) -> tuple[Proposal, ...]:
        """Return proposals that have not expired and that nobody put into force for good, oldest first."""
        ...

    async def digests(self) -> frozenset[str]:
        """Return the digests of all bundles that are kept."""
        ...

    async def package(self, digest: str) -> SealedPackage | None:
        """Return the sealed files of a bundle."""
        ...

    async def retired(self) -> Mapping[str, datetime]:
        """Return the digests of bundles that nobody may go back to, and since when."""
        ...


class Packages(Protocol):
    """Seals, opens and reads the files of a bundle."""

    def seal(self, package: bytes, digest: str) -> SealedPackage:
        """Seal the files of a bundle, bound to its digest."""
        ...

    def open(self, sealed: SealedPackage) -> bytes:
        """
        Return what `seal` sealed.

        Raises:
            SealBroken: another key, another bundle, or changed bytes.
        """
        ...

    async def read(self, package: bytes, *, kept: bool) -> PolicyBundle:
        """
        Return the bundle that the files say.

        In files that are kept, what has expired since is left out; in others it is a mistake.

        Raises:
            ConfigurationError: any mistake in any file.
        """
        ...


class PackageCheck(Protocol):
    """Looks for mistakes in the files of a bundle and runs their tests, before they are proposed."""

    async def __call__(self, package: bytes) -> None:
        """
        Return when nothing is wrong with the files and every test passes.

        Raises:
            ConfigurationError: it is no package, or any mistake in any file; warnings are listed beside mistakes.
            FailingTests: any test fails.
            GateBusy: another package is being checked.
            GateUnavailable: the detectors do not take its word lists.
        """
        ...


def signature_code(proposal: Proposal, signature: Signature, digest: Callable[[str, bytes], str]) -> str:
    """Return the code of a signature under a proposal; `digest` is keyed (`Envelope.digest`)."""
    said = [
        *(proposal.id, proposal.digest, proposal.from_digest, proposal.kind, proposal.needed),
        *(proposal.opened_at.isoformat(), proposal.expires_at.isoformat()),
        *(signature.person, signature.role, signature.signed_at.isoformat()),
    ]
    return digest(_PURPOSE, json.dumps(said, separators=(",", ":")).encode("ascii"))


def genuine(activation: Activation, digest: Callable[[str, bytes], str]) -> bool:
    """
    Return whether enough signatures of an activation were made by the gateway; others do not count.

    One is enough for an emergency that ends within a day of its proposal; that it weakens nothing has to be shown by
    its bundle.
    """
    proposal = made_here(activation.proposal, digest)
    if activation.until is None:
        return proposal.needed >= PEOPLE and proposal.complete()
    short = activation.activated_at < activation.until <= proposal.opened_at + EMERGENCY
    return bool(proposal.signatures) and proposal.kind is Kind.EMERGENCY and short


def made_here(proposal: Proposal, digest: Callable[[str, bytes], str]) -> Proposal:
    """Return a proposal with those of its signatures that the gateway made."""
    made = (
        signature
        for signature in proposal.signatures
        if hmac.compare_digest(signature.mac.encode(), signature_code(proposal, signature, digest).encode())
    )
    return replace(proposal, signatures=tuple(made))
