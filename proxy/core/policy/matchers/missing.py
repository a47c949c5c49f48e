"""
`missing`: a duty text, such as a risk warning or the word for advertising, is absent from the post.

Looks at what the scan says stands in plain sight, in this post only: the next post of a thread does not count, nor does
a description of an image, a file name or a text behind a content warning. Findings never make it hold less.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, cast

from proxy.core.model import PartKind
from proxy.core.policy.facts import MISS, Facts, Match, MatcherSpec, Place
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Part, Statement

NAME = "missing"
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = False
WHERE = ("anywhere", "start", "visible")
FIELDS: tuple[Field, ...] = (
    Field(name="list", kind=FieldKind.LEXICONS, required=True),
    Field(name="place", kind=FieldKind.CHOICE, choices=WHERE),
)

AT_START = 40
"""Code points of the shown text within which a text at the start has to begin."""
SHOWN = {"mastodon": 500}
"""Code points that a platform shows before its `see more`."""
SHOWN_ELSEWHERE = 125
"""The shortest such place of all platforms."""
_READ = frozenset({PartKind.TITLE, PartKind.CONTENT_WARNING, PartKind.BODY, PartKind.COMMENT, PartKind.PROFILE_FIELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingSpec(MatcherSpec):
    """Which text has to stand where."""

    lists: tuple[str, ...]
    """Any of them will do."""
    place: str = "anywhere"


SPEC = MissingSpec


def complain(written: Written) -> tuple[Complaint, ...]:  # noqa: ARG001 - every matcher module has the same functions
    """Find nothing wrong: the fields do not depend on each other."""
    return ()


def build(written: Written) -> MissingSpec:
    """Make the spec of checked values."""
    values = written.values
    return MissingSpec(
        lists=cast("tuple[str, ...]", values["list"]),
        place=cast("str", values.get("place", "anywhere")),
    )


def match(spec: MissingSpec, facts: Facts, visible: frozenset[int]) -> Match:  # noqa: ARG001 - findings do not matter
    """Hold unless one of the texts stands in the place."""
    shown = _shown(facts.post.parts)
    reach = {
        "anywhere": None,
        "start": AT_START,
        "visible": SHOWN.get(facts.post.platform, SHOWN_ELSEWHERE),
    }[spec.place]
    stands = any(
        statement.lexicon in spec.lists and _within(statement, shown, reach, whole=spec.place == "visible")
        for statement in facts.scan.stated
    )
    return MISS if stands else Match(held=True)


def _shown(parts: Sequence[Part]) -> dict[int, int]:
    """Return, for each part that readers see at once, how many code points stand before it."""
    read = [index for index, part in enumerate(parts) if part.kind in _READ and part.text.strip()]
    if any(parts[index].kind is PartKind.CONTENT_WARNING for index in read):
        read = [index for index in read if parts[index].kind is not PartKind.BODY]
    before = accumulate((len(parts[index].text) for index in read), initial=0)
    return dict(zip(read, before, strict=False))


def _within(statement: Statement, shown: dict[int, int], reach: int | None, *, whole: bool) -> bool:
    before = shown.get(statement.part)
    if before is None:
        return False
    return reach is None or before + (statement.span.end if whole else statement.span.start) <= reach
