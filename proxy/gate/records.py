"""
Audit records as values: one function per record code that the gate writes.

A leaf holds no text, no matched value and no name; findings are counted per rule and entity. Texts, spans and
fingerprints go into the encrypted content (`content_of`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from proxy.core.policy.rollout import share
from proxy.core.policy.told import told
from proxy.gate.work import Actor, AuditRecord, SealedContent, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from proxy.core.model import Confidence, Decision, DetectorId, Finding, MatchedRule, Post, Principal, Scan
    from proxy.gate.outcome import Outcome
    from proxy.gate.plea import Plea
    from proxy.gate.review import ReviewTerms

REGISTER = "register"
"""Name of the detector that compares posts with the register."""
MOST_FINDINGS = 200
"""Rows of findings in one leaf; the rest is counted under `more`."""
SYSTEM = Actor(kind="system", ref="postgate")
ABSENT = "absent"
"""What became of an attempt that published nothing."""


def actor_of(principal: Principal) -> Actor:
    """Return the pseudonymous actor behind a principal."""
    return Actor(kind=principal.kind, ref=principal.ref)


def subject_of(post: Post) -> Subject:
    """Return what records about a post are about."""
    return Subject(account=post.account, post=post.id)


def content_of(post: Post, scan: Scan, plea: Plea | None = None) -> bytes:
    """Return what only the encrypted content of a decision may hold: texts, spans, fingerprints."""
    appeal: dict[str, object] = {} if post.appeal_of is None else {"appeal_of": post.appeal_of}
    if plea is not None:
        found = _places(plea.scan.findings)
        appeal |= {"plea": {"text": plea.text, "findings": found, "complete": plea.scan.complete}}
    return orjson.dumps(
        {
            "findings": _places(scan.findings),
            "media": list(post.media),
            "operation": post.operation,
            "options": [[slot, value] for slot, value in post.options],
            "parts": [[part.kind, part.slot, part.text] for part in post.parts],
            "reply_to": post.reply_to,
            "edit_of": post.edit_of,
        }
        | appeal,
    )


def _places(findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [
        {
            "confidence": finding.confidence,
            "end": finding.span.end,
            "entity": finding.entity,
            "fingerprint": finding.fingerprint,
            "part": finding.part,
            "rule": finding.rule,
            "start": finding.span.start,
            "view": finding.view,
        }
        for finding in findings
    ]


def decided(
    *,
    record: str,
    at: datetime,
    actor: Actor,
    post: Post,
    scan: Scan,
    decision: Decision,
    content: SealedContent,
    edit_of: str | None = None,
) -> AuditRecord:
    """PG-101: a post was decided. `edit_of` is a digest: an id that a client wrote may be anything."""
    return AuditRecord(
        id=record,
        code="PG-101",
        type="post.decided",
        at=at,
        actor=actor,
        subject=subject_of(post),
        content=content,
        data=decided_data(post, scan, decision)
        | {"edit_of": edit_of}
        | ({} if post.appeal_of is None else {"appeal_of": post.appeal_of})
        | ({} if post.request is None else {"request": post.request}),
    )


def checked(
    *,
    record: str,
    at: datetime,
    by: Principal,
    post: Post,
    scan: Scan,
    decision: Decision,
    content: SealedContent,
) -> AuditRecord:
    """PG-108: a program asked what the gate would say; there is no such post, so the record has none."""
    return AuditRecord(
        id=record,
        code="PG-108",
        type="post.checked",
        at=at,
        actor=actor_of(by),
        subject=Subject(account=post.account),
        content=content,
        data=decided_data(post, scan, decision),
    )


def decided_data(post: Post, scan: Scan, decision: Decision) -> dict[str, object]:
    """Return what the leaf says of a decision; what its author was told instead of its reasons, where that differs."""
    shown = told(decision).reasons
    instead = {} if shown == decision.reasons else {"told": [reason.rule for reason in shown]}
    consents: dict[str, object] = {"consents": sorted(decision.consents)} if decision.consents else {}
    return (
        instead
        | {
            "phase": decision.phase.value,
            "decision": decision.verdict.value,
            "kind": post.kind.value,
            "platform": post.platform,
            "operation": post.operation,
            "rules": _rules(decision.matched),
            "reasons": [reason.rule for reason in decision.reasons],
            "would_have": _rules(decision.would_have),
            "findings": _sums(scan.findings),
            "expected": _names(decision.expected),
            "completed": _names(decision.completed),
            "detectors": [{"name": item.name, "version": item.version} for item in sorted(decision.expected)],
            "policy_digest": decision.policy_digest,
            "rules_digest": decision.rules_digest,
            "organisation_digest": decision.organisation_digest,
            **_register(decision),
            "calendars": sorted(decision.running),
            "obligations": [obligation.name for obligation in decision.obligations],
        }
        | consents
    )


def register_version(detectors: Iterable[DetectorId]) -> str | None:
    """Return the version of the register that a post was compared with, which its detector says; None without one."""
    versions = (one.version.partition("-")[2] for one in detectors if one.name == REGISTER)
    return next(versions, None)


def _register(decision: Decision) -> dict[str, str]:
    version = register_version(decision.expected)
    return {} if version is None else {"register_version": version}


def _names(detectors: Iterable[DetectorId]) -> list[str]:
    return sorted(detector.name for detector in detectors)


def _rules(matched: Sequence[MatchedRule]) -> list[dict[str, str]]:
    return [_rule(item) for item in matched]


def _rule(matched: MatchedRule) -> dict[str, str]:
    row = {"rule": matched.rule, "verdict": matched.verdict.value}
    return row if matched.rollout is None else {**row, "rollout": share(matched.rollout)}


def _sums(findings: Sequence[Finding]) -> list[dict[str, object]]:
    sums: dict[tuple[str, str], tuple[int, Confidence]] = {}
    for finding in findings:
        count, highest = sums.get((finding.rule, finding.entity), (0, finding.confidence))
        if finding.confidence.rank > highest.rank:
            highest = finding.confidence
        sums[finding.rule, finding.entity] = (count + 1, highest)
    rows: list[dict[str, object]] = [
        {"rule": rule, "entity": entity, "count": count, "confidence": highest.value}
        for (rule, entity), (count, highest) in sorted(sums.items())
    ]
    if len(rows) <= MOST_FINDINGS:
        return rows
    rest = len(rows) - MOST_FINDINGS
    return [*rows[:MOST_FINDINGS], {"rule": "more", "entity": "more", "count": rest, "confidence": "high"}]


def intent(
    *,
    record: str,
    at: datetime,
    actor: Actor,
    post: Post,
    mac: str,
    decided_by: str,
    attempt: str,
    lease: datetime,
    number: int = 1,
    approvals: Sequence[str] = (),
    replay_safe: bool = False,
) -> AuditRecord:
    """PG-102: an attempt to send may begin; a byte may leave from now on."""
    return AuditRecord(
        id=record,
        code="PG-102",
        type="post.intent",
        at=at,
        actor=actor,
        subject=subject_of(post),
        refs=(decided_by, *approvals),
        data={
            "attempt": attempt,
            "attempt_no": number,
            "decided": decided_by,
            "approvals": list(approvals),
            "replay_safe": "platform" if replay_safe else "none",
            "lease_until": stamp(lease),
            "mac": mac,
        },
    )


def outcome(
    *,
    record: str,
    at: datetime,
    subject: Subject,
    attempt: str,
    intent_record: str,
    result: Outcome,
    ms: int,
    again_at: datetime | None = None,
) -> AuditRecord:
    """PG-103: the one outcome of an attempt; the post waits for another one at `again_at`, if there is to be one."""
    data: dict[str, object] = {
        "attempt": attempt,
        "result": result.kind.value,
        "reason": result.reason,
        "upstream_status": result.upstream_status,
        "upstream_id": result.upstream_id,
        "ms": ms,
    }
    if again_at is not None:
        data["again_at"] = stamp(again_at)
    return AuditRecord(
        id=record,
        code="PG-103",
        type="post.outcome",
        at=at,
        actor=SYSTEM,
        subject=subject,
        refs=(intent_record,),
        data=data,
    )


def reconciled(
    *,
    record: str,
    at: datetime,
    subject: Subject,
    attempt: str,
    intent_record: str,
    result: Outcome | None,
    method: str,
    by: Actor = SYSTEM,
) -> AuditRecord:
    """PG-104: an unclear attempt became clear: by the sender's own late answer, a look at the platform, or a person."""
    return AuditRecord(
        id=record,
        code="PG-104",
        type="post.reconciled",
        at=at,
        actor=by,
        subject=subject,
        refs=(intent_record,),
        data={
            "attempt": attempt,
            "result": ABSENT if result is None else result.kind.value,
            "method": method,
            "upstream_id": None if result is None else result.upstream_id,
        },
    )


