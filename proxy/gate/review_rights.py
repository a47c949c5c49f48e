"""
Who may review what: by a scope of one's own, or in the place of somebody who has it now.

A group is the holders of a scope: `review` is for every queue, `review:NAME` for one. `deputy` alone is for nothing but
standing in. Nobody reviews a post of his own, of the person stood in for, or one that either of them had a say about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.core.errors import NotFound
from proxy.gate.review_ports import OPEN
from proxy.gate.review_refusals import ReviewRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.core.model import Principal
    from proxy.gate.ports import Clock
    from proxy.gate.review_ports import AskedReview, Colleagues, Delegation, Reviews

REVIEW = "review"
DEPUTY = "deputy"
"""To stand in for others, without queues of one's own."""
PERSON = "employee"
"""The kind of a principal that is a natural person."""
_QUEUE = f"{REVIEW}:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """In whose name somebody may review, and in which queues."""

    on_behalf_of: str | None
    """None: one's own."""
    queues: frozenset[str] | None
    """None: all."""

    def covers(self, queue: str) -> bool:
        """Return whether a queue is among them."""
        return self.queues is None or queue in self.queues


def queues_of(scopes: Iterable[str]) -> frozenset[str] | None:
    """Return the queues that scopes are for; None: all."""
    held = frozenset(scopes)
    return None if REVIEW in held else frozenset(one.removeprefix(_QUEUE) for one in held if one.startswith(_QUEUE))


def may_stand_in(scopes: Iterable[str]) -> bool:
    """Return whether a holder of scopes may stand in for reviewers."""
    held = frozenset(scopes)
    return DEPUTY in held or queues_of(held) != frozenset()


class Rights:
    """Looks up who may review."""

    def __init__(self, *, reviews: Reviews, colleagues: Colleagues, clock: Clock) -> None:
        self._reviews = reviews
        self._colleagues = colleagues
        self._clock = clock

    async def of(self, by: Principal) -> tuple[Right, ...]:
        """
        Return what somebody may review now, by rights of his own first.

        Raises:
            ReviewRefused: a program, or a token that is not for reviews.
            GateUnavailable: the database does not answer.
        """
        if by.kind != PERSON or not may_stand_in(by.scopes):
            raise ReviewRefused(why="no-role")
        own = queues_of(by.scopes)
        rights = [Right(on_behalf_of=None, queues=own)] if own != frozenset() else []
        now = self._clock.now()
        for delegation in await self._reviews.standing_in(by.ref):
            if delegation.counts(now):
                lent = _lent(delegation, queues_of(await self._colleagues.scopes(delegation.person)))
                if lent != frozenset():
                    rights.append(Right(on_behalf_of=delegation.person, queues=lent))
        return tuple(rights)

    async def asked(self, name: str, by: Principal) -> tuple[AskedReview, tuple[Right, ...]]:
        """
        Return an open review that somebody may look at, and by which rights he may do more.

        Raises:
            NotFound: there is no such review.
            ReviewRefused: no-role, closed, own-post or not-asked.
            GateUnavailable: the database does not answer.
        """
        rights = await self.of(by)
        review = await self._reviews.one(name)
        if review is None:
            raise NotFound(expected="the id of a review", found="another id")
        right_to(replace(review, votes=()), rights, by)
        if review.state != OPEN:
            raise ReviewRefused(why="closed")
        return review, rights


def _lent(delegation: Delegation, held: frozenset[str] | None) -> frozenset[str] | None:
    """Return the queues of a delegation that the person still has."""
    if delegation.queue is None:
        return held
    wanted = frozenset({delegation.queue})
    return wanted if held is None else wanted & held


def right_to(review: AskedReview, rights: Iterable[Right], by: Principal) -> Right:
    """
    Return the first right by which somebody may decide about a review.

    Raises:
        ReviewRefused: own-post, not-asked or voted.
    """
    if review.author == by.ref:
        raise ReviewRefused(why="own-post")
    fitting = [right for right in rights if right.covers(review.queue)]
    if not fitting:
        raise ReviewRefused(why="not-asked")
    others = [right for right in fitting if right.on_behalf_of != review.author]
    if not others:
        raise ReviewRefused(why="own-post")
    spoken = frozenset[str]().union(*(vote.people for vote in review.votes))
    free = [right for right in others if spoken.isdisjoint({by.ref, right.on_behalf_of})]
    if not free:
        raise ReviewRefused(why="voted")
    return free[0]


def may_decide(review: AskedReview, rights: Iterable[Right], by: Principal) -> bool:
    """Return whether somebody may decide about a review."""
    try:
        right_to(review, rights, by)
    except ReviewRefused:
        return False
    return True
