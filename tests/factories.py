"""
Plain functions that make values for tests, with keyword defaults. All personal data here is invented.
"""

from __future__ import annotations

from proxy.core.model import (
    Account,
    Confidence,
    Decision,
    DetectorId,
    Finding,
    Localised,
    Part,
    PartKind,
    Phase,
    Post,
    PostId,
    PostKind,
    Principal,
    Reason,
    Scan,
    Span,
    Verdict,
)
from proxy.gate.ports import Grant
from proxy.gate.wire import Draft, Endpoint, EndpointClass

LOOKED = frozenset({DetectorId(name="presidio", version="1"), DetectorId(name="lexicons", version="1")})


def make_part(text: str = "Schönes Wochenende!", kind: PartKind = PartKind.BODY, slot: str = "status") -> Part:
    """Make one part."""
    return Part(kind=kind, slot=slot, text=text)


def make_post(
    text: str = "Schönes Wochenende!",
    *,
    kind: PostKind = PostKind.POST,
    parts: tuple[Part, ...] | None = None,
    post_id: str = "00000000-0000-4000-8000-000000000001",
    operation: str = "status.create",
) -> Post:
    """Make a post of one body part, or of the parts given."""
    return Post(
        id=PostId(post_id),
        platform="mastodon",
        account="mastodon:presse",
        author="a_erfunden",
        operation=operation,
        kind=kind,
        parts=(make_part(text),) if parts is None else parts,
    )


def make_finding(
    entity: str = "IBAN_CODE",
    *,
    confidence: Confidence = Confidence.HIGH,
    part: int = 0,
    start: int = 0,
    end: int = 5,
    rule: str = "presidio/iban",
    fingerprint: str | None = "f" * 32,
) -> Finding:
    """Make a finding."""
    return Finding(
        rule=rule,
        entity=entity,
        confidence=confidence,
        part=part,
        span=Span(start=start, end=end),
        fingerprint=fingerprint,
        detector="presidio",
    )


def make_scan(*findings: Finding, completed: frozenset[DetectorId] = LOOKED) -> Scan:
    """Make a scan that expected the two usual detectors."""
    return Scan(findings=findings, expected=LOOKED, completed=completed, sentences=((Span(start=0, end=10_000),),))


def make_decision(
    post: Post | None = None, verdict: Verdict = Verdict.ALLOW, *, completed: frozenset[DetectorId] = LOOKED
) -> Decision:
    """Make a decision about a post."""
    reason = Reason(rule="test/rule", verdict=verdict, message=Localised(de="Grund", en="reason"))
    return Decision(
        post=(post or make_post()).id,
        verdict=verdict,
        reasons=(reason,),
        matched=(),
        would_have=(),
        obligations=(),
        policy_digest="p" * 64,
        rules_digest="r" * 64,
        organisation_digest="o" * 64,
        expected=LOOKED,
        completed=completed,
        phase=Phase.SUBMIT,
    )


def make_grant(ref: str = "a_erfunden", account: str = "mastodon:presse", door: str = "mastodon") -> Grant:
    """Make what a valid gateway token gives."""
    principal = Principal(ref=ref, kind="employee", scopes=frozenset({"post"}), token_prefix="pgt_test")
    return Grant(principal=principal, account=Account(id=account, platform="mastodon", door=door))


def make_draft(text: str = "Schönes Wochenende!", *, key: str | None = None, media: tuple[str, ...] = ()) -> Draft:
    """Make a draft of a new status."""
    return Draft(
        operation="status.create", kind=PostKind.POST, parts=(make_part(text),), idempotency_key=key, media=media
    )


CREATE = Endpoint(name="status.create", cls=EndpointClass.WRITE)
