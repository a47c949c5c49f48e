"""
Steps in the life of a change of policies as records of the log and as rows of the policy store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.policy.change import Change, ChangeKind, Direction, Subject
from proxy.gate.policy_changes import OpenProposal, SignProposal, StoreBundle
from proxy.gate.policy_store import Kind
from proxy.gate.records import actor_of, stamp
from proxy.gate.work import AuditRecord

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.gate.policy_store import Proposal, SealedPackage

UNREADABLE = Change(
    subject=Subject.SETTING, name="bundle", kind=ChangeKind.CHANGED, direction=Direction.UNCLEAR, hard=True
)
"""What is known of a bundle that cannot be read any more."""
SUBMITTED = ("PG-301", "policy.submitted")
APPROVED = ("PG-302", "policy.approved")
IN_FORCE = {
    Kind.ACTIVATION: ("PG-303", "policy.activated"),
    Kind.ROLLBACK: ("PG-304", "policy.rolled_back"),
    Kind.EMERGENCY: ("PG-305", "policy.emergency"),
}


def step(
    kind: tuple[str, str],
    proposal: Proposal,
    changes: tuple[Change, ...],
    *,
    record: str,
    at: datetime,
    by: Principal,
    until: datetime | None = None,
) -> AuditRecord:
    """PG-301 to PG-305: a person proposed or signed, or a bundle came into force."""
    code, name = kind
    ends = proposal.expires_at if kind is SUBMITTED else until
    return AuditRecord(
        id=record,
        code=code,
        type=name,
        at=at,
        actor=actor_of(by),
        data={
            "digest": proposal.digest,
            "from_digest": proposal.from_digest,
            "proposal": proposal.id,
            "signed_by": [signature.person for signature in proposal.signatures],
            "needed": proposal.needed,
            "rules_changed": len(changes),
            "direction": direction(changes),
            "expires_at": None if ends is None else stamp(ends),
        },
    )


def retired(digest: str, *, record: str, at: datetime, by: Principal) -> AuditRecord:
    """PG-310: nobody may go back to a bundle."""
    return AuditRecord(
        id=record, code="PG-310", type="policy.retired", at=at, actor=actor_of(by), data={"digest": digest}
    )


def direction(changes: tuple[Change, ...]) -> str:
    """Return in one word what changes do to verdicts, the most worrying first."""
    found = {change.direction for change in changes}
    order = (Direction.WEAKER, Direction.UNCLEAR, Direction.STRICTER)
    return next((one.value for one in order if one in found), Direction.NEUTRAL.value)


def stored(sealed: SealedPackage, now: datetime) -> StoreBundle:
    """Return the change that keeps a bundle."""
    return StoreBundle(
        digest=sealed.digest,
        nonce=sealed.nonce,
        package=sealed.package,
        package_key=sealed.package_key,
        kek_id=sealed.kek_id,
        stored_at=now,
    )


def opened(proposal: Proposal) -> OpenProposal:
    """Return the change that opens a proposal."""
    return OpenProposal(
        id=proposal.id,
        digest=proposal.digest,
        from_digest=proposal.from_digest,
        kind=proposal.kind.value,
        needed=proposal.needed,
        opened_at=proposal.opened_at,
        expires_at=proposal.expires_at,
    )


def signed_row(proposal: Proposal) -> SignProposal:
    """Return the change that keeps the newest signature of a proposal."""
    signature = proposal.signatures[-1]
    return SignProposal(
        proposal=proposal.id,
        person=signature.person,
        role=signature.role,
        signed_at=signature.signed_at,
        mac=signature.mac,
    )
