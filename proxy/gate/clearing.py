"""
Units of work by which an unclear post becomes clear, whoever found it out.

Nothing is sent from here: what is to be sent again goes into the outbox, and is decided again before it leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate import records
from proxy.gate.lifecycle import Event, State, enter
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.send import move_post
from proxy.gate.waiting_changes import KeepWaiting, StopWaiting
from proxy.gate.work import Subject, Work

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.ports import Clock, Ids
    from proxy.gate.unclear import UnclearPost
    from proxy.gate.work import Actor, AuditRecord, Change

LOOKUP = "lookup"
PERSON = "person"


class Clearing:
    """Builds the unit of work for whatever was found out."""

    def __init__(self, *, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids

    def published(
        self, unclear: UnclearPost, platform_id: str, *, method: str = LOOKUP, by: Actor = records.SYSTEM
    ) -> Work:
        """Return the unit of work of a post that the platform has."""
        result = Outcome(kind=OutcomeKind.PUBLISHED, upstream_id=platform_id)
        record = self._reconciled(unclear, result, method, by)
        move = move_post(unclear.id, State.UNKNOWN, Event.LATE_PUBLISHED, platform_id=platform_id)
        return Work(records=(record,), changes=(move, StopWaiting(post=unclear.id)))

    def absent(
        self,
        unclear: UnclearPost,
        *,
        again_until: datetime | None = None,
        closed: bool = False,
        method: str = LOOKUP,
        by: Actor = records.SYSTEM,
    ) -> Work:
        """Return the unit of work of a post that is not there, which is sent again until a time, or never."""
        record = self._reconciled(unclear, None, method, by)
        move = move_post(unclear.id, State.UNKNOWN, Event.FOUND_ABSENT)
        if again_until is not None:
            more = self.again(unclear, again_until, by)
        elif closed:
            more = self.closed(unclear, by)
        else:
            more = Work(records=(), changes=(StopWaiting(post=unclear.id),))
        return Work(records=(record, *more.records), changes=(move, *more.changes))

    def again(self, unclear: UnclearPost, until: datetime, by: Actor = records.SYSTEM) -> Work:
        """Return the unit of work of an absent post that is to be sent again."""
        waits = KeepWaiting(
            post=unclear.id,
            send_at=None,
            not_before=self._clock.now(),
            expires_at=until,
            tries=unclear.number,
        )
        return self._moved(unclear, Event.RESEND, "resend", by, waits)

    def closed(self, unclear: UnclearPost, by: Actor = records.SYSTEM) -> Work:
        """Return the unit of work of an absent post that stays so."""
        return self._moved(unclear, Event.CLOSE, "closed", by, StopWaiting(post=unclear.id))

    def _moved(self, unclear: UnclearPost, event: Event, reason: str, by: Actor, change: Change) -> Work:
        record = records.moved(
            record=self._ids(),
            at=self._clock.now(),
            about=_about(unclear),
            move=(State.ABSENT, enter(State.ABSENT, event)),
            reason=reason,
            by=by,
        )
        return Work(records=(record,), changes=(move_post(unclear.id, State.ABSENT, event), change))

    def _reconciled(self, unclear: UnclearPost, result: Outcome | None, method: str, by: Actor) -> AuditRecord:
        return records.reconciled(
            record=self._ids(),
            at=self._clock.now(),
            subject=_about(unclear),
            attempt=unclear.attempt,
            intent_record=unclear.intent_record,
            result=result,
            method=method,
            by=by,
        )


def _about(unclear: UnclearPost) -> Subject:
    return Subject(account=unclear.account, post=unclear.id)
