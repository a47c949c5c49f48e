"""
Units of work of a post that waits: decided again, or moved without a decision.

The post keeps its id, its key and its first decision; each later one is a record of its own beside it. What was
decided, approved and sent carries one code of its content.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.gate import records
from proxy.gate.lifecycle import Event, State, enter
from proxy.gate.request_changes import HeedRequest
from proxy.gate.review_changes import DropReviews
from proxy.gate.send import move_post
from proxy.gate.waiting_changes import KeepWaiting, TakeWaiting
from proxy.gate.work import OpenAttempt, Subject, Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.gate.filing import Case, Filing, Intent
    from proxy.gate.ports import Clock, Ids
    from proxy.gate.waiting import WaitingPost
    from proxy.gate.work import Actor, AuditRecord, Change


class Refiling:
    """Builds the unit of work for whatever happens to a waiting post."""

    def __init__(self, filing: Filing, *, clock: Clock, ids: Ids, node: str) -> None:
        self._filing = filing
        self._clock = clock
        self._ids = ids
        self._node = node

    def allowed(
        self, waiting: WaitingPost, case: Case, author: Principal, intent: Intent, approvals: Sequence[str]
    ) -> Work:
        """Return the unit of work that must be durable before the first byte leaves."""
        number = waiting.tries + 1
        opened = records.intent(
            record=intent.record,
            at=intent.at,
            actor=records.SYSTEM,
            post=case.post,
            mac=case.mac,
            decided_by=case.record,
            attempt=intent.attempt,
            lease=intent.lease_until,
            number=number,
            approvals=approvals,
            replay_safe=self._filing.replay_safe(case.post),
        )
        attempt = OpenAttempt(
            id=intent.attempt,
            post=case.post.id,
            number=number,
            owner=self._node,
            lease_until=intent.lease_until,
            intent_record=intent.record,
        )
        heed = () if case.post.appeal_of is not None else (HeedRequest(post=case.post.id),)
        return self._decided(
            case,
            author,
            (opened,),
            (
                *self._move(waiting, Event.CHECK_ALLOW),
                *heed,
                attempt,
                unwatched(waiting, tries=1),
            ),
        )

    def held(self, waiting: WaitingPost, case: Case, author: Principal) -> Work:
        """Return the unit of work of a post that people have to look at, perhaps once more."""
        opened, review = self._filing.open_review(case, self._filing.review(case))
        kept = KeepWaiting(
            post=waiting.id,
            send_at=waiting.send_at,
            not_before=None,
            expires_at=self._filing.ends(case, waiting.send_at),
            tries=waiting.tries,
        )
        return self._decided(
            case,
            author,
            (self._moved(waiting, Event.CHECK_HOLD, "recheck", records.SYSTEM), opened),
            (*self._move(waiting, Event.CHECK_HOLD), review, kept),
        )

    def blocked(self, waiting: WaitingPost, case: Case, author: Principal) -> Work:
        """Return the unit of work of a post that is stopped now."""
        return self._decided(
            case,
            author,
            (self._moved(waiting, Event.CHECK_BLOCK, "recheck", records.SYSTEM),),
            (*self._move(waiting, Event.CHECK_BLOCK), self._unasked(waiting, "void")),
        )

    def moved(
        self,
        waiting: WaitingPost,
        event: Event,
        reason: str,
        by: Actor = records.SYSTEM,
        *,
        action: str | None = None,
    ) -> Work:
        """Return the unit of work of a post that ends without being decided again."""
        target = enter(waiting.state, event)
        changes = (*self._move(waiting, event), self._unasked(waiting, target.value))
        return Work(records=(self._moved(waiting, event, reason, by, action=action),), changes=changes)

    def rescheduled(self, waiting: WaitingPost, send_at: datetime, by: Actor) -> Work:
        """Return the unit of work of a post whose author chose another time."""
        record = self._moved(waiting, Event.RESCHEDULE, "author", by, send_at)
        kept = replace(
            unwatched(waiting),
            send_at=send_at,
            not_before=None if waiting.state is State.HELD else send_at,
            expires_at=self._filing.ends_after(send_at),
        )
        return Work(records=(record,), changes=(*self._move(waiting, Event.RESCHEDULE), kept))

    def _decided(
        self,
        case: Case,
        author: Principal,
        others: tuple[AuditRecord, ...],
        changes: tuple[Change, ...],
    ) -> Work:
        (decided,) = self._filing.decided(case, author)
        # Nobody asked for this decision: the gateway looked again, at what the author had asked for.
        decided = replace(decided, actor=records.SYSTEM, on_behalf_of=author.ref)
        return Work(records=(decided, *others), changes=changes, post=case.post.id, mac=case.mac)

    def _moved(
        self,
        waiting: WaitingPost,
        event: Event,
        reason: str,
        by: Actor,
        send_at: datetime | None = None,
        *,
        action: str | None = None,
    ) -> AuditRecord:
        return records.moved(
            record=self._ids(),
            at=self._clock.now(),
            about=Subject(account=waiting.account, post=waiting.id),
            move=(waiting.state, enter(waiting.state, event)),
            reason=reason,
            by=by,
            send_at=send_at,
            action=action,
        )

    def _move(self, waiting: WaitingPost, event: Event) -> tuple[Change, ...]:
        """Return the changes that move a post which waits as it was read, and out of the outbox."""
        as_read = TakeWaiting(post=waiting.id, send_at=waiting.send_at, tries=waiting.tries)
        return as_read, move_post(waiting.id, waiting.state, event)

    def _unasked(self, waiting: WaitingPost, why: str) -> Change:
        return DropReviews(post=waiting.id, state=why, at=self._clock.now())


def unwatched(waiting: WaitingPost, *, tries: int = 0) -> KeepWaiting:
    """Return the change by which nobody looks at a post for the time being, `tries` attempts later."""
    return KeepWaiting(
        post=waiting.id,
        send_at=waiting.send_at,
        not_before=None,
        expires_at=waiting.expires_at,
        tries=waiting.tries + tries,
    )
