"""
Changes of reviews: opened, voted on, moved to others, closed; and who stands in for whom.

The database repeats what must never happen, whoever writes to it: nobody votes on a post of his own, or for somebody
whose post it is; nobody votes twice; a post is approved by as many people as its review asks for, or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReview:
    """Put a post into a review queue."""

    id: str
    post: str
    kind: str = "hold"
    """`hold`: the post waits for it. `sample`: a look at a post that was allowed, for the quality of the rules."""
    queue: str
    stages: int
    author: str
    mac: str
    opened_at: datetime
    due_at: datetime
    escalate_to: str
    decision_record: str
    policy_digest: str
    rules: tuple[str, ...] = ()
    """Every rule that matched, and the gate's own reasons: what those who approve have seen."""
    bulk: bool = False
    """Whether it may be decided together with others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote:
    """One person's word on one stage of an open review. Loses with `Conflict("vote")`."""

    id: str
    """Of its PG-202."""
    review: str
    stage: int
    """From 1; the stage that the review is at."""
    reviewer: str
    on_behalf_of: str | None
    """For whom the reviewer stands in."""
    verdict: str
    """`approve`, `reject` or `return`."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceReview:
    """Move an open review from one stage to the next. Loses with `Conflict("review")` when it is elsewhere."""

    id: str
    stage: int
    """The stage that is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndReview:
    """Close an open review. Loses with `Conflict("review")` when it is not open."""

    id: str
    state: str
    """`approved`, `rejected`, `returned` or `seen`."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DropReviews:
    """Close every open review of a post that does not wait for it any more."""

    post: str
    state: str
    """`withdrawn`, `expired` or `void`."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind:
    """Note that the people of a queue were reminded of a review. Loses with `Conflict("review")`."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Ask another queue, once. Loses with `Conflict("review")`."""

    id: str
    queue: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate:
    """Let another person stand in, for a time."""

    id: str
    person: str
    deputy: str
    queue: str | None
    """None: in every queue."""
    since: datetime
    until: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDelegation:
    """End a delegation before its time. Loses with `Conflict("delegation")`."""

    id: str
    person: str
    at: datetime


ReviewChange = (
    OpenReview | CastVote | AdvanceReview | EndReview | DropReviews | Remind | Escalate | Delegate | EndDelegation
)
