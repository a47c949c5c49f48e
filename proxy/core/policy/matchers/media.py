"""
`media`: the post has images, or one without a description.

What an image shows is not read. Findings do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from proxy.core.errors import Localised
from proxy.core.model import PartKind, PostKind
from proxy.core.policy.facts import MISS, Facts, Match, MatcherSpec, Place
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written

if TYPE_CHECKING:
    from proxy.core.model import Post

NAME = "media"
FETCHED = "image_url"
"""Slot of the address of an image that the platform fetches itself."""
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = False
FIELDS: tuple[Field, ...] = (
    Field(name="present", kind=FieldKind.FLAG),
    Field(name="alt_text", kind=FieldKind.CHOICE, choices=("missing",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSpec(MatcherSpec):
    """What is asked of the images."""

    present: bool = True
    undescribed: bool = False
    """Whether at least one has to be without a description."""


SPEC = MediaSpec


def complain(written: Written) -> tuple[Complaint, ...]:
    """Demand one of the fields, and no description of images that are not there."""
    if not written.values:
        return (
            Complaint(
                code="present-or-alt-text",
                field="",
                message=Localised(
                    de="»media« braucht »present« oder »alt_text«.", en="`media` needs `present` or `alt_text`."
                ),
                remedy=Localised(de="Etwa »present: true« schreiben.", en="Write `present: true`, for example."),
            ),
        )
    if written.values.get("present") is False and "alt_text" in written.values:
        return (
            Complaint(
                code="nothing-to-describe",
                field="alt_text",
                message=Localised(
                    de="Ohne Bilder fehlt keine Beschreibung.", en="Without images no description is missing."
                ),
                remedy=Localised(de="Eine der beiden Zeilen streichen.", en="Remove one of the two lines."),
            ),
        )
    return ()


def build(written: Written) -> MediaSpec:
    """Make the spec of checked values."""
    values = written.values
    return MediaSpec(present=cast("bool", values.get("present", True)), undescribed="alt_text" in values)


def match(spec: MediaSpec, facts: Facts, visible: frozenset[int]) -> Match:  # noqa: ARG001 - findings do not matter
    """Hold for a post with such images."""
    described = _described(facts.post)
    held = bool(described) is spec.present and not (spec.undescribed and all(described))
    return Match(held=True) if held else MISS


def _described(post: Post) -> list[bool]:
    """
    Return for each image whether it has a description; the upload of one is a post of its own.

    Descriptions in fields of the post itself are of its images in their order. An image that the platform fetches from
    an address is no upload, and counts as well.
    """
    slots = [part.slot for part in post.parts if part.kind is PartKind.ALT_TEXT and part.text.strip()]
    if post.kind is PostKind.MEDIA:
        return [bool(slots)]
    own = sum(not slot.startswith("media.") for slot in slots)
    fetched = sum(part.kind is PartKind.LINK and part.slot == FETCHED for part in post.parts)
    return [
        index < own or any(slot.startswith(f"media.{index}.") for slot in slots)
        for index in range(len(post.media) + fetched)
    ]
