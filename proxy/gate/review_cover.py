"""
What is covered of a post for those who decide about it: everything that could be about a customer.

1. what detectors found is covered at its place: names, numbers, secrets, topics
2. words of lists name nobody by themselves and stay readable, for a person decides about them; where anything else was
   found in the post they say something about somebody ("gekündigt", "Diabetes") and are covered too
3. a finding about the post as a whole has no place: of every text only common words in small letters remain, by the
   rule of `core.policy.masking`; in a text without capitals none do

A place is covered by as many signs as it has, so that places of the original, in findings and in remarks, are those of
what is seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.policy.masking import WHOLE_POST, telling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from proxy.core.model import Part

COVER = "█"
WORDS = "WORDS"
"""The entity of a word of a list."""
Ranges = tuple[tuple[int, int], ...]
"""Code points of a text, from and to, in their order and apart from each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a rule's detection found something in a part, in code points."""

    start: int
    end: int
    rule: str
    entity: str


Places = tuple[tuple[int, Place], ...]
"""What was found in a post, each with the number of its part."""


def places_in(findings: Iterable[Mapping[str, Any]]) -> Places:
    """
    Return what was found, from the content of a record.

    Raises:
        LookupError, TypeError, ValueError: it is no content that this version wrote.
    """
    return tuple(
        (row["part"], Place(start=row["start"], end=row["end"], rule=row["rule"], entity=row["entity"]))
        for row in findings
    )


def covers(parts: Sequence[Part], places: Places) -> tuple[Ranges, ...]:
    """Return what is covered of each part; those that touch or overlap are one range."""
    kinds = {place.entity for _, place in places}
    whole, words_too = WHOLE_POST in kinds, bool(kinds - {WORDS})
    found: list[list[tuple[int, int]]] = [[*telling(part.text)] if whole else [] for part in parts]
    for number, place in places:
        if number < len(parts) and place.entity != WHOLE_POST and (place.entity != WORDS or words_too):
            found[number].append((place.start, place.end))
    return tuple(_joined(sorted(ranges)) for ranges in found)


def covered(text: str, ranges: Ranges) -> str:
    """Return a text with ranges covered."""
    letters = list(text)
    for start, end in ranges:
        letters[start:end] = COVER * (min(end, len(text)) - start)
    return "".join(letters)


def _joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)
