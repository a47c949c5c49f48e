"""
Twins of the outbox and of who may still post, beside a `MemoryAuditLog`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable
from proxy.core.model import PostId
from proxy.gate.lifecycle import DELIVERABLE, WAITING, State
from proxy.gate.ports import EarlierPost
from proxy.gate.room import Crowd
from proxy.gate.waiting import Approved, WaitingPost

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from proxy.core.model import Account
    from proxy.gate.outcome import Outcome
    from proxy.gate.ports import Grant
    from proxy.gate.waiting_changes import KeepWaiting
    from tests.fakes.log import MemoryAuditLog, Tables


class MemoryWaitingPosts:
    """Twin of `SqlWaitingPosts`."""

    def __init__(self, log: MemoryAuditLog) -> None:
        self._log = log

    async def due(self, now: datetime, *, limit: int) -> tuple[WaitingPost, ...]:
        """Return posts that may be sent as far as time goes."""
        tables = self._tables()
        rows = [
            (row.not_before, row.post)
            for row in tables.outbox.values()
            if row.not_before is not None
            and row.not_before <= now < row.expires_at
            and tables.states[row.post] in DELIVERABLE
        ]
        return self._posts(post for _, post in sorted(rows)[:limit])

    async def over(self, now: datetime, *, limit: int) -> tuple[WaitingPost, ...]:
        """Return posts that still wait although their time is over."""
        rows = [(row.expires_at, row.post) for row in self._waiting() if row.expires_at <= now]
        return self._posts(post for _, post in sorted(rows)[:limit])

    async def waiting(self, post: str) -> WaitingPost | None:
        """Return a post that waits, by its id."""
        return next(iter(self._posts(row.post for row in self._waiting() if row.post == post)), None)

    async def of_author(self, author: str, *, account: str) -> tuple[WaitingPost, ...]:
        """Return what of an author waits for an account, newest first."""
        posts = self._tables().posts
        mine = [
            row.post
            for row in self._waiting()
            if (posts[row.post].author, posts[row.post].account) == (author, account)
        ]
        return self._posts(sorted(mine, key=lambda post: (posts[post].created_at, post), reverse=True))

    async def crowd(self, account: str) -> Crowd:
        """Return how many posts of an account wait."""
        tables = self._tables()
        theirs = [row.post for row in self._waiting() if tables.posts[row.post].account == account]
        held = [post for post in theirs if tables.states[post] is State.HELD]
        return Crowd(waiting=len(theirs), held=len(held))

    async def approved(self, post: str) -> Approved | None:
        """Return what people approved of a post in its last review."""
        tables = self._tables()
        held = [
            (review.opened.opened_at, name, review)
            for name, review in tables.reviews.items()
            if review.opened.post == post and review.opened.kind == "hold"
        ]
        if not held:
            return None
        _, name, review = max(held, key=lambda one: one[:2])
        votes = sorted(
            (vote.stage, vote.id) for vote in tables.votes.values() if (vote.review, vote.verdict) == (name, "approve")
        )
        if review.state != "approved" or len(votes) < review.opened.stages:
            return None
        opened = review.opened
        return Approved(
            mac=opened.mac,
            rules=frozenset(opened.rules),
            records=tuple(record for _, record in votes),
            queue=opened.queue,
            stages=opened.stages,
        )

    def _waiting(self) -> list[KeepWaiting]:
        tables = self._tables()
        return [row for row in tables.outbox.values() if tables.states[row.post] in WAITING]

    def _tables(self) -> Tables:
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        return self._log.tables

    def _posts(self, names: Iterable[str]) -> tuple[WaitingPost, ...]:
        return tuple(map(self._post, names))

    def _post(self, name: str) -> WaitingPost:
        tables = self._log.tables
        post, row = tables.posts[name], tables.outbox[name]
        content = next((one.content for one in self._log.records if one.id == post.decision_record), None)
        key = tables.data_keys.get(post.key)
        return WaitingPost(
            id=post.id,
            state=tables.states[name],
            platform=post.platform,
            account=post.account,
            author=post.author,
            kind=post.kind,
            mac=post.mac,
            decision_record=post.decision_record,
            retention="" if key is None else key.retention,
            content=EarlierPost(
                record=post.decision_record,
                nonce=b"" if content is None else content.nonce,
                ciphertext=b"" if content is None else content.ciphertext,
                key=post.key,
                wrapped_key=None if key is None or content is None else key.wrapped,
                kek_id="" if key is None else key.kek_id,
            ),
            send_at=row.send_at,
            not_before=row.not_before,
            expires_at=row.expires_at,
            tries=row.tries,
            replaces=None if post.replaces is None else PostId(post.replaces),
        )


class MemoryStanding:
    """Twin of the look whether an author may still post."""

    def __init__(self, *grants: Grant) -> None:
        self.grants = list(grants)

    async def stands(self, author: str, account: str) -> Grant | None:
        """Return the grant of an author for an account, if it is one of those that live."""
        return next(
            (one for one in self.grants if (one.principal.ref, one.account.id) == (author, account)),
            None,
        )


class ManualTraffic:
    """A road that a test opens and closes; twin of `delivery.traffic`."""

    def __init__(self) -> None:
        self.broken_s = 0.0
        self.wait_s = 0.0
        self.noted: list[tuple[str, Outcome]] = []

    def broken(self, account: Account) -> float:
        """Return what the test has set."""
        return self.broken_s

    def wait(self, account: Account) -> float:
        """Return what the test has set."""
        return max(self.wait_s, self.broken_s)

    def note(self, account: Account, outcome: Outcome) -> None:
        """Remember."""
        self.noted.append((account.id, outcome))
