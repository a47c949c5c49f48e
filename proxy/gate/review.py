"""
The terms under which a held post waits for a person, read from a decision's obligations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from proxy.core.policy.told import told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.model import Decision

DEFAULT_QUEUE = "compliance"
"""Where a hold goes that no rule asked for, such as one for an incomplete scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTerms:
    """Which queue, how many approvals, until when, and who hears of it when nobody decided by then."""

    queue: str
    stages: int
    due_at: datetime
    escalate_to: str
    told_due_at: datetime
    """What the author is told of `due_at`: the same, unless it would tell by what rule it came."""


def review_terms(decision: Decision, *, now: datetime, due: timedelta) -> ReviewTerms:
    """
    Return the strictest terms of all `review` obligations: most stages and the earliest due time.

    Queue and escalation are those of the rule with most stages, of several the one due first, then by name.

    Args:
        decision: a decision with verdict `hold`.
        now: wall time, UTC.
        due: time to decide when no rule names one.
    """
    wanted = _wanted(decision)

    def seconds(item: Mapping[str, str | int]) -> int:
        return int(item.get("due_seconds", due.total_seconds()))

    told_due_at = now + timedelta(seconds=min(map(seconds, _wanted(told(decision)))))
    first = min(wanted, key=lambda item: (-int(item.get("stages", 1)), seconds(item), str(item.get("rule", ""))))
    return ReviewTerms(
        queue=str(first.get("queue", DEFAULT_QUEUE)),
        stages=int(first.get("stages", 1)),
        due_at=now + timedelta(seconds=min(map(seconds, wanted))),
        escalate_to=str(first.get("escalate_to", DEFAULT_QUEUE)),
        told_due_at=told_due_at,
    )


def _wanted(decision: Decision) -> list[dict[str, str | int]]:
    """Return what each obligation asks; one that asks nothing where there is none."""
    return [dict(item.arguments) for item in decision.obligations if item.name == "review"] or [{}]
