"""
What may be groups of one number, without everything between them: `a) 53`, `b) 131075`, `c) N528`.

Where a number is dealt out over a list, over parts of a post or between words, this view has its groups side by side,
for rules whose check digit tells whether they belong together. Marks of lists, amounts and shares are no groups.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from proxy.core.detection.listmarks import without_marks
from proxy.core.model import count_digits, merge_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.model import Span, Surface

__all__ = ["CHECKS", "groups_alone"]

TRANSFORM = "T14"
CHECKS = frozenset({"de-tax-id", "de-svnr", "at-svnr", "ch-ahv", "de-kvnr", "nhs", "de-id-card", "de-driving-licence"})
"""Checks that say enough of groups which nobody wrote side by side."""
_FEWEST_DIGITS = 8
_MOST_GROUPS = 200
_FARTHEST = 160
"""Characters between two groups of one number."""
_GROUP = re.compile(
    r"(?<![^\W_])(?:[A-Z][ ])?(?=[A-Zlo]{0,5}[0-9])[A-Zlo0-9]{1,13}(?:[ ][A-Z])?(?![^\W_])"
    r"|(?m:^)[^\w\n]{0,16}(?P<line>[A-Z])(?![^\W_])(?=[ ]?(?:[^\w\s]|(?m:$)))"
    r"|(?<![^\W_])(?P<alone>[B-HJ-Z])(?![^\W_.])"
)
_AMOUNT = re.compile(r"[ ]?(?:€|%|\$|£|(?i:euro?|eur|cent|prozent|percent|uhr|chf|mio|tsd)\b)")


def groups_alone(surface: Surface) -> Surface | None:
    """Return the groups of a view side by side, None where no two of them stand apart."""
    if count_digits(surface.text) < _FEWEST_DIGITS:
        return None
    groups = _groups(surface.text)
    if len(groups) < 2 or not any(_apart(*pair) for pair in pairwise(groups)):
        return None
    return _side_by_side(surface, groups)


def _groups(text: str) -> list[tuple[int, int]]:
    return [
        group.span(group.lastindex or 0)
        for group in islice(_GROUP.finditer(without_marks(text)), _MOST_GROUPS)
        if _AMOUNT.match(text, group.end()) is None
    ]


def _apart(left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Return whether more stands between two groups than one separator."""
    return right[0] - left[1] > 1


def _side_by_side(surface: Surface, groups: Sequence[tuple[int, int]]) -> Surface:
    kept: list[int] = []
    text: list[str] = []
    for before, (start, end) in zip((None, *groups), groups, strict=False):
        if before is not None and start - before[1] > _FARTHEST:
            # Too far apart for one number: what belongs to none keeps them apart.
            kept.append(before[1])
            text.append(" ")
        places = [place for place in range(start, end) if not surface.text[place].isspace()]
        kept += places
        text += [surface.text[place] for place in places]
    starts, ends = surface.starts, surface.ends
    return replace(
        surface,
        text="".join(text),
        starts=array("I", kept if starts is None else (starts[place] for place in kept)),
        ends=array("I", (place + 1 if ends is None else ends[place] for place in kept)),
        evasive=merge_places((place.start, place.end) for place in (*surface.evasive, *_left_out(surface, groups))),
        transforms=tuple(dict.fromkeys((*surface.transforms, TRANSFORM))),
    )


def _left_out(surface: Surface, groups: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """Yield where the author wrote what is left out between groups."""
    return (surface.origin(left[1], right[0]) for left, right in pairwise(groups) if _apart(left, right))
