"""
Steps in the life of a consent as records of the log and as rows of the register. No record has a name or its digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.consent_changes import AddConsent, NameConsent
from proxy.gate.records import actor_of, stamp
from proxy.gate.work import AuditRecord

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.gate.consent_changes import ConsentChange
    from proxy.gate.consent_store import KeptConsent

ADDED = ("PG-311", "consent.added")
APPROVED = ("PG-312", "consent.approved")


def step(kind: tuple[str, str], kept: KeptConsent, *, record: str, at: datetime, by: Principal) -> AuditRecord:
    """PG-311 or PG-312: a consent was added, or a second person approved it."""
    code, name = kind
    consent = kept.consent
    return AuditRecord(
        id=record,
        code=code,
        type=name,
        at=at,
        actor=actor_of(by),
        data={
            "consent": consent.id,
            "evidence": kept.evidence,
            "owner": kept.owner,
            "topics": sorted(consent.topics),
            "platforms": sorted(consent.platforms),
            "since": stamp(consent.since),
            "until": stamp(consent.until),
        },
    )


def revoked(kept: KeptConsent, *, reason: str, record: str, at: datetime, by: Principal) -> AuditRecord:
    """PG-313: a consent counts no more."""
    data: dict[str, object] = {"consent": kept.consent.id, "evidence": kept.evidence, "reason": reason}
    return AuditRecord(id=record, code="PG-313", type="consent.revoked", at=at, actor=actor_of(by), data=data)


def rows(kept: KeptConsent) -> tuple[ConsentChange, ...]:
    """Return the changes that keep a new consent."""
    consent = kept.consent
    added = AddConsent(
        id=consent.id,
        evidence=kept.evidence,
        owner=kept.owner,
        topics=" ".join(sorted(consent.topics)),
        platforms=" ".join(sorted(consent.platforms)),
        since=consent.since,
        until=consent.until,
        person=kept.person,
        added_at=kept.added_at,
        expires_at=kept.expires_at,
        mac=kept.mac,
    )
    return (added, *(NameConsent(consent=consent.id, name=name) for name in sorted(consent.names)))
