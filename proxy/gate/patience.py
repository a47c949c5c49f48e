"""
When an allowed post waits instead of going out now, and what its author is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.filing import Waits
from proxy.gate.lifecycle import Event
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.replay import decision_id
from proxy.gate.results import NotSent, Queued, Scheduled
from proxy.gate.retries import again_at
from proxy.gate.waiting_changes import KeepWaiting

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.filing import Case, Pending
    from proxy.gate.traffic import Traffic
    from proxy.gate.waiting_changes import WaitingChange

SCHEDULED = "scheduled"
"""Why a post waits: its author chose a time."""
PACED = "paced"
"""Why a post waits: its platform takes no more for now."""
BROKEN = "broken"
"""Why a post is not sent: its platform failed just now, and nobody waits behind a client's back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What an allowed post waits for, and what its author is told."""

    until: Waits
    result: Scheduled | Queued


def wait_of(pending: Pending, case: Case, *, traffic: Traffic, now: datetime) -> Wait | None:
    """Return what an allowed post waits for; None: it goes out now, or not at all."""
    name, send_at = decision_id(case.record), pending.send_at
    if send_at is not None and send_at > now:
        result = Scheduled(post=case.post, decision=case.decision, decision_id=name, send_at=send_at)
        until = Waits(event=Event.NEW_SCHEDULED, not_before=send_at, reason=SCHEDULED, send_at=send_at)
        return Wait(until=until, result=result)
    seconds = traffic.wait(pending.grant.account) if pending.waits else 0
    if seconds > 0:
        at = now + timedelta(seconds=seconds)
        queued = Queued(decision_id=name, not_before=at, reason=PACED)
        until = Waits(event=Event.NEW_QUEUED, not_before=at, reason=PACED, send_at=send_at)
        return Wait(until=until, result=queued)
    return None


def not_sent(case: Case) -> NotSent:
    """Return that nothing was sent, because the platform failed just now."""
    return NotSent(decision_id=decision_id(case.record), outcome=Outcome(kind=OutcomeKind.NOT_SENT, reason=BROKEN))


def place_after(
    pending: Pending, outcome: Outcome, *, attempt: str, now: datetime, expires_at: datetime
) -> tuple[datetime | None, tuple[WaitingChange, ...]]:
    """Return when a post that may wait is tried again after its first attempt, and its place in the outbox."""
    if not pending.waits:
        return None, ()
    later = again_at(outcome, attempt=attempt, tries=1, now=now, expires_at=expires_at)
    if later is None:
        return None, ()
    post, send_at = pending.case.post.id, pending.send_at
    return later, (KeepWaiting(post=post, send_at=send_at, not_before=later, expires_at=expires_at, tries=1),)
