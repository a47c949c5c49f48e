"""
The life of a post: one table of states, events and transitions.

`step(state, event)` is the only way to a next state; the database repeats it as compare-and-set. Later transitions
(review, schedule, queue, reconciliation) join this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from proxy.core.errors import Conflict


class State(StrEnum):
    """A stored state. Receiving, scanning and deciding are phases in memory; a crash there leaves nothing behind."""

    BLOCKED = "blocked"
    REPLACED = "replaced"
    HELD = "held"
    INTENT = "intent"
    PUBLISHED = "published"
    REJECTED_UPSTREAM = "rejected_upstream"
    UNKNOWN = "unknown"
    FAILED = "failed"
    RECALLING = "recalling"
    """The platform is asked to delete it, or was, and it is not known what became of that."""
    RECALLED = "recalled"
    RECALL_FAILED = "recall_failed"


class Event(StrEnum):
    """Something that happens to a post. `NEW_*` are the decisions on a post that has no state yet."""

    NEW_BLOCK = "new_block"
    NEW_HOLD = "new_hold"
    NEW_REDACT = "new_redact"
    NEW_ALLOW = "new_allow"
    NEW_WITHHELD = "new_withheld"
    """Decided, and not sent because another post that it belongs to may not be sent."""
    OUTCOME_PUBLISHED = "outcome_published"
    OUTCOME_REJECTED = "outcome_rejected"
    OUTCOME_NOT_SENT = "outcome_not_sent"
    OUTCOME_UNKNOWN = "outcome_unknown"
    LEASE_OVER = "lease_over"
    LATE_PUBLISHED = "late_published"
    """The sender's own clear answer, after its lease was over."""
    LATE_REJECTED = "late_rejected"
    RECALL = "recall"
    """A published post is to be taken back, or once more."""
    RECALL_GONE = "recall_gone"
    RECALL_REFUSED = "recall_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The event is not possible in this state; nothing changes."""

    state: State | None
    event: Event


_TRANSITIONS: dict[tuple[State | None, Event], State] = {
    (None, Event.NEW_BLOCK): State.BLOCKED,
    (None, Event.NEW_HOLD): State.HELD,
    (None, Event.NEW_REDACT): State.REPLACED,
    (None, Event.NEW_ALLOW): State.INTENT,
    (None, Event.NEW_WITHHELD): State.FAILED,
    (State.INTENT, Event.OUTCOME_PUBLISHED): State.PUBLISHED,
    (State.INTENT, Event.OUTCOME_REJECTED): State.REJECTED_UPSTREAM,
    (State.INTENT, Event.OUTCOME_NOT_SENT): State.FAILED,
    (State.INTENT, Event.OUTCOME_UNKNOWN): State.UNKNOWN,
    (State.INTENT, Event.LEASE_OVER): State.UNKNOWN,
    (State.UNKNOWN, Event.LATE_PUBLISHED): State.PUBLISHED,
    (State.UNKNOWN, Event.LATE_REJECTED): State.REJECTED_UPSTREAM,
    (State.PUBLISHED, Event.RECALL): State.RECALLING,
    (State.RECALLING, Event.RECALL): State.RECALLING,
    (State.RECALL_FAILED, Event.RECALL): State.RECALLING,
    (State.RECALLING, Event.RECALL_GONE): State.RECALLED,
    (State.RECALLING, Event.RECALL_REFUSED): State.RECALL_FAILED,
}


def step(state: State | None, event: Event) -> State | Refused:
    """Return the next state, or Refused when the table has no such transition."""
    return _TRANSITIONS.get((state, event), Refused(state=state, event=event))


def enter(state: State | None, event: Event) -> State:
    """
    Return the next state.

    Raises:
        Conflict: the table has no such transition.
    """
    target = step(state, event)
    if isinstance(target, Refused):
        raise Conflict(what="post-state")
    return target
