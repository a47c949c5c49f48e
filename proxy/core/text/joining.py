"""
T14: parts of one post, and posts of one thread, read as one text.

A number dealt out over poll options, or over the answers of a thread, stands in none of them. What comes from one part
alone is not shown here again: its own views have it (`Surface.place`).
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from proxy.core.model import ELSEWHERE, Piece, Surface
from proxy.core.text.backwards import said_backwards, turned
from proxy.core.text.grouping import squeeze
from proxy.core.text.mapped import OFFSET, Mapped, offsets, rewrite
from proxy.core.text.numberwords import number_words
from proxy.core.text.transforms import normalise
from proxy.core.text.views import mapped_of, stream, view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["EARLIER_CHARACTERS", "EARLIER_TEXTS", "joined", "recent"]

EARLIER_TEXTS = 5
EARLIER_CHARACTERS = 500
TRANSFORM = "T14"


def recent(thread: Sequence[str]) -> tuple[str, ...]:
    """Return the ends of the latest texts of a thread: what a value begun there can reach into this post from."""
    return tuple(text[-EARLIER_CHARACTERS:] for text in thread[-EARLIER_TEXTS:])


def joined(parts: Sequence[Surface], thread: Sequence[str] = ()) -> tuple[Surface, ...]:
    """Return the views of all parts (given in their normalised views) after the thread; none for a single text."""
    ours = [(surface.part, mapped_of(surface)) for surface in parts if surface.text]
    earlier = [(ELSEWHERE, normalise(text)) for text in recent(thread)] if ours else []
    texts = [*((part, mapped) for part, mapped in earlier if mapped.text), *ours]
    if len(texts) < 2:
        return ()
    whole, pieces = _together(texts)
    return tuple(view(name, ELSEWHERE, mapped, pieces) for name, mapped in _read(whole))


def _read(whole: Mapped) -> Iterator[tuple[str, Mapped]]:
    """Yield a text, its number words as digits, and backwards where it says so; each before its `grouped` twin."""
    grouped = squeeze(whole)
    yield "joined", whole
    yield "grouped", grouped
    streamed = stream(grouped)
    if streamed is not None:
        yield "stream", streamed
    worded = rewrite(whole, "T9", number_words(whole.text))
    backward = turned(whole) if said_backwards(whole.text) else None
    for name, mapped in (("joined", worded if worded is not whole else None), ("mirrored", backward)):
        if mapped is not None:
            yield name, mapped
            yield "grouped", squeeze(mapped)


def _together(texts: Sequence[tuple[int, Mapped]]) -> tuple[Mapped, tuple[Piece, ...]]:
    """Put texts together, a line each; their offsets count on from one to the next."""
    starts, ends = array(OFFSET), array(OFFSET)
    pieces: list[Piece] = []
    base = 0
    for part, mapped in texts:
        if pieces:
            starts.append(base - 1)
            ends.append(base)
        own_starts, own_ends = offsets(mapped)
        starts.extend(start + base for start in own_starts)
        ends.extend(end + base for end in own_ends)
        last = base + max(own_ends)
        pieces.append(Piece(part=part, base=base, end=last))
        base = last + 1
    transforms = dict.fromkeys(transform for _, mapped in texts for transform in mapped.transforms)
    return (
        Mapped(
            text="\n".join(mapped.text for _, mapped in texts),
            starts=starts,
            ends=ends,
            transforms=(*transforms, TRANSFORM),
        ),
        tuple(pieces),
    )
