"""
Steps of reviews as records of the log: decided, looked at, uncovered, judged; and who stands in for whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.records import actor_of, stamp
from proxy.gate.work import AuditRecord, Subject

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.gate.review_ports import AskedReview, Delegation
    from proxy.gate.work import SealedContent


def about(review: AskedReview) -> Subject:
    """Return what records of a review are about."""
    return Subject(account=review.account, post=review.post)


def decided(
    review: AskedReview,
    *,
    record: str,
    at: datetime,
    by: Principal,
    on_behalf_of: str | None,
    verdict: str,
    reason: str | None,
    false_alarm: bool,
    bulk: bool,
    content: SealedContent,
) -> AuditRecord:
    """PG-202: a person approved, rejected or returned a post; what was written is the content."""
    data: dict[str, object] = {
        "review": review.id,
        "stage": review.stage,
        "stages": review.stages,
        "verdict": verdict,
        "reason": reason,
        "policy_digest": review.policy_digest,
        "mac": review.mac,
        "false_alarm": false_alarm,
        "bulk": bulk,
    }
    return AuditRecord(
        id=record,
        code="PG-202",
        type="review.decided",
        at=at,
        actor=actor_of(by),
        on_behalf_of=on_behalf_of,
        subject=about(review),
        refs=(review.decision_record,),
        content=content,
        data=data,
    )


def viewed(review: AskedReview, *, record: str, at: datetime, by: Principal) -> AuditRecord:
    """PG-204: a person looked at a post, with what was found covered."""
    return AuditRecord(
        id=record,
        code="PG-204",
        type="review.viewed",
        at=at,
        actor=actor_of(by),
        subject=about(review),
        data={"review": review.id},
    )


def revealed(
    review: AskedReview,
    *,
    record: str,
    at: datetime,
    by: Principal,
    spans: int,
    purpose: str,
    case: str | None,
    image: int | None = None,
) -> AuditRecord:
    """PG-205: a person uncovered what was found, or fetched a picture."""
    data: dict[str, object] = {"review": review.id, "spans": spans, "purpose": purpose, "case": case}
    return AuditRecord(
        id=record,
        code="PG-205",
        type="review.revealed",
        at=at,
        actor=actor_of(by),
        subject=about(review),
        data=data if image is None else data | {"image": image},
    )


def judged(
    review: AskedReview,
    *,
    record: str,
    at: datetime,
    by: Principal,
    on_behalf_of: str | None,
    verdict: str,
    reason: str | None,
) -> AuditRecord:
    """PG-208: a person judged whether a post was rightly allowed."""
    return AuditRecord(
        id=record,
        code="PG-208",
        type="review.seen",
        at=at,
        actor=actor_of(by),
        on_behalf_of=on_behalf_of,
        subject=about(review),
        refs=(review.decision_record,),
        data={"review": review.id, "verdict": verdict, "reason": reason},
    )


def delegated(delegation: Delegation, *, record: str, at: datetime, by: Principal, state: str) -> AuditRecord:
    """PG-207: a person lets another one stand in, or does not any more."""
    return AuditRecord(
        id=record,
        code="PG-207",
        type="review.delegated",
        at=at,
        actor=actor_of(by),
        data={
            "delegation": delegation.id,
            "deputy": delegation.deputy,
            "queue": delegation.queue,
            "since": stamp(delegation.since),
            "until": stamp(delegation.until),
            "state": state,
        },
    )
