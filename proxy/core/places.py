"""
Where something stands: spans, the views that lead back to them, and what is told of a text beside findings.

Part of the nouns of `model`, which hands them on; everybody takes them from there.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable

__all__ = [
    "ELSEWHERE",
    "Language",
    "Link",
    "Piece",
    "Span",
    "Statement",
    "Surface",
    "View",
    "count_digits",
    "merge_places",
]


class View(StrEnum):
    """Whether ordinary reading shows the finding, or only undoing an evasion does."""

    PLAIN = "plain"
    DEOBFUSCATED = "deobfuscated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of code points in the author's original text of one part."""

    start: int
    end: int

    def covers(self, other: Span) -> bool:
        """Return whether `other` lies inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Return whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A fact of a scan: words of a list stand in plain sight, and nothing in their clause denies them."""

    lexicon: str
    part: int
    span: Span


class Language(StrEnum):
    """A fact of a scan: in what language a text is written, as far as that can be told."""

    DE = "de"
    EN = "en"
    OTHER = "other"
    """A language that no rule and no list knows."""
    UNKNOWN = "unknown"
    """Enough words, and none that tells."""
    NONE = "none"
    """Too few words to say anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A fact of a scan: a link that stands in the post, also without `https://` or in disguise."""

    part: int
    span: Span
    host: str | None = field(repr=False)
    """In Unicode and lower case, such as `www.müller.example`; None for a link whose host cannot be read."""
    parameters: tuple[str, ...] = field(default=(), repr=False)
    """Names in its query and behind its `#`, in lower case; never values."""


ELSEWHERE = -1
"""`Piece.part` of a text that does not belong to the post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one text contributes to a view of several: its offsets there are `base` plus its own."""

    part: int
    """Index into the post's parts; `ELSEWHERE` for a text of an earlier post: nothing there can be pointed at."""
    base: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """
    A view in which detectors search, with the way back to the author's characters.

    `starts[i]` and `ends[i]` bound the original code points that character `i` came from; both are `None` when the
    view equals the original. Most views are of one part; one of several has `pieces`, and its offsets count through
    all of them.
    """

    name: str
    """
    `original`, `normalised`, `worded`, `respaced`, `reversed`, `mirrored`, `decoded`, `joined`, `grouped` or `stream`.
    """
    part: int
    """Index into the post's parts, -1 for a view of several."""
    text: str = field(repr=False)
    starts: array[int] | None = field(default=None, repr=False)
    ends: array[int] | None = field(default=None, repr=False)
    evasive: tuple[Span, ...] = ()
    """Original places where undoing an evasion (not ordinary typography) changed something; sorted, disjoint."""
    transforms: tuple[str, ...] = ()
    """Ids of the transforms that changed something, such as `T2`."""
    pieces: tuple[Piece, ...] = ()
    """Only in a view of several parts: what it is put together from, in order."""

    def place(self, start: int, end: int) -> tuple[int, Span] | None:
        """
        Return the part, and the author's span in it, behind `text[start:end]`.

        In a view of several parts it is the one of this post that most characters come from. None if none does, or if
        the range comes from one part alone: its own views show it.

        Raises:
            ValueError: the range is empty or outside the view.
        """
        if not self.pieces:
            return self.part, self.origin(start, end)
        cut = [(piece, own) for piece in self.pieces if (own := self._within(piece, start, end))]
        ours = [(len(own), -piece.part, piece, own) for piece, own in cut if piece.part != ELSEWHERE]
        if len(cut) < 2 or not ours:
            return None
        _, _, piece, own = max(ours, key=lambda candidate: candidate[:2])
        first, last = min(one.start for one in own), max(one.end for one in own)
        return piece.part, Span(start=first - piece.base, end=last - piece.base)

    def _within(self, piece: Piece, start: int, end: int) -> list[Span]:
        """Return where the characters of `text[start:end]` stand that come from a piece."""
        origins = (self.origin(place, place + 1) for place in range(start, end))
        return [one for one in origins if piece.base <= one.start and one.end <= piece.end]

    def origin(self, start: int, end: int) -> Span:
        """
        Return the author's span behind `text[start:end]`; in a view of several parts, counted through all of them.

        Raises:
            ValueError: the range is empty or outside the view.
        """
        if not 0 <= start < end <= len(self.text):
            message = f"range {start}:{end} is empty or outside a view of {len(self.text)} characters"
            raise ValueError(message)
        if self.starts is None or self.ends is None:
            return Span(start=start, end=end)
        # Some views run backwards.
        return Span(start=min(self.starts[start:end]), end=max(self.ends[start:end]))

    def view_of(self, span: Span) -> View:
        """Return `deobfuscated` when an evasion had to be undone inside the author's span; taking apart is one."""
        if self.pieces:
            return View.DEOBFUSCATED
        if not self.evasive:
            return View.PLAIN
        nearest = bisect_right(self.evasive, span.start, key=lambda place: place.end)
        inside = nearest < len(self.evasive) and self.evasive[nearest].overlaps(span)
        return View.DEOBFUSCATED if inside else View.PLAIN


def count_digits(text: str) -> int:
    """Return how many ASCII digits are in a text; quickly, since every post is asked."""
    raw = text.encode("utf-8", "replace")
    return len(raw) - len(raw.translate(None, b"0123456789"))


def merge_places(places: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """Return the places sorted, those that touch or overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(Span(start=start, end=end) for start, end in merged)
