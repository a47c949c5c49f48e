"""
Which records there are and which fields their `data` may have.

Codes and types are stable for ever: a new field is optional, a changed meaning is a new code. The writer refuses what
is not here, and the verifier reports it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_FINDINGS = 200
"""Rows of findings in one leaf; one more may say how many are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """One kind of record."""

    name: str
    """The record's `type`, such as `post.decided`."""
    required: frozenset[str]
    fields: Mapping[str, type]
    """All fields with the kind of their values; a field that is not required may be null."""


def _kind(name: str, required: str, **fields: type) -> RecordType:
    return RecordType(name=name, required=frozenset(required.split()), fields=fields)


_BUNDLE = {"digest": str, "error_code": str, "entries": int, "version": str}
_POLICY = {
    "digest": str,
    "from_digest": str,
    "proposal": str,
    "signed_by": list,
    "needed": int,
    "rules_changed": int,
    "direction": str,
    "expires_at": str,
}
_NODE = {
    "version": str,
    "config_digest": str,
    "policy_digest": str,
    "rules_digest": str,
    "organisation_digest": str,
    "detectors": list,
    "canary": str,
    "reason": str,
}
_TOKEN = {"token_prefix": str, "scopes": list, "expires_at": str, "reason": str, "count": int}

RECORDS: Mapping[str, RecordType] = {
    "PG-101": _kind(
        "post.decided",
        "phase decision rules findings expected completed policy_digest rules_digest",
        phase=str,
        decision=str,
        kind=str,
        platform=str,
        operation=str,
        rules=list,
        reasons=list,
        would_have=list,
        findings=list,
        expected=list,
        completed=list,
        detectors=list,
        policy_digest=str,
        rules_digest=str,
        organisation_digest=str,
        register_version=str,
        calendars=list,
        obligations=list,
        edit_of=str,
        appeal_of=str,
    ),
    "PG-102": _kind(
        "post.intent",
        "attempt attempt_no decided lease_until mac",
        attempt=str,
        attempt_no=int,
        decided=str,
        approvals=list,
        replay_safe=str,
        lease_until=str,
        mac=str,
    ),
    "PG-103": _kind(
        "post.outcome",
        "attempt result",
        attempt=str,
        result=str,
        reason=str,
        upstream_status=int,
        upstream_id=str,
        ms=int,
    ),
    "PG-104": _kind("post.reconciled", "attempt result method", attempt=str, result=str, method=str, upstream_id=str),
    "PG-105": _kind("post.moved", "from to", **{"from": str, "to": str, "reason": str, "send_at": str}),
    "PG-110": _kind("request.refused", "door reason count", door=str, reason=str, count=int, first_at=str),
    "PG-201": _kind(
        "review.opened",
        "queue stages due_at rules mac",
        queue=str,
        stages=int,
        due_at=str,
        escalate_to=str,
        rules=list,
        mac=str,
    ),
    "PG-301": _kind("policy.submitted", "digest proposal signed_by needed", **_POLICY),
    "PG-302": _kind("policy.approved", "digest proposal signed_by needed", **_POLICY),
    "PG-303": _kind("policy.activated", "digest", **_POLICY),
    "PG-304": _kind("policy.rolled_back", "digest proposal signed_by", **_POLICY),
    "PG-305": _kind("policy.emergency", "digest proposal signed_by expires_at", **_POLICY),
    "PG-306": _kind("policy.load_failed", "error_code", **_BUNDLE),
    "PG-308": _kind("list.changed", "digest", **_BUNDLE),
    "PG-309": _kind("config.loaded", "digest", **_BUNDLE),
    "PG-310": _kind("policy.retired", "digest", digest=str),
    "PG-403": _kind("token.issued", "token_prefix scopes expires_at", **_TOKEN),
    "PG-404": _kind("token.revoked", "token_prefix", **_TOKEN),
    "PG-407": _kind("account.added", "account", account=str, platform=str, door=str, reason=str),
    "PG-408": _kind("account.removed", "account", account=str, reason=str),
    "PG-503": _kind("log.key_rotated", "from_key to_key", from_key=str, to_key=str, reason=str),
    "PG-510": _kind(
        "audit.searched",
        "filter",
        filter=dict,
        returned=int,
        from_seq=int,
        to_seq=int,
        purpose=str,
        case=str,
    ),
    "PG-511": _kind(
        "audit.exported",
        "returned manifest_sha256",
        returned=int,
        from_seq=int,
        to_seq=int,
        manifest_sha256=str,
        purpose=str,
        case=str,
    ),
    "PG-601": _kind("node.started", "version", **_NODE, trusted_database=bool),
    "PG-602": _kind("node.stopped", "version", **_NODE),
    "PG-603": _kind("node.heartbeat", "version", **_NODE),
    "PG-604": _kind("clock.jumped", "skew_ms", skew_ms=int, state=str, since=str),
    "PG-606": _kind("sink.changed", "sink state", sink=str, state=str, code=str),
}


def complaint(code: object, name: object, data: Mapping[str, object]) -> str | None:
    """Return what is wrong with a record's code, type or fields, in our words only; None when nothing is."""
    kind = RECORDS.get(code) if isinstance(code, str) else None
    if kind is None:
        return "a code outside the catalogue"
    if name != kind.name:
        return f"{code} with another type"
    if not kind.required <= data.keys():
        return f"{code} without {min(kind.required - data.keys())}"
    wrong = next((name for name, value in data.items() if not _fits(kind, name, value)), None)
    if wrong is not None:
        return f"{code} with a wrong kind of value in {wrong}" if wrong in kind.fields else f"{code} with another field"
    findings = data.get("findings")
    if isinstance(findings, list) and len(findings) > MOST_FINDINGS + 1:
        return f"{code} with more than {MOST_FINDINGS} rows of findings"
    return None


def _fits(kind: RecordType, name: str, value: object) -> bool:
    wanted = kind.fields.get(name)
    if wanted is None:
        return False
    if value is None:
        return name not in kind.required
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
