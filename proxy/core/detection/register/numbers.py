"""
Identifiers of customers in the views of a post, and whether each proves a customer by itself.

A number of few digits is somebody's only where a word beside it says what it is: so many stand in posts by chance.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.register.identifiers import cued, has_cue, in_groups, in_words, no_numbers
from proxy.core.detection.register.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.detection.register.identifiers import Candidate
    from proxy.core.detection.register.reading import Look
    from proxy.core.detection.register.table import Shared
    from proxy.core.model import Span, Surface

__all__ = ["Identified", "NumberSearch"]

_NOT_SEARCHED = frozenset({"original", "stream"})
"""Views that have nothing beyond the others."""
_CUED_ELSEWHERE = frozenset({"reversed", "mirrored", "decoded"})
"""Views whose cue may stand in the text as it was written."""
_CONTACTS = frozenset({Kind.PHONE, Kind.EMAIL})
_SHORT_PART = 48
"""Code points of a part, such as a poll option, to which a word in another part belongs."""
_PLACE = re.compile(r"[0-9]{4,5} [A-ZÄÖÜ]")
"""A postcode and its place."""


class Identified(NamedTuple):
    """An identifier of at least one customer, somewhere in a view."""

    surface: Surface
    part: int
    span: Span
    value: str
    shared: Shared
    contact: bool
    """Whether it is a telephone number or an e-mail address."""
    told: bool
    """Whether it proves a customer without a name."""


class NumberSearch:
    """Looks for identifiers in one post."""

    def __init__(self, look: Look, lengths: frozenset[int]) -> None:
        self._look = look
        self._lengths = lengths
        self._plain: dict[int, Surface] = {}

    def find(self, surfaces: Sequence[Surface]) -> Iterator[Identified]:
        """Yield the identifiers in the views of a post."""
        for surface in surfaces:
            if surface.name == "normalised":
                self._plain[surface.part] = surface
        for surface in surfaces:
            if surface.name in _NOT_SEARCHED:
                continue
            candidates = in_groups if surface.name == "grouped" else in_words
            for candidate in candidates(surface.text, self._lengths):
                shared = self._look(candidate.kind, candidate.value)
                if shared is not None:
                    yield from self._identified(surface, candidate, shared)

    def _identified(self, surface: Surface, candidate: Candidate, shared: Shared) -> Iterator[Identified]:
        place = surface.place(candidate.start, candidate.end)
        if place is None:
            return
        part, span = place
        told = candidate.kind is not Kind.SHORT_NUMBER or self._cued(surface, candidate)
        if candidate.kind is not Kind.SHORT_NUMBER or self._may_be_one(surface, candidate, part, span, told=told):
            yield Identified(surface, part, span, candidate.value, shared, candidate.kind in _CONTACTS, told)

    def _cued(self, surface: Surface, candidate: Candidate) -> bool:
        if cued(surface.text, candidate.start, candidate.end):
            return True
        own = self._plain.get(surface.part)
        if own is None:
            return False
        if surface.name in _CUED_ELSEWHERE and has_cue(own.text):
            return True
        return len(own.text) <= _SHORT_PART and any(has_cue(other.text) for other in self._plain.values())

    def _may_be_one(self, surface: Surface, candidate: Candidate, part: int, span: Span, *, told: bool) -> bool:
        """Return whether a short number is no day, amount or time, nor, without a word beside it, a postcode."""
        own = self._plain[part]
        if any(own.origin(*other).overlaps(span) for other in no_numbers(own.text)):
            return False
        return told or not (surface.name == "grouped" or _PLACE.match(surface.text, candidate.start))
