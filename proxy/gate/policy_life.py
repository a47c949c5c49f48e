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

from proxy.core.errors import ConfigurationError, Conflict, NotFound, SealBroken
from proxy.core.policy.change import Direction
from proxy.core.policy.diff import compare, only_stricter
from proxy.gate import policy_records
from proxy.gate.policy_chain import Standing, chain
from proxy.gate.policy_changes import ActivateProposal, RetireBundle
from proxy.gate.policy_refusals import ProposalRefused
from proxy.gate.policy_store import (
    EMERGENCY,
    PEOPLE,
    PEOPLE_HARD,
    SIGN,
    SIGN_HARD,
    Kind,
    Proposal,
    Signature,
    made_here,
    signature_code,
)
from proxy.gate.work import AuditRecord, Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.change import Change
    from proxy.gate.policy_store import Activation, Packages, PolicyStore
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
    """Those that count, newest first, the one in force among them."""
    retired: frozenset[str]
    doubtful: bool
    """Whether the store has activations that the gateway did not make."""


class PolicyLife:
    """Proposes, approves, rolls back and retires bundles; every step is on record before it counts."""

    def __init__(self, ports: LifePorts) -> None:
        self._ports = ports

    async def look(self) -> tuple[Activation | None, bool]:
        """Return the activation that counts now, and whether there are rows that do not count."""
        standing = await self._standing()
        return standing.active, standing.chain.doubtful

    async def in_force(self) -> tuple[Activation, bytes] | None:
        """
        Return the activation that counts now, with the files of its bundle.

        Raises:
            SealBroken: its bytes were changed, or an emergency is not proven to weaken nothing.
            NotFound: its bundle is not kept.
            ConfigurationError: an emergency cannot be compared, because this version cannot read its bundles.
            GateUnavailable: the store does not answer.
        """
        active = (await self._standing()).active
        if active is None:
            return None
        package = await self.package(active.digest)
        if active.until is not None:
            before = active.proposal.from_digest
            new = await self._ports.packages.read(package, kept=True)
            if before is None or not only_stricter(compare(await self.bundle(before), new)):
                raise SealBroken(expected="an emergency that weakens nothing", found="another change")
        return active, package

    async def bundle(self, digest: str) -> PolicyBundle:
        """
        Return a bundle that is kept.

        Raises:
            NotFound: it is not.
            ConfigurationError: it cannot be read by this version.
            SealBroken: its bytes were changed.
        """
        return await self._ports.packages.read(await self.package(digest), kept=True)

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
        Return the digest of the bundle that a proposal replaces, and what it changes of it.

        Raises:
            NotFound: there is no such proposal.
        """
        found, standing = await self._found(proposal), await self._standing()
        before = standing.replaced_by(found)
        return before, await self._changes(before, await self.bundle(found.digest))

    async def status(self) -> Status:
        """Return what is in force, what waits, and what was in force before, newest first."""
        standing = await self._standing()
        return Status(
            active=standing.active,
            waiting=await self._ports.store.waiting(standing.now),
            activations=standing.chain.valid[::-1],
            retired=frozenset(standing.retired),
            doubtful=standing.chain.doubtful,
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
        standing = await self._standing()
        bundle = await self._ports.packages.read(package, kept=False)
        kind = Kind.EMERGENCY if emergency else Kind.ACTIVATION
        return await self._propose(bundle, package, standing, kind=kind, by=by)

    async def rollback(self, *, by: Principal, digest: str | None = None, emergency: bool = False) -> Step:
        """
        Propose a bundle that was in force before: the one before this one, or that of a digest.

        Raises:
            ProposalRefused: there was none, it is retired, or as for `propose`.
        """
        standing = await self._standing()
        package = await self.package(_earlier(standing, digest))
        bundle = await self._ports.packages.read(package, kept=True)
        kind = Kind.EMERGENCY if emergency else Kind.ROLLBACK
        return await self._propose(bundle, package, standing, kind=kind, by=by)

    async def approve(self, proposal: str, *, by: Principal) -> Step:
        """
        Sign a proposal of others; with the last signature that is needed the bundle is in force.

        Raises:
            NotFound: there is no such proposal.
            ProposalRefused: this person signed it, it has expired, or another bundle came into force since.
            AuditUnavailable: it could not be recorded; nothing was signed.
        """
        standing = await self._standing()
        found = made_here(await self._found(proposal), self._ports.digest)
        _refuse(found, standing, by=by)
        changes = await self._changes(standing.replaced_by(found), await self.bundle(found.digest))
        signed = self._signed(found, by=by, now=standing.now)
        record = self._record(policy_records.APPROVED, signed, changes, by=by, at=standing.now)
        work = Work(records=(record,), changes=(policy_records.signed_row(signed),))
        if signed.complete():
            work = self._activated(work, signed, changes, standing, by=by, until=None)
        await self._commit(work)
        return Step(proposal=signed, changes=changes, in_force=signed.complete())

    async def retire(self, digest: str, *, by: Principal) -> None:
        """
        Let nobody go back to a bundle.

        Raises:
            NotFound: it is not kept.
            ProposalRefused: it is in force, or will be when an emergency is over, or it is retired already.
        """
        require_role(by)
        standing = await self._standing()
        if digest in {one.digest for one in (standing.active, standing.chain.lasting()) if one is not None}:
            raise ProposalRefused(why="in-force")
        await self.package(digest)
        record = policy_records.retired(digest, record=self._ports.ids(), at=standing.now, by=by)
        retire = RetireBundle(digest=digest, person=by.ref, retired_at=standing.now)
        await self._commit(Work(records=(record,), changes=(retire,)))

    async def _standing(self) -> Standing:
        now, retired = self._ports.clock.now(), await self._ports.store.retired()
        rows = await self._ports.store.activations()
        links = chain(rows, retired=retired, digest=self._ports.digest, now=now)
        return Standing(now=now, retired=retired, chain=links)

    async def _changes(self, before: str | None, bundle: PolicyBundle) -> tuple[Change, ...]:
        """Return what differs; a bundle that this version cannot read any more differs in a way nobody knows."""
        if before is None:
            return ()
        try:
            return compare(await self.bundle(before), bundle)
        except ConfigurationError:
            return (policy_records.UNREADABLE,)

    async def _propose(
        self, bundle: PolicyBundle, package: bytes, standing: Standing, *, kind: Kind, by: Principal
    ) -> Step:
        require_role(by)
        if standing.active is not None and standing.digest == bundle.digest:
            raise ProposalRefused(why="same")
        if bundle.digest in standing.retired:
            raise ProposalRefused(why="retired")
        changes = await self._changes(standing.digest, bundle)
        if kind is Kind.EMERGENCY:
            _refuse_emergency(standing, changes, by=by)
        weakens_duty = any(change.hard and change.direction is not Direction.STRICTER for change in changes)
        proposal = Proposal(
            id=self._ports.ids(),
            digest=bundle.digest,
            from_digest=standing.digest,
            kind=kind,
            needed=PEOPLE_HARD if weakens_duty else PEOPLE,
            opened_at=standing.now,
            expires_at=standing.now + PROPOSAL,
        )
        signed = self._signed(proposal, by=by, now=standing.now)
        record = self._record(policy_records.SUBMITTED, signed, changes, by=by, at=standing.now)
        rows = (
            policy_records.stored(self._ports.packages.seal(package, bundle.digest), standing.now),
            policy_records.opened(signed),
            policy_records.signed_row(signed),
        )
        work, until = Work(records=(record,), changes=rows), None
        if kind is Kind.EMERGENCY:
            until = standing.now + EMERGENCY
            work = self._activated(work, signed, changes, standing, by=by, until=until)
        await self._commit(work)
        return Step(proposal=signed, changes=changes, in_force=until is not None, until=until)

    async def _found(self, proposal: str) -> Proposal:
        found = await self._ports.store.proposal(proposal)
        if found is None:
            raise NotFound(expected="the id of a proposal", found="another id")
        return found

    def _signed(self, proposal: Proposal, *, by: Principal, now: datetime) -> Proposal:
        role = SIGN_HARD if SIGN_HARD in by.scopes else SIGN
        bare = Signature(person=by.ref, role=role, signed_at=now, mac="")
        signature = replace(bare, mac=signature_code(proposal, bare, self._ports.digest))
        return replace(proposal, signatures=(*proposal.signatures, signature))

    def _activated(
        self,
        work: Work,
        proposal: Proposal,
        changes: tuple[Change, ...],
        standing: Standing,
        *,
        by: Principal,
        until: datetime | None,
    ) -> Work:
        """Add the activation to a unit of work; it has the number after those that were looked at, or it loses."""
        kind = Kind.ACTIVATION if proposal.kind is Kind.EMERGENCY and until is None else proposal.kind
        record = self._record(policy_records.IN_FORCE[kind], proposal, changes, by=by, at=standing.now, until=until)
        activate = ActivateProposal(
            number=standing.chain.last + 1,
            proposal=proposal.id,
            digest=proposal.digest,
            activated_at=standing.now,
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
        at: datetime,
        until: datetime | None = None,
    ) -> AuditRecord:
        return policy_records.step(kind, proposal, changes, record=self._ports.ids(), at=at, by=by, until=until)

    async def _commit(self, work: Work) -> None:
        try:
            await self._ports.audit.commit(work)
        except Conflict as conflict:
            raise ProposalRefused(why=_LOST.get(conflict.what, "overtaken")) from None


_LOST = {"signature": "same-person", "retirement": "retired", "activation": "overtaken"}


def _earlier(standing: Standing, digest: str | None) -> str:
    if digest in standing.retired:
        raise ProposalRefused(why="retired")
    for one in reversed(standing.chain.valid):
        fits = one.until is None and one.digest != standing.digest and one.digest not in standing.retired
        if fits and digest in {None, one.digest}:
            return one.digest
    raise ProposalRefused(why="never-in-force")


def _refuse(proposal: Proposal, standing: Standing, *, by: Principal) -> None:
    require_role(by)
    if proposal.signed_by(by.ref):
        raise ProposalRefused(why="same-person")
    if proposal.expires_at <= standing.now:
        raise ProposalRefused(why="expired")
    if proposal.digest in standing.retired:
        raise ProposalRefused(why="retired")
    if proposal.complete():
        raise ProposalRefused(why="same")
    active = standing.active
    if standing.digest != proposal.from_digest and (active is None or active.proposal.id != proposal.id):
        raise ProposalRefused(why="overtaken")


def _refuse_emergency(standing: Standing, changes: tuple[Change, ...], *, by: Principal) -> None:
    if standing.active is None or not only_stricter(changes):
        raise ProposalRefused(why="not-stricter")
    for one in standing.chain.valid:
        people = {signature.person for signature in one.proposal.signatures}
        if one.until is not None and people == {by.ref}:
            raise ProposalRefused(why="emergency-unsigned")


def require_role(by: Principal) -> None:
    """
    Let only people go on who may propose and sign.

    Raises:
        ProposalRefused: a program, or somebody whose token does not allow it.
    """
    if by.kind != "employee" or by.scopes.isdisjoint({SIGN, SIGN_HARD}):
        raise ProposalRefused(why="no-role")
