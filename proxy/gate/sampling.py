"""
Draws published posts for people who look at the quality of the rules.

A post is drawn when HMAC-SHA-256, with the id of the record that says that it is published as key and its own id as
message, is small enough:

    first eight bytes of the HMAC, times 1000, divided by 2**64  <  posts of a thousand

That id is made by the gateway after the platform has answered, so an author cannot know before whether a post will be
drawn; and whoever has the log can draw all of it again, the posts that were not drawn too. A secret that is revealed
later would do the same with more that can go wrong.

Any number of nodes draw the same posts; one of them opens the review, for its id follows from the post.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import Conflict
from proxy.gate.notices import Place
from proxy.gate.records import SYSTEM, stamp
from proxy.gate.review import DEFAULT_QUEUE
from proxy.gate.review_changes import OpenReview
from proxy.gate.work import AuditRecord, Subject, Work

if TYPE_CHECKING:
    from proxy.gate.ports import AuditLog, Clock, Ids

PAGE = 500
"""Records of one look."""
BACK = 5000
"""A node that begins looks at so many of the last records: some of them nobody may have looked at before."""
DUE = timedelta(days=7)
"""Time to look at a post that was drawn."""
_ALL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPost:
    """A post that was allowed and is published, about which nobody was asked."""

    id: str
    account: str
    author: str
    mac: str
    decision_record: str
    policy_digest: str
    outcome_record: str
    """Id of the record that says that it is published."""


class PublishedPosts(Protocol):
    """Reads of the log, as far as posts were published; they raise GateUnavailable without a database."""

    async def newest(self) -> Place:
        """Return the last place of the log."""
        ...

    async def published(self, place: Place, *, limit: int) -> tuple[tuple[PublishedPost, ...], Place]:
        """Return posts published in the next `limit` records behind a place, and the last place looked at."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTerms:
    """How many posts are drawn, and for whom."""

    per_mille: int
    queue: str


class Sampling:
    """Draws posts and opens reviews of them."""

    def __init__(self, posts: PublishedPosts, terms: SampleTerms, *, audit: AuditLog, clock: Clock, ids: Ids) -> None:
        self._posts = posts
        self._terms = terms
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._place: Place | None = None

    async def once(self) -> int:
        """
        Draw from everything that was published since the last look; return how many reviews were opened.

        Raises:
            GateUnavailable: the database does not answer.
            AuditUnavailable, AuditBusy: nothing is known to be recorded; the next look draws again.
        """
        if not self._terms.per_mille:
            return 0
        if self._place is None:
            newest = await self._posts.newest()
            self._place = Place(log=newest.log, seq=newest.seq - BACK)
        opened = 0
        while True:
            found, reached = await self._posts.published(self._place, limit=PAGE)
            for post in found:
                if drawn(post.id, seed=post.outcome_record, per_mille=self._terms.per_mille):
                    opened += await self._open(post)
            if reached == self._place:
                return opened
            self._place = reached

    async def _open(self, post: PublishedPost) -> bool:
        now, terms = self._clock.now(), self._terms
        review = OpenReview(
            id=review_of(post.id),
            post=post.id,
            kind="sample",
            queue=terms.queue,
            stages=1,
            author=post.author,
            mac=post.mac,
            opened_at=now,
            due_at=now + DUE,
            escalate_to=DEFAULT_QUEUE,
            decision_record=post.decision_record,
            policy_digest=post.policy_digest,
            bulk=True,
        )
        record = AuditRecord(
            id=self._ids(),
            code="PG-206",
            type="review.sampled",
            at=now,
            actor=SYSTEM,
            subject=Subject(account=post.account, post=post.id),
            refs=(post.decision_record,),
            data={
                "review": review.id,
                "queue": terms.queue,
                "per_mille": terms.per_mille,
                "seed": post.outcome_record,
                "due_at": stamp(review.due_at),
            },
        )
        try:
            await self._audit.commit(Work(records=(record,), changes=(review,)))
        except Conflict:
            return False  # another node was faster
        return True


def drawn(post: str, *, seed: str, per_mille: int) -> bool:
    """Return whether a post is drawn; anybody who has the log can ask again."""
    code = hmac.digest(seed.encode("ascii"), post.encode("ascii"), "sha256")
    return int.from_bytes(code[:8], "big") * _ALL >> 64 < per_mille


def review_of(post: str) -> str:
    """Return the id of the one review of this kind that a post can have."""
    code = hashlib.sha256(f"postgate sample\0{post}".encode("ascii")).digest()
    return str(uuid.UUID(bytes=code[:16], version=4))
