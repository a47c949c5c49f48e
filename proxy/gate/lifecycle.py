"""
The life of a post: one table of states, events and transitions.

`step(state, event)` is the only way to a next state; the database repeats it as compare-and-set.

A post waits in one of four states: `held` for people, `approved` for its release check, `scheduled` for its time,
`queued` for a platform that could not take it. From all of them it leaves for the platform by one door only: it was
decided again, allowed, and its intent is on record.
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
    """Waits for people."""
    APPROVED = "approved"
    """All stages of its review are done; waits for the check before its release."""
    SCHEDULED = "scheduled"
    """Allowed; waits for the time that its author chose."""
    QUEUED = "queued"
    """Allowed, and certainly not published; waits for the platform to take it."""
    INTENT = "intent"
    """Decision and intent are durable: a byte may have left."""
    PUBLISHED = "published"
    REJECTED_UPSTREAM = "rejected_upstream"
    UNKNOWN = "unknown"
    """It may have been published."""
    ABSENT = "absent"
    """It was unclear, and is now known not to be on the platform."""
    REJECTED = "rejected"
    """A reviewer said no."""
    WITHDRAWN = "withdrawn"
    """Its author took it back before it was sent."""
    EXPIRED = "expired"
    """Its time was over before it could be sent."""
    FAILED = "failed"
    """Given up, and certainly not published."""
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
    NEW_SCHEDULED = "new_scheduled"
    """Allowed, and its author wants it sent later."""
    NEW_QUEUED = "new_queued"
    """Allowed, and the platform is known not to take posts now."""
    APPROVE_STAGE = "approve_stage"
    """A person approved, and further people must."""
    APPROVE = "approve"
    """The last person approved that must."""
    REJECT = "reject"
    """A person said no, or sent it back to its author."""
    CHECK_ALLOW = "check_allow"
    """Decided again just before it is sent: allowed, or held by nothing but what people have approved."""
    CHECK_HOLD = "check_hold"
    CHECK_BLOCK = "check_block"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    RESCHEDULE = "reschedule"
    """Its author wants it sent at another time."""
    LEFT = "left"
    """Its author, account or right to post is gone."""
    OUTCOME_DEFERRED = "outcome_deferred"
    """Certainly not published, and to be tried again."""
    FOUND_ABSENT = "found_absent"
    """The platform, or a person who looked there, says that it is not published."""
    RESEND = "resend"
    """What is not published is to be sent again."""
    CLOSE = "close"
    """What is not published stays so."""
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


WAITING = frozenset({State.HELD, State.APPROVED, State.SCHEDULED, State.QUEUED})
"""States in which a post waits, and may be withdrawn."""
DELIVERABLE = frozenset({State.APPROVED, State.SCHEDULED, State.QUEUED})
"""States from which a post goes out as soon as it is decided again and its time has come."""
FINAL = frozenset(
    {
        State.BLOCKED,
        State.REPLACED,
        State.REJECTED_UPSTREAM,
        State.REJECTED,
        State.WITHDRAWN,
        State.EXPIRED,
        State.FAILED,
        State.RECALLED,
    }
)
"""States that nothing leaves."""

_NEW: dict[tuple[State | None, Event], State] = {
    (None, Event.NEW_BLOCK): State.BLOCKED,
    (None, Event.NEW_HOLD): State.HELD,
    (None, Event.NEW_REDACT): State.REPLACED,
    (None, Event.NEW_ALLOW): State.INTENT,
    (None, Event.NEW_SCHEDULED): State.SCHEDULED,
    (None, Event.NEW_QUEUED): State.QUEUED,
    (None, Event.NEW_WITHHELD): State.FAILED,
}
_REVIEW: dict[tuple[State | None, Event], State] = {
    (State.HELD, Event.APPROVE_STAGE): State.HELD,
    (State.HELD, Event.APPROVE): State.APPROVED,
    (State.HELD, Event.REJECT): State.REJECTED,
}
_WAITING: dict[tuple[State | None, Event], State] = {
    **{(state, Event.WITHDRAW): State.WITHDRAWN for state in sorted(WAITING)},
    **{(state, Event.EXPIRE): State.EXPIRED for state in sorted(WAITING)},
    **{(state, Event.RESCHEDULE): state for state in (State.HELD, State.APPROVED, State.SCHEDULED)},
    **{(state, Event.CHECK_BLOCK): State.BLOCKED for state in sorted(DELIVERABLE)},
    **{(state, Event.CHECK_HOLD): State.HELD for state in sorted(DELIVERABLE)},
    **{(state, Event.CHECK_ALLOW): State.INTENT for state in sorted(DELIVERABLE)},
    **{(state, Event.LEFT): State.FAILED for state in sorted(DELIVERABLE)},
}
_SENDING: dict[tuple[State | None, Event], State] = {
    (State.INTENT, Event.OUTCOME_PUBLISHED): State.PUBLISHED,
    (State.INTENT, Event.OUTCOME_REJECTED): State.REJECTED_UPSTREAM,
    (State.INTENT, Event.OUTCOME_NOT_SENT): State.FAILED,
    (State.INTENT, Event.OUTCOME_DEFERRED): State.QUEUED,
    (State.INTENT, Event.OUTCOME_UNKNOWN): State.UNKNOWN,
    (State.INTENT, Event.LEASE_OVER): State.UNKNOWN,
    (State.UNKNOWN, Event.LATE_PUBLISHED): State.PUBLISHED,
    (State.UNKNOWN, Event.LATE_REJECTED): State.REJECTED_UPSTREAM,
    (State.UNKNOWN, Event.FOUND_ABSENT): State.ABSENT,
    (State.ABSENT, Event.RESEND): State.QUEUED,
    (State.ABSENT, Event.CLOSE): State.FAILED,
}
_RECALL: dict[tuple[State | None, Event], State] = {
    (State.PUBLISHED, Event.RECALL): State.RECALLING,
    (State.RECALLING, Event.RECALL): State.RECALLING,
    (State.RECALL_FAILED, Event.RECALL): State.RECALLING,
    (State.RECALLING, Event.RECALL_GONE): State.RECALLED,
    (State.RECALLING, Event.RECALL_REFUSED): State.RECALL_FAILED,
}
TRANSITIONS = _NEW | _REVIEW | _WAITING | _SENDING | _RECALL
"""All there are; a state of None is a post that has none yet."""


def step(state: State | None, event: Event) -> State | Refused:
    """Return the next state, or Refused when the table has no such transition."""
    return TRANSITIONS.get((state, event), Refused(state=state, event=event))


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
