"""
Twin of the reads of posts that may have been published, beside a `MemoryAuditLog`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable
from proxy.core.model import PostId
from proxy.gate.lifecycle import State
from proxy.gate.unclear import UnclearPost
from tests.fakes.log import MemoryPosts

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.work import OpenAttempt, StorePost
    from tests.fakes.log import MemoryAuditLog, Tables

_MAYBE = {State.INTENT, State.UNKNOWN, State.PUBLISHED}


class MemoryUnclearPosts:
    """Twin of `SqlUnclearPosts`."""

    def __init__(self, log: MemoryAuditLog) -> None:
        self._log = log
        self._earlier = MemoryPosts(log).earlier

    async def unclear(self, *, since: datetime, until: datetime) -> tuple[UnclearPost, ...]:
        """Return posts in the state `unknown` whose last lease ended in this time, oldest first."""
        return tuple(post for post in self._all(State.UNKNOWN) if since < post.lease_until <= until)

    async def open(self) -> tuple[UnclearPost, ...]:
        """Return every post that a person may have to settle, oldest first."""
        return tuple(self._all(State.UNKNOWN, State.ABSENT))

    async def one(self, decision_record: str) -> UnclearPost | None:
        """Return one of them, by the record of its decision."""
        named = {record.subject.post for record in self._log.records if record.id == decision_record}
        return next((post for post in await self.open() if post.id in named), None)

    async def known(self, *, account: str, platform_id: str) -> bool:
        """Return whether some post of an account is known to be this one on the platform."""
        tables = self._tables()
        return any(
            found == platform_id and tables.posts[post].account == account
            for post, found in tables.platform_ids.items()
        )

    async def operations_since(self, *, account: str, since: datetime) -> frozenset[str]:
        """Return what later posts of an account did, or may have done, on the platform."""
        tables = self._tables()
        return frozenset(
            post.operation
            for post in tables.posts.values()
            if post.account == account and post.created_at > since and tables.states[post.id] in _MAYBE
        )

    async def standing(self) -> tuple[int, datetime | None]:
        """Return how many posts are `unknown`, and when the oldest lease of them ended."""
        found = self._all(State.UNKNOWN)
        return len(found), min((post.lease_until for post in found), default=None)

    def _tables(self) -> Tables:
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        return self._log.tables

    def _all(self, *states: State) -> list[UnclearPost]:
        tables = self._tables()
        last: dict[str, OpenAttempt] = {}
        for attempt in tables.attempts.values():
            if attempt.post not in last or last[attempt.post].number < attempt.number:
                last[attempt.post] = attempt
        found = [self._post(attempt) for name, attempt in last.items() if tables.states[name] in states]
        return sorted(found, key=lambda post: post.lease_until)

    def _post(self, attempt: OpenAttempt) -> UnclearPost:
        tables = self._log.tables
        post = tables.posts[attempt.post]
        intent_at = next(record.at for record in self._log.records if record.id == attempt.intent_record)
        return UnclearPost(
            id=post.id,
            state=tables.states[post.id],
            account=post.account,
            platform=post.platform,
            door=self._door(post, intent_at),
            author=post.author,
            kind=post.kind,
            created_at=post.created_at,
            attempt=attempt.id,
            number=attempt.number,
            intent_record=attempt.intent_record,
            intent_at=intent_at,
            lease_until=attempt.lease_until,
            content=self._earlier(post),
            replaces=None if post.replaces is None else PostId(post.replaces),
        )

    def _door(self, post: StorePost, intent_at: datetime) -> str:
        account = self._log.tables.accounts.get(post.account)
        if account is None:
            return post.platform
        return account.door if account.created_at <= intent_at else ""
