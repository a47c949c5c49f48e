"""
What a reviewer sees of a post: its texts, with everything that was found covered until he uncovers it.

Covered is what detectors found: names, numbers, secrets, topics. Words of the house's own lists are not: they name
nobody, and whoever decides about a phrase has to read it. A place is covered by as many signs as it has, so that
places of the original, in findings and in remarks, are those of what is seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proxy.core.policy.masking import WHOLE_POST
from proxy.gate.recorded import post_in
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.sealed import opened_content

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.core.model import Post
    from proxy.gate.ports import DataKey, EarlierPost, Envelope
    from proxy.gate.review_ports import AskedReview

COVER = "█"
OPEN_ENTITIES = frozenset({WHOLE_POST, "WORDS"})
"""Entities whose places are shown and not covered."""
NEVER_LISTED = frozenset({"CUSTOMER_RECORD", "RESTRICTED_NAME"})
"""Entities that are named only to those who have uncovered the post, with a purpose on record."""
UNSAID = "covered"
"""What stands in the place of their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a rule's detection found something in a part, in code points."""

    start: int
    end: int
    rule: str
    entity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """A part of a post, in the order of the post."""

    kind: str
    slot: str
    text: str = field(repr=False)
    places: tuple[Place, ...]
    covered: int
    """How many places are covered in it, or were before they were uncovered; those that overlap count once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReview:
    """A review with the texts of its post."""

    review: AskedReview
    parts: tuple[ShownPart, ...]
    images: int
    """Images are not shown; what their descriptions say is among the parts."""
    revealed: bool

    @property
    def covered(self) -> int:
        """Return how many places are covered, or were."""
        return sum(part.covered for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPost:
    """A post under review in clear, in memory only."""

    post: Post
    key: DataKey
    places: tuple[tuple[int, Place], ...]
    """What was found, each with its part."""


def opened_post(envelope: Envelope, review: AskedReview, sealed: EarlierPost | None) -> OpenedPost:
    """
    Return the post of a review as it was decided.

    Raises:
        ReviewRefused: it was erased, does not open, or is not the text that the review is about.
    """
    content = None if sealed is None else opened_content(envelope, sealed)
    if content is None:
        raise ReviewRefused(why="no-text")
    post = post_in(
        content.says,
        id=review.post,
        platform=review.platform,
        account=review.account,
        author=review.author,
        kind=review.post_kind,
        replaces=review.replaces,
    )
    if envelope.mac(content.key, post.canonical()) != review.mac:
        raise ReviewRefused(why="no-text")
    places = tuple(
        (row["part"], Place(start=row["start"], end=row["end"], rule=row["rule"], entity=row["entity"]))
        for row in content.says["findings"]
    )
    return OpenedPost(post=post, key=content.key, places=places)


def shown(review: AskedReview, opened: OpenedPost, *, revealed: bool) -> ShownReview:
    """Return what a reviewer sees."""
    parts = []
    for number, part in enumerate(opened.post.parts):
        places = tuple(sorted((place for at, place in opened.places if at == number), key=_order))
        joined = _joined(place for place in places if place.entity not in OPEN_ENTITIES)
        parts.append(
            ShownPart(
                kind=part.kind.value,
                slot=part.slot,
                text=part.text if revealed else _covered(part.text, joined),
                places=places if revealed else tuple(map(_unsaid, places)),
                covered=len(joined),
            )
        )
    return ShownReview(review=review, parts=tuple(parts), images=len(opened.post.media), revealed=revealed)


def _unsaid(place: Place) -> Place:
    """Return a place without saying that the register of customers, or the list of closed names, knows what it is."""
    return replace(place, rule=UNSAID, entity=UNSAID) if place.entity in NEVER_LISTED else place


def _order(place: Place) -> tuple[int, int, str]:
    return place.start, place.end, place.rule


def _joined(places: Iterable[Place]) -> list[tuple[int, int]]:
    """Return the ranges of places in their order; those that touch or overlap become one."""
    joined: list[tuple[int, int]] = []
    for place in places:
        if joined and place.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], place.end))
        else:
            joined.append((place.start, place.end))
    return joined


def _covered(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    letters = list(text)
    for start, end in ranges:
        letters[start:end] = COVER * (min(end, len(text)) - start)
    return "".join(letters)