def review_opened(
    *,
    record: str,
    at: datetime,
    post: Post,
    mac: str,
    decided_by: str,
    decision: Decision,
    name: str,
    review: ReviewTerms,
) -> AuditRecord:
    """PG-201: a held post waits for a person; `name` is the id of the review."""
    return AuditRecord(
        id=record,
        code="PG-201",
        type="review.opened",
        at=at,
        actor=SYSTEM,
        subject=subject_of(post),
        refs=(decided_by,),
        data={
            "review": name,
            "queue": review.queue,
            "stages": review.stages,
            "due_at": stamp(review.due_at),
            "escalate_to": review.escalate_to,
            "rules": [reason.rule for reason in decision.reasons],
            "mac": mac,
        },
    )


def moved(
    *,
    record: str,
    at: datetime,
    about: Subject,
    move: tuple[str, str],
    reason: str,
    by: Actor = SYSTEM,
    send_at: datetime | None = None,
    action: str | None = None,
) -> AuditRecord:
    """PG-105: a post changed from one state to another, and no other record says so."""
    source, target = move
    data: dict[str, object] = {"from": source, "to": target, "reason": reason} | part_of(action)
    if send_at is not None:
        data["send_at"] = stamp(send_at)
    return AuditRecord(
        id=record,
        code="PG-105",
        type="post.moved",
        at=at,
        actor=by,
        subject=about,
        data=data,
    )


def part_of(action: str | None) -> dict[str, object]:
    """Return what a record says of the action that it belongs to."""
    return {} if action is None else {"action": action}


def stamp(moment: datetime) -> str:
    """Return RFC 3339 in UTC with six digits, as every time in the log."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
