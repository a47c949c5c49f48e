"""
The only way to make a ReleasedPost.

Adapters that send a post take a `ReleasedPost`, nothing else. Only `proxy.gate` may import this module (an import
contract holds it), so a post that was not decided `allow`, or held by nothing but what people have approved, and
recorded cannot be handed to a platform.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from proxy.core.errors import NotReleased
from proxy.core.model import Decision, Post, PostId, Receipt, Verdict

_SEAL = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What people approved of a held post."""

    post: PostId
    mac: str
    """Code of the content that they saw."""
    rules: frozenset[str]
    """Every rule that they were shown, and the gate's own reasons."""
    records: tuple[str, ...]
    """Ids of their PG-202, one a stage."""

    def covers(self, decision: Decision) -> bool:
        """
        Return whether a decision holds the post by nothing but what was approved.

        A block is never covered, nor a scan that is not complete, nor a rule that nobody was shown.
        """
        if decision.post != self.post or decision.missing or not decision.expected or not self.records:
            return False
        asked = {reason.rule for reason in decision.reasons}
        asked |= {matched.rule for matched in decision.matched if matched.verdict is not Verdict.ALLOW}
        return decision.verdict in {Verdict.HOLD, Verdict.REDACT} and asked <= self.rules


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedPost:
    """A post whose allowing decision and intent are durable. Made by `release` alone."""

    post: Post
    attempt: str
    """Id of the attempt that the intent opened; doubles as our idempotency key upstream."""
    seal: object = field(repr=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise NotReleased(found="a ReleasedPost that was not made by release()")


def release(
    *, post: Post, mac: str, decision: Decision, receipt: Receipt, attempt: str, approval: Approval | None = None
) -> ReleasedPost:
    """
    Turn a post into one that may be sent.

    Raises:
        NotReleased: the decision is neither `allow` nor covered by an approval of this content, its scan is
            incomplete, it or the receipt belongs to another post or another content, or decision and intent are not
            both on record.
    """
    approved = approval is not None and approval.mac == mac and approval.covers(decision)
    complaints = [
        complaint
        for complaint, holds in (
            ("the verdict is not allow", decision.verdict is not Verdict.ALLOW and not approved),
            ("the scan is incomplete", bool(decision.missing) or not decision.expected),
            ("the decision is about another post", decision.post != post.id),
            ("the receipt is about another post", receipt.post != post.id),
            ("the receipt is about another content", not mac or receipt.mac != mac),
            ("the decision is not on record", "PG-101" not in receipt.records),
            ("the intent is not on record", "PG-102" not in receipt.records),
        )
        if holds
    ]
    if complaints:
        raise NotReleased(expected="a recorded allow for exactly this post", found="; ".join(complaints))
    return ReleasedPost(post=post, attempt=attempt, seal=_SEAL)
