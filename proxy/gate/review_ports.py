"""
What reviewing needs from the world: the queues, who stands in for whom, and what people may do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.ports import EarlierPost

OPEN = "open"
"""State of a review that people are asked about."""
HOLD = "hold"
"""Kind of a review that its post waits for."""
SAMPLE = "sample"
"""Kind of a look at a post that was allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What one person said about one stage."""

    record: str
    """Id of its PG-202."""
    stage: int
    reviewer: str
    on_behalf_of: str | None
    verdict: str
    at: datetime

    @property
    def people(self) -> frozenset[str]:
        """Return whose word it is: of whoever gave it, and of whom that one stood in for."""
        return frozenset({self.reviewer} if self.on_behalf_of is None else {self.reviewer, self.on_behalf_of})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedReview:
    """A review, with what is known of its post."""

    id: str
    post: str
    kind: str
    queue: str
    stages: int
    stage: int
    state: str
    author: str
    mac: str
    opened_at: datetime
    due_at: datetime
    escalate_to: str
    escalated: bool
    decision_record: str
    policy_digest: str
    rules: tuple[str, ...]
    bulk: bool
    account: str
    platform: str
    operation: str
    post_kind: str
    replaces: str | None
    retention: str
    """Class of the contents of its post; empty after erasure."""
    send_at: datetime | None
    expires_at: datetime | None
    """None: its post does not wait."""
    votes: tuple[Vote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """That one person stands in for another, for a time."""

    id: str
    person: str
    deputy: str
    queue: str | None
    """None: in every queue."""
    since: datetime
    until: datetime

    def counts(self, now: datetime) -> bool:
        """Return whether it counts now."""
        return self.since <= now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedWords:
    """What a reviewer wrote, sealed, and the vote that it belongs to."""

    vote: Vote
    stages: int
    content: EarlierPost


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedent:
    """What people said about another post that the same rules held; nothing of that post, and nobody's name."""

    review: str
    verdict: str
    """`approve`, `reject` or `return`: the word that ended it."""
    at: datetime
    reason: str | None
    """One of `review_words.REASONS`, as it stands in the log."""


class Reviews(Protocol):
    """Reads of reviews; all of them raise GateUnavailable when the database does not answer."""

    async def open(self, queues: frozenset[str] | None, *, but: str, limit: int) -> tuple[AskedReview, ...]:
        """
        Return open reviews of these queues (None: of all), those due first before the rest.

        Left out are those of `but`'s own posts, and those that `but` had a say about: a list that ends somewhere is
        not full of what its reader may not decide.
        """
        ...

    async def one(self, review: str) -> AskedReview | None:
        """Return a review by its id."""
        ...

    async def content(self, review: str) -> EarlierPost | None:
        """Return what was recorded of the decision that a review is about, sealed; None after erasure."""
        ...

    async def words(self, post: str) -> tuple[SealedWords, ...]:
        """Return what reviewers wrote about a post, oldest first; what was erased is left out."""
        ...

    async def alike(self, review: AskedReview, *, but: str, limit: int) -> tuple[Precedent, ...]:
        """
        Return what was decided, last first, about what the same rules held, in the same queue and on the same platform.

        Looked at are the last reviews of the house, thousands and not all; left out are those of `but`'s own posts.
        """
        ...

    async def standing_in(self, deputy: str) -> tuple[Delegation, ...]:
        """Return delegations to a person that were not ended."""
        ...

    async def delegated(self, person: str) -> tuple[Delegation, ...]:
        """Return delegations by a person that were not ended."""
        ...


class Colleagues(Protocol):
    """What people may do, whatever token they present."""

    async def scopes(self, person: str) -> frozenset[str]:
        """
        Return all scopes of the living tokens of a natural person; none for a program or a stranger.

        Raises:
            GateUnavailable: the database does not answer.
        """
        ...
