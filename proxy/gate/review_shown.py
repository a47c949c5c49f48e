"""
What a reviewer sees of a post: its texts, its images by type and size, what it answers or changes, who may see it.

What is covered of the texts is for `review_cover`; uncovering and the pictures themselves need a purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proxy.core.model import PartKind
from proxy.gate.plea import shown_plea
from proxy.gate.recorded import post_in
from proxy.gate.replay import decision_id
from proxy.gate.review_cover import covered, covers, places_in
from proxy.gate.review_edit import changes
from proxy.gate.review_options import choices
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.sealed import opened_content

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from proxy.core.model import Post
    from proxy.gate.plea import ShownPlea
    from proxy.gate.ports import DataKey, EarlierPost, Envelope, SpooledMedia
    from proxy.gate.review_cover import Place, Places, Ranges
    from proxy.gate.review_edit import Change, Earlier
    from proxy.gate.review_options import Choice
    from proxy.gate.review_ports import AskedReview, Precedent

NEVER_LISTED = frozenset({"CUSTOMER_RECORD", "RESTRICTED_NAME"})
"""Entities that are named only to those who have uncovered the post, with a purpose on record."""
UNSAID = "covered"
"""What stands in the place of their names."""


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
class ShownImage:
    """An image of a post; its picture is fetched for a purpose."""

    mime: str | None
    """None: the gateway does not have it (any more); it is on the platform already, or was erased."""
    size: int | None
    """Bytes."""
    alt: str | None = field(repr=False)
    """What its description says, covered like the part that it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEdit:
    """What a post changes that is on the platform."""

    id: str = field(repr=False)
    """The platform's."""
    known: bool
    """Whether the gateway has the version before."""
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAppeal:
    """That a post is an appeal, and against what."""

    decision: str
    """Name of the decision that is appealed against."""
    says: ShownPlea | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReview:
    """A review with what people are asked about."""

    review: AskedReview
    parts: tuple[ShownPart, ...]
    images: tuple[ShownImage, ...]
    answers: str | None = field(repr=False)
    """The platform's id of the post that is answered."""
    edits: ShownEdit | None
    choices: tuple[Choice, ...]
    appeal: ShownAppeal | None
    alike: tuple[Precedent, ...]
    """What was decided about other posts that the same rules held, last first."""
    revealed: bool

    @property
    def covered(self) -> int:
        """Return how many places are covered, or were."""
        plea = None if self.appeal is None else self.appeal.says
        return sum(part.covered for part in self.parts) + (0 if plea is None else plea.covered)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPost:
    """A post under review in clear, in memory only."""

    post: Post
    key: DataKey
    places: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What belongs to a post under review and is kept elsewhere."""

    images: tuple[SpooledMedia | None, ...] = ()
    """In the order of the post; None: the gateway does not have it (any more)."""
    earlier: Earlier | None = None
    """The last version of the post that is changed; None: it changes nothing, or what the gateway does not know."""
    first: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What was recorded first of an appeal; empty for any other post, and after erasure."""
    alike: tuple[Precedent, ...] = ()


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
    return OpenedPost(post=post, key=content.key, places=places_in(content.says["findings"]))


def shown(review: AskedReview, opened: OpenedPost, around: Surroundings, *, revealed: bool) -> ShownReview:
    """Return what a reviewer sees."""
    post = opened.post
    hidden = covers(post.parts, opened.places)
    parts = tuple(
        ShownPart(
            kind=part.kind.value,
            slot=part.slot,
            text=part.text if revealed else covered(part.text, hidden[number]),
            places=_places(opened.places, number, revealed=revealed),
            covered=len(hidden[number]),
        )
        for number, part in enumerate(post.parts)
    )
    return ShownReview(
        review=review,
        parts=parts,
        images=tuple(_image(number, kept, parts) for number, kept in enumerate(around.images)),
        answers=None if post.reply_to is None else _named(post.reply_to, post, parts),
        edits=_edit(post, parts, hidden, around.earlier, revealed=revealed),
        choices=choices(post.options),
        appeal=None
        if post.appeal_of is None
        else ShownAppeal(decision=decision_id(post.appeal_of), says=shown_plea(around.first, revealed=revealed)),
        alike=around.alike,
        revealed=revealed,
    )


def _places(places: Places, number: int, *, revealed: bool) -> tuple[Place, ...]:
    """Return the places in a part, in their order."""
    found = sorted((place for at, place in places if at == number), key=_order)
    return tuple(found if revealed else map(_unsaid, found))


def _unsaid(place: Place) -> Place:
    """Return a place without saying that the register of customers, or the list of closed names, knows what it is."""
    return replace(place, rule=UNSAID, entity=UNSAID) if place.entity in NEVER_LISTED else place


def _order(place: Place) -> tuple[int, int, str]:
    return place.start, place.end, place.rule


def _image(number: int, kept: SpooledMedia | None, parts: Sequence[ShownPart]) -> ShownImage:
    own = (part.text for part in parts if part.slot.startswith(f"media.{number}.") and part.kind == PartKind.ALT_TEXT)
    return ShownImage(
        mime=None if kept is None else kept.mime,
        size=None if kept is None else len(kept.data),
        alt=next(own, None),
    )


def _named(name: str, post: Post, parts: Sequence[ShownPart]) -> str:
    """Return an id of the platform; one that leaves room for a text is a part of the post, and covered like it."""
    return next((shown.text for part, shown in zip(post.parts, parts, strict=True) if part.text == name), name)


def _edit(
    post: Post, parts: Sequence[ShownPart], hidden: Sequence[Ranges], earlier: Earlier | None, *, revealed: bool
) -> ShownEdit | None:
    if post.edit_of is None:
        return None
    return ShownEdit(
        id=_named(post.edit_of, post, parts),
        known=earlier is not None,
        changes=() if earlier is None else changes(earlier, (post.parts, hidden), revealed=revealed),
    )
