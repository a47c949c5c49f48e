"""
The life of a change of policies: proposed by one person, signed by another, in force, retired.

    propose   the bundle is kept, compared with the one in force, signed by whoever proposes it
    approve   another person signs; with the last signature that is needed it is in force
    rollback  proposes a bundle that was in force before
    retire    nobody may go back to a bundle

A proposal says which bundle it replaces. Once another one is in force it cannot be signed any more: what the second
person has seen is not what would happen. An emergency is in force at once by one signature, and only if it is proven to
weaken nothing; it ends after a day unless another person signs it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, NotFound, SealBroken
from proxy.core.policy.change import Direction
from proxy.core.policy.diff import compare, only_stricter
from proxy.gate import policy_records
from proxy.gate.policy_refusals import ProposalRefused
from proxy.gate.policy_store import (
    EMERGENCY,
    PEOPLE,
    PEOPLE_HARD,
    SIGN,
    SIGN_HARD,
    Activation,
    Kind,
    Proposal,
    Signature,
    genuine,
    signature_code,
)
from proxy.gate.work import (
    ActivateProposal,
    AuditRecord,
    RetireBundle,
    Work,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.change import Change
    from proxy.gate.policy_store import Packages, PolicyStore
    from proxy.gate.ports import AuditLog, Clock, Ids

PROPOSAL = timedelta(days=14)
"""How long a proposal waits for signatures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifePorts:
    """What the use case needs."""

    store: PolicyStore
    packages: Packages
    audit: AuditLog
    digest: Callable[[str, bytes], str]
    """Keyed, `Envelope.digest`."""
    clock: Clock
    ids: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of a proposal."""

    proposal: Proposal
    changes: tuple[Change, ...]
    """What differs from the bundle in force before."""
    in_force: bool
    until: datetime | None = None
    """When it ends by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is in force, what waits for signatures, and what was in force before."""

    active: Activation | None
    waiting: tuple[Proposal, ...]
    activations: tuple[Activation, ...]
    """Newest first, the one in force among them."""
    retired: frozenset[str]


class PolicyLife:
    """Proposes, approves, rolls back and retires bundles; every step is on record before it counts."""

    def __init__(self, ports: LifePorts) -> None:
        self._ports = ports

    async def active(self) -> Activation | None:
        """
        Return the activation that counts now.

        Raises:
            SealBroken: its signatures were not made by this gateway, or are not enough.
        """
        return checked(await self._ports.store.active(self._ports.clock.now()), self._ports.digest)

    async def in_force(self) -> tuple[Activation, bytes] | None:
        """
        Return the activation that counts now, with the files of its bundle.

        Raises:
            SealBroken: its signatures are not enough, or one person alone weakened something.
            NotFound: its bundle is not kept.
            GateUnavailable: the store does not answer.
        """
        active = await self.active()
        if active is None:
            return None
        package = await self.package(active.digest)
        if active.until is not None:
            await self._require_stricter(active, package)
        return active, package

    async def _require_stricter(self, active: Activation, package: bytes) -> None:
        before = active.proposal.from_digest
        new = await self._ports.packages.read(package)
        if before is None or not only_stricter(compare(await self.bundle(before), new)):
            raise SealBroken(expected="an emergency that weakens nothing", found="another change")

    async def bundle(self, digest: str) -> PolicyBundle:
        """
        Return a bundle that is kept.

        Raises:
            NotFound: it is not.
            ConfigurationError: it cannot be read by this version.
            SealBroken: its bytes were changed.
        """
        return await self._ports.packages.read(await self.package(digest))

    async def package(self, digest: str) -> bytes:
        """
        Return the files of a bundle that is kept.

        Raises:
            NotFound: it is not.
            SealBroken: its bytes were changed.
        """
        sealed = await self._ports.store.package(digest)
        if sealed is None:
            raise NotFound(expected="the digest of a bundle in the policy store", found="another digest")
        return self._ports.packages.open(sealed)

    async def preview(self, proposal: str) -> tuple[str | None, tuple[Change, ...]]:
        """
        Return the digest of the bundle in force, and what a proposal would change of it.

        Raises:
            NotFound: there is no such proposal.
        """
        bundle, active = await self.bundle((await self._found(proposal)).digest), await self.active()
        if active is None:
            return None, ()
        return active.digest, compare(await self.bundle(active.digest), bundle)

    async def status(self) -> Status:
        """Return what is in force, what waits, and what was in force before, newest first."""
        now = self._ports.clock.now()
        return Status(
            active=await self.active(),
            waiting=await self._ports.store.waiting(now),
            activations=await self._ports.store.activations(),
            retired=await self._ports.store.retired(),
        )

    async def digests(self) -> frozenset[str]:
        """Return the digests of all bundles that somebody proposed."""
        return await self._ports.store.digests()

    async def propose(self, package: bytes, *, by: Principal, emergency: bool = False) -> Step:
        """
        Propose files as the next bundle, signed by whoever proposes.

        Raises:
            ConfigurationError: any mistake in any file.
            ProposalRefused: they are in force already, it may not be this person, or an emergency weakens something.
            AuditUnavailable: it could not be recorded; nothing was proposed.
        """
        bundle = await self._ports.packages.read(package)
        kind = Kind.EMERGENCY if emergency else Kind.ACTIVATION
        return await self._propose(bundle, package, kind=kind, by=by)

    async def rollback(self, *, by: Principal, digest: str | None = None, emergency: bool = False) -> Step:
        """
        Propose a bundle that was in force before: the one before this one, or that of a digest.

        Raises:
            ProposalRefused: there was none, it is retired, or as for `propose`.
        """
        target = await self._earlier(digest)
        package = await self.package(target)
        bundle = await self._ports.packages.read(package)
        kind = Kind.EMERGENCY if emergency else Kind.ROLLBACK
        return await self._propose(bundle, package, kind=kind, by=by)

    async def approve(self, proposal: str, *, by: Principal) -> Step:
        """
        Sign a proposal of others; with the last signature that is needed the bundle is in force.

        Raises:
            NotFound: there is no such proposal.
            ProposalRefused: this person signed it, it has expired, or another bundle came into force since.
            AuditUnavailable: it could not be recorded; nothing was signed.
        """
        found = await self._found(proposal)
        now, active = self._ports.clock.now(), await self.active()
        self._refuse(found, active, by=by, now=now)
        changes = () if active is None else compare(*[await self.bundle(one) for one in (active.digest, found.digest)])
        signed = self._signed(found, by=by, now=now)
        record = self._record(policy_records.APPROVED, signed, changes, by=by)
        work = Work(records=(record,), changes=(policy_records.signed_row(signed),))
        if signed.complete():
            work = await self._activated(work, signed, changes, by=by, until=None)
        await self._commit(work)
        return Step(proposal=signed, changes=changes, in_force=signed.complete())

    async def retire(self, digest: str, *, by: Principal) -> None:
        """
        Let nobody go back to a bundle.

        Raises:
            NotFound: it is not kept.
            ProposalRefused: it is in force, or retired already.
        """
        require_role(by)
        active = await self.active()
        if active is not None and active.digest == digest:
            raise ProposalRefused(why="in-force")
        await self.package(digest)
        now = self._ports.clock.now()
        record = policy_records.retired(digest, record=self._ports.ids(), at=now, by=by)
        await self._commit(
            Work(records=(record,), changes=(RetireBundle(digest=digest, person=by.ref, retired_at=now),))
        )

    async def _propose(self, bundle: PolicyBundle, package: bytes, *, kind: Kind, by: Principal) -> Step:
        require_role(by)
        now, active = self._ports.clock.now(), await self.active()
        if active is not None and active.digest == bundle.digest and active.until is None:
            raise ProposalRefused(why="same")
        if bundle.digest in await self._ports.store.retired():
            raise ProposalRefused(why="retired")
        changes = () if active is None else compare(await self.bundle(active.digest), bundle)
        if kind is Kind.EMERGENCY:
            await self._refuse_emergency(active, changes, by=by, now=now)
        weakens_duty = any(change.hard and change.direction is not Direction.STRICTER for change in changes)
        proposal = Proposal(
            id=self._ports.ids(),
            digest=bundle.digest,
            from_digest=None if active is None else active.digest,
            kind=kind,
            needed=PEOPLE_HARD if weakens_duty else PEOPLE,
            opened_at=now,
            expires_at=now + PROPOSAL,
        )
        signed = self._signed(proposal, by=by, now=now)
        record = self._record(policy_records.SUBMITTED, signed, changes, by=by)
        opened = (
            policy_records.stored(self._ports.packages.seal(package, bundle.digest), now),
            policy_records.opened(signed),
            policy_records.signed_row(signed),
        )
        work, until = Work(records=(record,), changes=opened), None
        if kind is Kind.EMERGENCY:
            until = now + EMERGENCY
            work = await self._activated(work, signed, changes, by=by, until=until)
        await self._commit(work)
        return Step(proposal=signed, changes=changes, in_force=until is not None, until=until)

    async def _found(self, proposal: str) -> Proposal:
        found = await self._ports.store.proposal(proposal)
        if found is None:
            raise NotFound(expected="the id of a proposal", found="another id")
        return found

    async def _earlier(self, digest: str | None) -> str:
        active, retired = await self.active(), await self._ports.store.retired()
        earlier = [
            one.digest
            for one in await self._ports.store.activations()
            if genuine(one, self._ports.digest)
            and one.until is None
            and (active is None or one.digest != active.digest)
        ]
        if digest in retired:
            raise ProposalRefused(why="retired")
        fitting = [one for one in earlier if one not in retired and digest in {None, one}]
        if not fitting:
            raise ProposalRefused(why="never-in-force")
        return fitting[0]

    async def _refuse_emergency(
        self, active: Activation | None, changes: tuple[Change, ...], *, by: Principal, now: datetime
    ) -> None:
        if active is None or not only_stricter(changes):
            raise ProposalRefused(why="not-stricter")
        for proposal in await self._ports.store.waiting(now):
            if proposal.kind is Kind.EMERGENCY and {one.person for one in proposal.signatures} == {by.ref}:
                raise ProposalRefused(why="emergency-unsigned")

    def _refuse(self, proposal: Proposal, active: Activation | None, *, by: Principal, now: datetime) -> None:
        require_role(by)
        if proposal.signed_by(by.ref):
            raise ProposalRefused(why="same-person")
        if proposal.expires_at <= now:
            raise ProposalRefused(why="expired")
        if proposal.complete():
            raise ProposalRefused(why="same")
        standing = None if active is None else active.digest
        in_force_by_one = active is not None and active.proposal.id == proposal.id
        if standing != proposal.from_digest and not in_force_by_one:
            raise ProposalRefused(why="overtaken")

    def _signed(self, proposal: Proposal, *, by: Principal, now: datetime) -> Proposal:
        role = SIGN_HARD if SIGN_HARD in by.scopes else SIGN
        bare = Signature(person=by.ref, role=role, signed_at=now, mac="")
        code = signature_code(proposal, bare, self._ports.digest)
        return _with(proposal, Signature(person=by.ref, role=role, signed_at=now, mac=code))

    async def _activated(
        self, work: Work, proposal: Proposal, changes: tuple[Change, ...], *, by: Principal, until: datetime | None
    ) -> Work:
        number = 1 + max((one.number for one in await self._ports.store.activations()), default=0)
        kind = Kind.ACTIVATION if proposal.kind is Kind.EMERGENCY and until is None else proposal.kind
        record = self._record(policy_records.IN_FORCE[kind], proposal, changes, by=by, until=until)
        activate = ActivateProposal(
            number=number,
            proposal=proposal.id,
            digest=proposal.digest,
            activated_at=record.at,
            until=until,
        )
        return Work(records=(*work.records, record), changes=(*work.changes, activate))

    def _record(
        self,
        kind: tuple[str, str],
        proposal: Proposal,
        changes: tuple[Change, ...],
        *,
        by: Principal,
        until: datetime | None = None,
    ) -> AuditRecord:
        return policy_records.step(
            kind, proposal, changes, record=self._ports.ids(), at=self._ports.clock.now(), by=by, until=until
        )

    async def _commit(self, work: Work) -> None:
        try:
            await self._ports.audit.commit(work)
        except Conflict as conflict:
            raise ProposalRefused(why=_LOST.get(conflict.what, "overtaken")) from None


_LOST = {"signature": "same-person", "retirement": "retired", "activation": "overtaken"}


def checked(activation: Activation | None, digest: Callable[[str, bytes], str]) -> Activation | None:
    """
    Return an activation whose signatures this gateway made and that are enough for it.

    Raises:
        SealBroken: they are not.
    """
    if activation is not None and not genuine(activation, digest):
        raise SealBroken(expected="signatures that this gateway made", found="others, or too few")
    return activation


def require_role(by: Principal) -> None:
    """
    Let only people go on who may propose and sign.

    Raises:
        ProposalRefused: a program, or somebody whose token does not allow it.
    """
    if by.kind != "employee" or by.scopes.isdisjoint({SIGN, SIGN_HARD}):
        raise ProposalRefused(why="no-role")


def _with(proposal: Proposal, signature: Signature) -> Proposal:
    return replace(proposal, signatures=(*proposal.signatures, signature))
