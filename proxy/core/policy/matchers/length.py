"""
`length`: the post has at least, or at most, so many characters.

Counted is what readers read, as the author wrote it: text, title, content warning, options of a poll and comments.
Whatever a platform shortens, such as links, counts in full. Findings do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from proxy.core.errors import Localised
from proxy.core.model import PartKind
from proxy.core.policy.facts import MISS, Facts, Match, MatcherSpec, Place
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written

NAME = "length"
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = False
FIELDS: tuple[Field, ...] = (Field(name="characters", kind=FieldKind.RANGE, low=0, high=1_000_000, required=True),)

_READ = frozenset({PartKind.TITLE, PartKind.CONTENT_WARNING, PartKind.BODY, PartKind.POLL_OPTION, PartKind.COMMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthSpec(MatcherSpec):
    """How many code points, both ends included."""

    low: int = 0
    high: int | None = None
    """None has no end."""


SPEC = LengthSpec


def complain(written: Written) -> tuple[Complaint, ...]:
    """Refuse a range that holds nothing."""
    low, high = cast("tuple[int | None, int | None]", written.values["characters"])
    if low is None or high is None or low <= high:
        return ()
    return (
        Complaint(
            code="empty-range",
            field="characters",
            message=Localised(
                de="»from« ist größer als »to«: Nichts läge dazwischen.",
                en="`from` is above `to`: nothing is in between.",
            ),
            remedy=Localised(de="Die beiden Zahlen tauschen.", en="Swap the two numbers."),
        ),
    )


def build(written: Written) -> LengthSpec:
    """Make the spec of checked values."""
    low, high = cast("tuple[int | None, int | None]", written.values["characters"])
    return LengthSpec(low=low or 0, high=high)


def match(spec: LengthSpec, facts: Facts, visible: frozenset[int]) -> Match:  # noqa: ARG001 - findings do not matter
    """Hold for a post of such a length."""
    length = sum(len(part.text) for part in facts.post.parts if part.kind in _READ)
    return Match(held=True) if spec.low <= length and (spec.high is None or length <= spec.high) else MISS
