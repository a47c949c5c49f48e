"""
What is kept of a post for its author, beyond its row: why it is where it is, who looks at it, and until when.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.ports import EarlierPost


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReviewView:
    """A review that has not ended."""

    queue: str
    stage: int
    stages: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """One post; no text."""

    rules: tuple[str, ...]
    """That decided last, as far as the author is told, `policy/rule` or `gate/...`."""
    appeal_of: str | None
    """Record of the decision that it appeals against."""
    review: OpenReviewView | None
    send_at: datetime | None
    not_before: datetime | None
    expires_at: datetime | None
    """None: it does not wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPost:
    """A post as it was recorded, sealed."""

    platform: str
    kind: str
    content: EarlierPost


class PostViews(Protocol):
    """Reads of single posts; both raise GateUnavailable when the database does not answer."""

    async def view(self, post: str) -> PostView:
        """Return what is kept of a post that exists."""
        ...

    async def kept(self, post: str) -> KeptPost | None:
        """Return a post as it was recorded first; None where its content is not there any more."""
        ...
