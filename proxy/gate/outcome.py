"""
What a platform did with an attempt, as a value between the sending side and the gate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class OutcomeKind(StrEnum):
    """What became of an attempt."""

    PUBLISHED = "published"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a platform did with an attempt."""

    kind: OutcomeKind
    reason: str = ""
    """Bounded vocabulary: connect, tls, timeout, closed, redirect, server_error, success_without_id, too_large,
    rate_limited, credential, refused, conflict, media, lease_over."""
    upstream_status: int | None = None
    upstream_id: str | None = None
    retry_after: int | None = None
    """Seconds, at most 3600."""
    pause: int | None = None
    """Seconds, at most 3600, for which the platform takes no more of the account, whatever became of this post."""
    answer: bytes = field(default=b"", repr=False)
    """The platform's object for the client, parsed, rewritten and re-serialised; empty unless published."""
    answer_headers: tuple[tuple[str, str], ...] = ()
