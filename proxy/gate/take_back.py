"""
Taking a post of one's own back, wherever it is: one that waits is withdrawn, one that is published is recalled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import NotFound, StillInProgress
from proxy.gate.lifecycle import WAITING
from proxy.gate.post_rows import PostRow, kept_row
from proxy.gate.records import stamp
from proxy.gate.replay import decision_id

if TYPE_CHECKING:
    from proxy.core.model import Principal
    from proxy.gate.api_ports import Mandates
    from proxy.gate.native import Native
    from proxy.gate.recall import Recall
    from proxy.gate.waiting import WaitingPost, WaitingPosts
    from proxy.gate.withdraw import Withdraw


class TakeBack:
    """Withdraws or recalls."""

    def __init__(
        self, *, native: Native, mandates: Mandates, posts: WaitingPosts, withdraw: Withdraw, recall: Recall
    ) -> None:
        self._native = native
        self._mandates = mandates
        self._posts = posts
        self._withdraw = withdraw
        self._recall = recall

    async def __call__(self, name: str, *, by: Principal) -> PostRow:
        """
        Take a post back, by the name of its decision; return what is known of it then.

        Raises:
            NotFound: there is no such post of one's own.
            NotPublished: it neither waits nor is it published.
            OutcomeUnknown: it may be published.
            StillInProgress: it is being sent, perhaps since just now; ask again.
            AuditUnavailable: nothing is known to be recorded; the platform was not asked.
        """
        own = await self._native.own(name, by=by)
        if own.state not in WAITING:
            return await self._recall(name, by=by)
        grant = await self._mandates.grant(by, own.account)
        try:
            await self._withdraw.cancel(own.id, grant)
        except NotFound:
            raise StillInProgress from None
        return kept_row(await self._native.own(name, by=by))

    async def waiting(self, account: str, *, by: Principal) -> tuple[PostRow, ...]:
        """
        Return posts of one's own that wait for an account, newest first.

        Raises:
            NotFound: it is no account of one's own.
            GateUnavailable: the database does not answer.
        """
        grant = await self._mandates.grant(by, account)
        return tuple(map(_row, await self._posts.of_author(by.ref, account=grant.account.id)))


def _row(waiting: WaitingPost) -> PostRow:
    at = waiting.send_at or waiting.not_before
    return PostRow(
        target=waiting.account,
        decision_id=decision_id(waiting.decision_record),
        status=waiting.state.value,
        send_at=None if at is None else stamp(at),
    )
