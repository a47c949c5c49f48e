"""
What an edit changes: each text of the version before beside that of now, where they differ.

Compared is what was written, shown is what may be seen of it: two names of one length are told apart, and both are
covered. Words at the beginning and at the end that stayed are left out; what lies between is one passage, so that the
comparison takes no longer than reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.model import Part, PartKind
from proxy.gate.review_cover import covered, covers, places_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from proxy.gate.review_cover import Places, Ranges

_TOKEN = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A version of a post that is on the platform, as it was recorded."""

    parts: tuple[Part, ...] = field(repr=False)
    places: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different in one text."""

    kind: str
    slot: str
    start: int
    """Where the passage begins, in both versions, in code points."""
    removed: str = field(repr=False)
    added: str = field(repr=False)


def earlier_in(says: Mapping[str, Any]) -> Earlier:
    """
    Return a version from the content of its record.

    Raises:
        LookupError, TypeError, ValueError: it is no content that this version wrote.
    """
    parts = tuple(Part(kind=PartKind(kind), slot=slot, text=text) for kind, slot, text in says["parts"])
    return Earlier(parts=parts, places=places_in(says["findings"]))


def changes(earlier: Earlier, now: tuple[Sequence[Part], Sequence[Ranges]], *, revealed: bool) -> tuple[Change, ...]:
    """
    Return what differs in texts for people, those of now first; what only one version has is one passage.

    Args:
        earlier: the version before.
        now: parts of this version, and what is covered of each.
        revealed: whether passages are shown in clear.
    """
    before = _texts(earlier.parts, covers(earlier.parts, earlier.places))
    after = _texts(*now)
    found = []
    for place in dict.fromkeys((*after, *before)):
        old, new = before.get(place, ("", ())), after.get(place, ("", ()))
        if old[0] != new[0]:
            start, old_end, new_end = _passage(old[0], new[0])
            removed, added = (text if revealed else covered(text, ranges) for text, ranges in (old, new))
            kind, slot = place
            found.append(
                Change(kind=kind, slot=slot, start=start, removed=removed[start:old_end], added=added[start:new_end])
            )
    return tuple(found)


def _texts(parts: Sequence[Part], hidden: Sequence[Ranges]) -> dict[tuple[str, str], tuple[str, Ranges]]:
    """Return texts with what is covered of them, by their places; identifiers are none."""
    return {
        (part.kind.value, part.slot): (part.text, ranges)
        for part, ranges in zip(parts, hidden, strict=True)
        if part.kind is not PartKind.OTHER
    }


def _passage(before: str, after: str) -> tuple[int, int, int]:
    """Return where two texts begin to differ, and where that ends in each of them."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    most = min(len(old), len(new))
    head = next((number for number in range(most) if old[number] != new[number]), most)
    rest = most - head
    tail = next((number for number in range(rest) if old[-1 - number] != new[-1 - number]), rest)
    kept = sum(map(len, old[len(old) - tail :]))
    return sum(map(len, old[:head])), len(before) - kept, len(after) - kept
