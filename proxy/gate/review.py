"""
The terms under which a held post waits for a person, read from a decision's obligations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proxy.core.model import Decision

DEFAULT_QUEUE = "compliance"
"""Where a hold goes that no rule asked for, such as one for an incomplete scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTerms:
    """Which queue, how many approvals, until when."""

    queue: str
    stages: int
    due_at: datetime


def review_terms(decision: Decision, *, now: datetime, due: timedelta) -> ReviewTerms:
    """
    Return the strictest terms of all `review` obligations: most stages, earliest due time, that rule's queue.

    Args:
        decision: a decision with verdict `hold`.
        now: wall time, UTC.
        due: time to decide when no rule names one.
    """
    wanted = [dict(item.arguments) for item in decision.obligations if item.name == "review"]
    if not wanted:
        return ReviewTerms(queue=DEFAULT_QUEUE, stages=1, due_at=now + due)
    most = max(wanted, key=lambda item: (int(item.get("stages", 1)), str(item.get("queue", ""))))
    seconds = min(int(item.get("due_seconds", due.total_seconds())) for item in wanted)
    return ReviewTerms(
        queue=str(most.get("queue", DEFAULT_QUEUE)),
        stages=int(most.get("stages", 1)),
        due_at=now + timedelta(seconds=seconds),
    )
