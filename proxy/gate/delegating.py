"""
Standing in: a reviewer names a deputy for a time; both are in the record of whatever the deputy decides.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict
from proxy.gate import review_records
from proxy.gate.review_changes import Delegate, EndDelegation
from proxy.gate.review_ports import Delegation
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.review_rights import PERSON, may_stand_in, queues_of
from proxy.gate.work import Work

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.gate.review_ports import Colleagues, Reviews

LONGEST = timedelta(days=92)
_QUEUE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_NOW = timedelta(minutes=1)
"""A beginning that is over by no more is meant to be now."""


class Delegating:
    """Begins, ends and lists delegations."""

    def __init__(self, *, reviews: Reviews, colleagues: Colleagues, audit: AuditLog, clock: Clock, ids: Ids) -> None:
        self._reviews = reviews
        self._colleagues = colleagues
        self._audit = audit
        self._clock = clock
        self._ids = ids

    async def begin(
        self, deputy: str, *, until: datetime, since: datetime | None, queue: str | None, by: Principal
    ) -> Delegation:
        """
        Let another person stand in.

        Args:
            deputy: his pseudonym.
            until: when it ends, UTC.
            since: when it begins, UTC; None: now.
            queue: for which queue; None: for all that the reviewer has.
            by: who is stood in for; a reviewer of this queue.

        Raises:
            ReviewRefused: no-role, not-asked, deputy or period.
            AuditUnavailable: it could not be recorded; nobody stands in.
        """
        _require_reviewer(by)
        if queue is not None and not _QUEUE.fullmatch(queue):
            raise ReviewRefused(why="not-asked")
        held, now = queues_of(by.scopes), self._clock.now()
        if held is not None and (queue not in held if queue is not None else not held):
            raise ReviewRefused(why="not-asked")
        if deputy == by.ref or not may_stand_in(await self._colleagues.scopes(deputy)):
            raise ReviewRefused(why="deputy")
        start = now if since is None else since
        if start < now - _NOW or until <= max(start, now) or until - start > LONGEST:
            raise ReviewRefused(why="period")
        delegation = Delegation(id=self._ids(), person=by.ref, deputy=deputy, queue=queue, since=start, until=until)
        change = Delegate(
            id=delegation.id,
            person=by.ref,
            deputy=deputy,
            queue=queue,
            since=start,
            until=until,
            created_at=now,
        )
        record = review_records.delegated(delegation, record=self._ids(), at=now, by=by, state="begun")
        await self._audit.commit(Work(records=(record,), changes=(change,)))
        return delegation

    async def end(self, name: str, *, by: Principal) -> Delegation:
        """
        End a delegation of one's own before its time.

        Raises:
            ReviewRefused: no-role or delegation.
            AuditUnavailable: it could not be recorded; it goes on.
        """
        _require_reviewer(by)
        mine = await self._reviews.delegated(by.ref)
        delegation = next((one for one in mine if one.id == name), None)
        if delegation is None:
            raise ReviewRefused(why="delegation")
        now = self._clock.now()
        record = review_records.delegated(delegation, record=self._ids(), at=now, by=by, state="ended")
        change = EndDelegation(id=name, person=by.ref, at=now)
        try:
            await self._audit.commit(Work(records=(record,), changes=(change,)))
        except Conflict:
            raise ReviewRefused(why="delegation") from None
        return delegation

    async def all(self, *, by: Principal) -> tuple[Delegation, ...]:
        """
        Return the delegations by and to a person that are not over.

        Raises:
            ReviewRefused: no-role.
        """
        _require_reviewer(by)
        now = self._clock.now()
        found = (*await self._reviews.delegated(by.ref), *await self._reviews.standing_in(by.ref))
        return tuple(one for one in found if now < one.until)


def _require_reviewer(by: Principal) -> None:
    if by.kind != PERSON or not may_stand_in(by.scopes):
        raise ReviewRefused(why="no-role")
