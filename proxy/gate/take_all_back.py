"""
Taking back everything that one request over the API asked for, as one action.

    1. mark      on record, once: from here on nothing of the request is sent that is not out yet
    2. look      at all its posts, which nothing is added to any more but what its author appeals for
    3. act       each account for itself, the newest post of a thread first: withdraw what waits, recall what is out

What one platform refuses stops nothing else; the answer has a row for each post. Whoever asks again goes on where the
last request ended, also after a crash, and under the same record.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, NotFound, PostgateError
from proxy.gate import recall_records, records
from proxy.gate.lifecycle import WAITING, State
from proxy.gate.post_rows import kept_row
from proxy.gate.request_changes import TakeBackRequest
from proxy.gate.work import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Principal
    from proxy.gate.api_ports import Mandates, OwnPost, OwnPosts
    from proxy.gate.native import Native
    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.gate.recall import Recall
    from proxy.gate.shield import Shield
    from proxy.gate.withdraw import Withdraw


class Back(StrEnum):
    """What became of one of the posts."""

    RECALLED = "recalled"
    """The platform has deleted it."""
    GONE_ALREADY = "gone_already"
    """The platform had it no more."""
    WITHDRAWN = "withdrawn"
    """It waited, and is not sent any more."""
    NOT_PUBLISHED = "not_published"
    """It never was, or is known not to be, on the platform."""
    REFUSED = "refused"
    """The platform, or a rule, refuses the deletion: it is still there."""
    UNKNOWN = "unknown"
    """It may be published, or it is not known whether it was deleted."""
    IN_PROGRESS = "in_progress"
    """It is being sent at this moment."""
    FAILED = "failed"
    """The gateway could not do it; `reason` says why."""


OPEN = frozenset({Back.UNKNOWN, Back.IN_PROGRESS, Back.FAILED})
"""What is worth asking for again."""
_OVER = {
    State.RECALLED: Back.RECALLED,
    State.WITHDRAWN: Back.WITHDRAWN,
    State.INTENT: Back.IN_PROGRESS,
    State.UNKNOWN: Back.UNKNOWN,
}
_ON_PLATFORM = frozenset({State.PUBLISHED, State.RECALLING, State.RECALL_FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class BackRow:
    """What became of one post when all of its request were taken back."""

    target: str
    """The account."""
    decision_id: str
    result: str
    """
    `recalled`, `gone_already` (the platform had it no more), `withdrawn` (it waited), `not_published` (it never was on
    the platform), `refused` (it is still there), `unknown` (it may be there), `in_progress` (it is being sent) or
    `failed` (the gateway could not, see `reason`). After the last three, ask again.
    """
    status: str
    """Where the post was when it was looked at, as in the row of a post."""
    reason: str | None = None
    """Why, in a word."""
    platform_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllBack:
    """One action."""

    action: str | None
    """Its record in the log; None for a post that no request over the API asked for."""
    rows: tuple[BackRow, ...]
    """By account, the newest post first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingBack:
    """What this use case is given."""

    native: Native
    own: OwnPosts
    mandates: Mandates
    withdraw: Withdraw
    recall: Recall
    audit: AuditLog
    clock: Clock
    ids: Ids
    shield: Shield


class TakeAllBack:
    """Takes back all posts of a request of one's own."""

    def __init__(self, ports: TakingBack) -> None:
        self._ports = ports

    async def __call__(self, name: str, *, by: Principal) -> AllBack:
        """
        Take back everything that came with a post, by the name of its decision; return what became of each.

        Raises:
            NotFound: there is no such post of one's own.
            AuditUnavailable, AuditBusy: nothing is known to be recorded, and nothing was taken back.
            GateUnavailable: the database does not answer; ask again.
        """
        named = await self._ports.native.own(name, by=by)
        return await self._ports.shield.run(self._all_of(named, by))

    async def _all_of(self, named: OwnPost, by: Principal) -> AllBack:
        action: str | None = None
        posts: tuple[OwnPost, ...] = (named,)
        if named.request is not None:
            action = await self._marked(named.request, by)  # 1
            posts = await self._ports.own.of_request(named.request, author=by.ref)  # 2
        accounts: dict[str, list[OwnPost]] = {}
        for post in posts:
            accounts.setdefault(post.account, []).insert(0, post)
        lines = await asyncio.gather(*(self._account(line, by, action) for line in accounts.values()))  # 3
        return AllBack(action=action, rows=tuple(row for line in lines for row in line))

    async def _marked(self, request: str, by: Principal) -> str:
        """Return the record by which a request is taken back; write it unless it is there."""
        while (earlier := await self._ports.own.taken_back(request)) is None:
            record = self._ports.ids()
            said = recall_records.request_taken_back(
                record=record, at=self._ports.clock.now(), by=records.actor_of(by), request=request
            )
            try:
                await self._ports.audit.commit(
                    Work(records=(said,), changes=(TakeBackRequest(request=request, record=record),))
                )
            except Conflict:
                continue  # another request of the same author was faster
            return record
        return earlier

    async def _account(self, posts: Sequence[OwnPost], by: Principal, action: str | None) -> list[BackRow]:
        return [await self._row(post, by, action) for post in posts]

    async def _row(self, post: OwnPost, by: Principal, action: str | None) -> BackRow:
        try:
            result, reason = await self._taken(post, by, action)
        except PostgateError as error:  # the others shall still be taken back
            result, reason = Back.FAILED, error.code
        kept = kept_row(post)
        return BackRow(
            target=post.account,
            decision_id=str(kept.decision_id),
            result=result.value,
            status=kept.status,
            reason=reason or None,
            platform_id=post.platform_id,
        )

    async def _taken(self, post: OwnPost, by: Principal, action: str | None) -> tuple[Back, str]:
        if post.state in _ON_PLATFORM:
            result, reason = await self._ports.recall.take(post, by=by, action=action)
            return Back(result), reason
        if post.state not in WAITING:
            return _OVER.get(post.state, Back.NOT_PUBLISHED), ""
        grant = await self._ports.mandates.grant(by, post.account)
        try:
            await self._ports.withdraw.cancel(post.id, grant, action=action)
        except NotFound:
            return Back.IN_PROGRESS, ""  # it was moved just now, perhaps sent
        return Back.WITHDRAWN, ""
