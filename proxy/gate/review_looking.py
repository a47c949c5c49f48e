"""
Looks at reviews: with what was found covered, in clear for a purpose, or at one of the pictures for a purpose.

That somebody looks is on record before anything is shown; what cannot be recorded is not shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from proxy.core.errors import NotFound, SealBroken
from proxy.gate import review_records
from proxy.gate.examine import kept_image
from proxy.gate.review_edit import earlier_in
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.review_rights import Rights
from proxy.gate.review_shown import Surroundings, opened_post, shown
from proxy.gate.sealed import opened_content
from proxy.gate.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from proxy.core.model import Post, Principal
    from proxy.gate.ports import AuditLog, Clock, Envelope, Ids, MediaSpool, Posts, SpooledMedia
    from proxy.gate.post_views import PostViews
    from proxy.gate.review_edit import Earlier
    from proxy.gate.review_ports import AskedReview, Colleagues, Reviews
    from proxy.gate.review_shown import OpenedPost, ShownReview
    from proxy.gate.work import AuditRecord


class Purpose(StrEnum):
    """What for somebody uncovers a text, or fetches a picture."""

    DECISION = "decision"
    APPEAL = "appeal"
    INCIDENT = "incident"


MOST_ALIKE = 5
"""Similar decisions that are shown."""
_CASE = re.compile(r"[0-9A-Za-z._/-]{1,64}")
"""A number of a case is kept in the log for ever: one word, so that no text gets there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookingPorts:
    """What looking needs."""

    reviews: Reviews
    posts: Posts
    views: PostViews
    spool: MediaSpool
    colleagues: Colleagues
    audit: AuditLog
    envelope: Envelope
    clock: Clock
    ids: Ids


class Looking:
    """Shows reviews to those who may decide them."""

    def __init__(self, ports: LookingPorts) -> None:
        self._ports = ports
        self._rights = Rights(reviews=ports.reviews, colleagues=ports.colleagues, clock=ports.clock)

    async def show(self, name: str, *, by: Principal) -> ShownReview:
        """
        Return a review with its text, what was found covered; that somebody looked is on record before.

        Raises:
            NotFound: there is no such review.
            ReviewRefused: no-role, closed, own-post, not-asked or no-text.
            AuditUnavailable: it could not be recorded, so nothing is shown.
        """
        review, _ = await self._rights.asked(name, by)
        seen = await self._seen(review, by, revealed=False)
        await self._record(review_records.viewed(review, record=self._ports.ids(), at=self._ports.clock.now(), by=by))
        return seen

    async def reveal(self, name: str, *, by: Principal, purpose: Purpose, case: str | None = None) -> ShownReview:
        """
        Return a review with its text in clear; what for is on record before.

        Raises:
            As `show`, and ReviewRefused for a case number that is none.
        """
        _require_case(case)
        review, _ = await self._rights.asked(name, by)
        seen = await self._seen(review, by, revealed=True)
        await self._record(self._revealed(review, by, purpose, case, spans=seen.covered))
        return seen

    async def image(
        self, name: str, number: int, *, by: Principal, purpose: Purpose, case: str | None = None
    ) -> SpooledMedia:
        """
        Return a picture of the post, numbered from 0 as `show` lists them; what for is on record before.

        Raises:
            As `reveal`, and NotFound where the gateway has no such picture.
        """
        _require_case(case)
        review, _ = await self._rights.asked(name, by)
        post = (await self._opened(review)).post
        kept = await self._image(post, post.media[number]) if 0 <= number < len(post.media) else None
        if kept is None:
            raise NotFound(expected="the number of an image that the gateway has", found="another one")
        await self._record(self._revealed(review, by, purpose, case, spans=0, image=number))
        return kept

    async def _opened(self, review: AskedReview) -> OpenedPost:
        return opened_post(self._ports.envelope, review, await self._ports.reviews.content(review.id))

    async def _seen(self, review: AskedReview, by: Principal, *, revealed: bool) -> ShownReview:
        opened = await self._opened(review)
        around = Surroundings(
            images=tuple([await self._image(opened.post, media) for media in opened.post.media]),
            earlier=await self._earlier(review, opened.post),
            first=await self._first(opened.post),
            alike=await self._ports.reviews.alike(review, but=by.ref, limit=MOST_ALIKE),
        )
        return shown(review, opened, around, revealed=revealed)

    async def _image(self, post: Post, media: str) -> SpooledMedia | None:
        """Return an image; None where the gateway has not got it, or it does not open."""
        try:
            return await kept_image(self._ports.spool, media, author=post.author, account=post.account)
        except SealBroken:
            return None

    async def _earlier(self, review: AskedReview, post: Post) -> Earlier | None:
        """Return the last other version of a post that is changed, if the gateway sent it and it was not erased."""
        if post.edit_of is None:
            return None
        found = await self._ports.posts.on_platform(author=post.author, account=post.account, platform_id=post.edit_of)
        others = [one for one in found if one.record != review.decision_record]
        content = opened_content(self._ports.envelope, others[-1]) if others else None
        return None if content is None else earlier_in(content.says)

    async def _first(self, post: Post) -> Mapping[str, Any]:
        """Return what was recorded first of an appeal, where its author's words are."""
        kept = None if post.appeal_of is None else await self._ports.views.kept(post.id)
        content = None if kept is None else opened_content(self._ports.envelope, kept.content)
        return {} if content is None else content.says

    def _revealed(
        self,
        review: AskedReview,
        by: Principal,
        purpose: Purpose,
        case: str | None,
        *,
        spans: int,
        image: int | None = None,
    ) -> AuditRecord:
        return review_records.revealed(
            review,
            record=self._ports.ids(),
            at=self._ports.clock.now(),
            by=by,
            spans=spans,
            purpose=purpose.value,
            case=case,
            image=image,
        )

    async def _record(self, record: AuditRecord) -> None:
        await self._ports.audit.commit(Work(records=(record,)))


def _require_case(case: str | None) -> None:
    if case is not None and not _CASE.fullmatch(case):
        raise ReviewRefused(why="case")
