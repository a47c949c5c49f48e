"""
Twin of the reads of single posts for their authors, beside a `MemoryAuditLog`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proxy.core.errors import GateUnavailable
from proxy.gate.post_views import KeptPost, OpenReviewView, PostView
from tests.fakes.log import MemoryPosts

if TYPE_CHECKING:
    from tests.fakes.log import MemoryAuditLog, Tables


class MemoryPostViews:
    """Twin of `SqlPostViews`."""

    def __init__(self, log: MemoryAuditLog) -> None:
        self._log = log
        self.forgotten = False
        """Whether no content is there any more."""

    async def view(self, post: str) -> PostView:
        """Return what is kept of a post that exists."""
        tables = self._tables()
        said: list[Any] = [one.data for one in self._log.records if (one.code, one.subject.post) == ("PG-101", post)]
        open_ = [
            (one.opened.opened_at, one)
            for one in tables.reviews.values()
            if (one.opened.post, one.opened.kind, one.state) == (post, "hold", "open")
        ]
        review = max(open_, key=lambda pair: pair[0])[1] if open_ else None
        place = tables.outbox.get(post)
        return PostView(
            rules=tuple(said[-1].get("told", said[-1].get("reasons", ()))) if said else (),
            appeal_of=said[0].get("appeal_of") if said else None,
            review=None
            if review is None
            else OpenReviewView(
                queue=review.queue, stage=review.stage, stages=review.opened.stages, due_at=review.opened.due_at
            ),
            send_at=None if place is None else place.send_at,
            not_before=None if place is None else place.not_before,
            expires_at=None if place is None else place.expires_at,
        )

    async def kept(self, post: str) -> KeptPost | None:
        """Return a post as it was recorded first."""
        stored = self._tables().posts.get(post)
        if stored is None or self.forgotten:
            return None
        return KeptPost(platform=stored.platform, kind=stored.kind, content=MemoryPosts(self._log).earlier(stored))

    def _tables(self) -> Tables:
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        return self._log.tables
