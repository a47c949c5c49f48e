"""
Units of work for tests: a post that is allowed, its outcome, a post that is blocked. All values are invented.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from proxy.core.model import PostId
from proxy.gate.lifecycle import State
from proxy.gate.request_changes import HeedRequest
from proxy.gate.retention import RetentionTerms
from proxy.gate.work import (
    Actor,
    AuditRecord,
    Change,
    CloseAttempt,
    GuardTwin,
    MovePost,
    OpenAttempt,
    ReserveKey,
    SealedContent,
    StoreKey,
    StorePost,
    Subject,
    Work,
)
from proxy.observability.system import random_id
from proxy.storage.columns import instant
from tests.fakes.clock import START

ACCOUNT = "mastodon:presse"
AUTHOR = Actor(kind="employee", ref="a_invented")
SYSTEM = Actor(kind="system", ref="postgate")
MAC = "ab" * 32
SCOPE = "scope-of-nobody"


def new_id() -> str:
    """Return an id as the gateway makes them: in the order of time, so that rows lie as they do in production."""
    return random_id()


def random_code() -> str:
    """Return what looks like a keyed digest: without any order."""
    return secrets.token_hex(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The ids of one invented post."""

    post: PostId = field(default_factory=lambda: PostId(new_id()))
    decision: str = field(default_factory=new_id)
    intent: str = field(default_factory=new_id)
    outcome: str = field(default_factory=new_id)
    attempt: str = field(default_factory=new_id)
    key: str = field(default_factory=new_id)
    fingerprint: str = field(default_factory=random_code)
    at: datetime = START

    @property
    def subject(self) -> Subject:
        """Return what its records are about."""
        return Subject(account=ACCOUNT, post=self.post)


RETENTION = RetentionTerms().published


def content(sample: Sample, *, ciphertext: bytes = b"sealed bytes of nobody") -> SealedContent:
    """Make sealed content that nothing opens."""
    return SealedContent(
        key=sample.key,
        nonce=b"n" * 12,
        ciphertext=ciphertext,
        mac=MAC,
        dek_sha256=hashlib.sha256(sample.key.encode()).hexdigest(),
        retention="published-3y",
    )


def decided(sample: Sample, decision: str = "allow", **data: object) -> AuditRecord:
    """Make PG-101."""
    return AuditRecord(
        id=sample.decision,
        code="PG-101",
        type="post.decided",
        at=sample.at,
        actor=AUTHOR,
        subject=sample.subject,
        content=content(sample),
        data={
            "phase": "submit",
            "decision": decision,
            "rules": [] if decision == "allow" else [{"rule": "bank/iban", "verdict": decision}],
            "findings": [],
            "expected": ["presidio"],
            "completed": ["presidio"],
            "policy_digest": "sha256:aa",
            "rules_digest": "sha256:bb",
        }
        | data,
    )


def intended(sample: Sample, *, mac: str = MAC, lease: timedelta = timedelta(seconds=60)) -> AuditRecord:
    """Make PG-102."""
    return AuditRecord(
        id=sample.intent,
        code="PG-102",
        type="post.intent",
        at=sample.at,
        actor=AUTHOR,
        subject=sample.subject,
        refs=(sample.decision,),
        data={
            "attempt": sample.attempt,
            "attempt_no": 1,
            "decided": sample.decision,
            "approvals": [],
            "replay_safe": "none",
            "lease_until": instant(sample.at + lease),
            "mac": mac,
        },
    )


def outcome_record(sample: Sample, result: str = "published") -> AuditRecord:
    """Make PG-103."""
    return AuditRecord(
        id=sample.outcome,
        code="PG-103",
        type="post.outcome",
        at=sample.at,
        actor=SYSTEM,
        subject=sample.subject,
        refs=(sample.intent,),
        data={"attempt": sample.attempt, "result": result, "reason": "", "upstream_status": 200, "ms": 3},
    )


def stored(sample: Sample, state: State, *, scope: str = SCOPE) -> tuple[Change, ...]:
    """Make the changes that keep a post and its key."""
    return (
        StoreKey(
            id=sample.key,
            post=sample.post,
            wrapped=b"w" * 60,
            kek_id="kek",
            retention="published-3y",
            created_at=sample.at,
            expires_at=sample.at + RETENTION.keep,
        ),
        StorePost(
            id=sample.post,
            platform="mastodon",
            account=ACCOUNT,
            author=AUTHOR.ref,
            kind="post",
            operation="status.create",
            state=state,
            mac=MAC,
            scope=scope,
            fingerprint=sample.fingerprint,
            decision_record=sample.decision,
            key=sample.key,
            created_at=sample.at,
        ),
    )


def allowed(sample: Sample, *, key: str | None = None, scope: str = SCOPE) -> Work:
    """Make the unit of work before sending: guarded by a key, or as a twin without one."""
    guard: Change = (
        GuardTwin(scope=scope, fingerprint=sample.fingerprint, post=sample.post)
        if key is None
        else ReserveKey(
            scope=scope,
            key=key,
            fingerprint=sample.fingerprint,
            post=sample.post,
            created_at=sample.at,
            expires_at=sample.at + timedelta(hours=24),
        )
    )
    attempt = OpenAttempt(
        id=sample.attempt,
        post=sample.post,
        number=1,
        owner="n1",
        lease_until=sample.at + timedelta(seconds=60),
        intent_record=sample.intent,
    )
    return Work(
        records=(decided(sample), intended(sample)),
        changes=(guard, *stored(sample, State.INTENT, scope=scope), attempt),
        post=sample.post,
        mac=MAC,
    )


def of_request(work: Work, request: str | None) -> Work:
    """Return the unit of work of a post that a request over the API asked for."""
    changes: list[Change] = []
    for change in work.changes:
        changes += [replace(change, request=request)] if isinstance(change, StorePost) else [change]
        changes += [HeedRequest(post=change.id)] if isinstance(change, StorePost) else []
    return replace(work, changes=tuple(changes))


def ended(sample: Sample, result: str = "published", target: State = State.PUBLISHED) -> Work:
    """Make the unit of work after sending."""
    return Work(
        records=(outcome_record(sample, result),),
        changes=(
            CloseAttempt(id=sample.attempt, result=result, outcome_record=sample.outcome),
            MovePost(id=sample.post, source=State.INTENT, target=target, platform_id="115"),
        ),
        post=sample.post,
    )


def blocked(sample: Sample) -> Work:
    """Make the unit of work of a post that was stopped."""
    return Work(records=(decided(sample, "block"),), changes=stored(sample, State.BLOCKED), post=sample.post, mac=MAC)
