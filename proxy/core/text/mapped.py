"""
A text on its way through transforms, with the way back to the author's characters.

`rewrite` is the one place where text and offset map change together: a transform only says what it would replace.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.model import Span, merge_places

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Edit", "Mapped", "offsets", "rewrite"]

OFFSET = "I"
"""Type code of the offset arrays: unsigned, four bytes; a part has at most some ten thousand code points."""


class Edit(NamedTuple):
    """Replace `start:end` of the current text; `evasive` says that ordinary typography does not explain it."""

    start: int
    end: int
    text: str
    evasive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A text and, for each of its characters, the original code points it came from (`None`: the text is original)."""

    text: str = field(repr=False)
    starts: array[int] | None = field(default=None, repr=False)
    ends: array[int] | None = field(default=None, repr=False)
    evasive: tuple[Span, ...] = ()
    transforms: tuple[str, ...] = ()


def offsets(mapped: Mapped) -> tuple[array[int], array[int]]:
    """Return the offset map, spelled out where the text is the original."""
    if mapped.starts is not None and mapped.ends is not None:
        return mapped.starts, mapped.ends
    length = len(mapped.text)
    return array(OFFSET, range(length)), array(OFFSET, range(1, length + 1))


def _first(starts: array[int], start: int, end: int) -> int:
    """Return the least offset; not always the first one, since some texts run backwards."""
    return starts[start] if end == start + 1 else min(starts[start:end])


def _last(ends: array[int], start: int, end: int) -> int:
    return ends[start] if end == start + 1 else max(ends[start:end])


def rewrite(mapped: Mapped, transform: str | None, edits: Sequence[Edit]) -> Mapped:
    """
    Apply edits that are sorted, not empty on the left side, and do not overlap.

    Every character of a replacement comes from all characters it replaces. A rewriting without a name belongs to a
    view, not to undoing anything.
    """
    if not edits:
        return mapped
    starts, ends = offsets(mapped)
    pieces: list[str] = []
    new_starts, new_ends = array(OFFSET), array(OFFSET)
    places = [(place.start, place.end) for place in mapped.evasive]
    done = 0
    for start, end, text, evasive in edits:
        if done < start:
            pieces.append(mapped.text[done:start])
            new_starts.extend(starts[done:start])
            new_ends.extend(ends[done:start])
        if text:
            pieces.append(text)
            new_starts.extend([_first(starts, start, end)] * len(text))
            new_ends.extend([_last(ends, start, end)] * len(text))
        if evasive:
            places.append((_first(starts, start, end), _last(ends, start, end)))
        done = end
    pieces.append(mapped.text[done:])
    new_starts.extend(starts[done:])
    new_ends.extend(ends[done:])
    known = mapped.transforms
    return Mapped(
        text="".join(pieces),
        starts=new_starts,
        ends=new_ends,
        evasive=merge_places(places),
        transforms=known if transform is None or transform in known else (*known, transform),
    )
