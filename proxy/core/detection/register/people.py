"""
Names of customers in a view of a post: two words near each other that are the name of one.

A last name begins the search, so that an ordinary post costs one look a word. The other word may stand before or behind
it, on another line, behind a comma, or in another part.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.register import kinds
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.reading import nearby, run_together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.detection.register.reading import Look, Placed, Reader
    from proxy.core.detection.register.table import Shared
    from proxy.core.model import Surface

__all__ = ["Named", "backwards", "names"]

_TURNED = re.compile(r"[a-zäöüß]{3}[A-ZÄÖÜ](?![^\W\d_])")
"""The end of a word that begins with a capital, written from behind."""


class Named(NamedTuple):
    """A name of at least one customer, somewhere in a view."""

    surface: Surface
    start: int
    end: int
    kind: Kind
    """`name`, `initial`, or `word` for a last name alone."""
    value: str
    """In the form that its kind has in the register."""
    words: str
    """As they stand in the post."""
    shared: Shared

    @property
    def of(self) -> tuple[str, ...]:
        """Return the folded words that it is made of."""
        return tuple(self.value.split(kinds.SEPARATOR))


def names(surface: Surface, readings: Sequence[Sequence[Placed]], look: Look) -> Iterator[Named]:
    """Yield the names in a view whose words have been read, and those that a hashtag or handle runs together."""
    yield from _named(surface, _pairs(readings), look)
    for start, end, first, last in run_together(surface.text):
        value = kinds.name(first, last)
        shared = look(Kind.NAME, value) if first and last else None
        if shared is not None:
            yield Named(surface, start, end, Kind.NAME, value, surface.text[start:end], shared)


def backwards(surface: Surface, reader: Reader, look: Look) -> Iterator[Named]:
    """Yield the names in a view in which words stand that were written from behind."""
    text = surface.text
    if _TURNED.search(text) is not None:
        pairs = _pairs(reader.readings(text[::-1]))
        yield from _named(surface, [(_turned(other, len(text)), _turned(one, len(text))) for one, other in pairs], look)


def _pairs(readings: Sequence[Sequence[Placed]]) -> list[tuple[Placed, Placed]]:
    """Return each two words near each other of which one is somebody's last name, in their order."""
    return [
        pair
        for words in readings
        for index, (_, _, word, _) in enumerate(words)
        if word.known
        for pair in nearby(words, index)
    ]


def _turned(placed: Placed, length: int) -> Placed:
    start, end, word, filled = placed
    return length - end, length - start, word, filled


def _named(surface: Surface, pairs: Sequence[tuple[Placed, Placed]], look: Look) -> Iterator[Named]:
    for (start, _, one, _), (_, end, other, _) in pairs:
        for first in one.spellings:
            for last in other.spellings:
                if first in one.known or last in other.known:
                    kind = Kind.INITIAL if len(first) == 1 or len(last) == 1 else Kind.NAME
                    value = kinds.name(first, last)
                    shared = look(kind, value)
                    if shared is not None:
                        words = f"{_said(one.text, first)} {_said(other.text, last)}"
                        yield Named(surface, start, end, kind, value, words, shared)


def _said(text: str, spelling: str) -> str:
    """Return a word as it was written, without the genitive `s` that its spelling lacks."""
    return text[:-1] if text[-1] in "sS" and not spelling.endswith("s") else text
