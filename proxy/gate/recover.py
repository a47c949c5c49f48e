"""
What happens to attempts whose sender died: they become `unknown`, on record, and are never sent again by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import Conflict
from proxy.gate import records
from proxy.gate.lifecycle import Event, State
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.send import move_post
from proxy.gate.work import CloseAttempt, Subject, Work

if TYPE_CHECKING:
    from proxy.gate.examine import Ports

LEASE_OVER = Outcome(kind=OutcomeKind.UNKNOWN, reason="lease_over")


async def settle_overdue(ports: Ports) -> int:
    """
    Give every attempt without outcome whose lease is over the outcome `unknown`; return how many there were.

    Raises:
        GateUnavailable: nothing more can be found or recorded now; call again later.
    """
    settled = 0
    for attempt, post, intent_record, account in await ports.posts.overdue_attempts(ports.clock.now()):
        ports.faults("lease_expired")
        record = records.outcome(
            record=ports.ids(),
            at=ports.clock.now(),
            subject=Subject(account=account, post=post),
            attempt=attempt,
            intent_record=intent_record,
            result=LEASE_OVER,
            ms=0,
        )
        changes = (
            CloseAttempt(id=attempt, result=LEASE_OVER.kind.value, outcome_record=record.id),
            move_post(post, State.INTENT, Event.LEASE_OVER),
        )
        try:
            await ports.audit.commit(Work(records=(record,), changes=changes))
        except Conflict:
            continue  # its sender, or another node, recorded the outcome in the meantime
        settled += 1
    return settled
