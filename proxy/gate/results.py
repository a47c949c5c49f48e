"""
What became of a submission, as values that a platform module turns into its own answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Decision, Post
    from proxy.gate.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The platform has it and told its id."""

    post: Post
    decision: Decision
    decision_id: str
    outcome: Outcome
    redacted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Stopped for good; the author reads why."""

    post: Post
    decision: Decision
    decision_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Waits for a person."""

    post: Post
    decision: Decision
    decision_id: str
    review_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """Allowed, and waits for the time that its author chose; it is decided again then."""

    post: Post
    decision: Decision
    decision_id: str
    send_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """Allowed, and certainly not published; it is tried again without its author."""

    decision_id: str
    not_before: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """An image was taken into the spool; it leaves only with a post that uses it."""

    post: Post
    decision: Decision
    decision_id: str
    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An upload in pieces was announced; nothing of it is kept yet."""

    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The platform refused it with a complete answer; it is not published."""

    decision_id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """No byte of the post reached the platform, and it is not published; an image of it may have been uploaded."""

    decision_id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """It may have been published; nobody sends it again before a person or a look-up has settled it."""

    decision_id: str
    outcome: Outcome


Result = Published | Blocked | Held | Scheduled | Queued | Spooled | Opened | Rejected | NotSent | Unknown
