"""
The views of a part in which detectors search.

| name | made of |
|---|---|
| `original` | the author's text; only there when `normalised` differs from it |
| `normalised` | T1 to T7 undone, case kept |
| `worded` | `normalised`, number words as digits (T9), words for `@`, `.`, `-` as signs (T11), file names as words |
| `respaced` | `normalised`, letters that stand apart put together |
| `reversed` | `normalised` backwards, in case somebody wrote so (T12) |
| `mirrored` | the same where the author says so, or what bidirectional controls show |
| `decoded` | a fragment that was encoded, or the value of an HTML attribute (T13); looked at again, twice at most |
| `grouped` | one of those, letters and digits joined over one to three separators |
| `stream` | `normalised` or a `decoded` one, only ASCII letters and digits, in capitals |

Each view maps back to the author's characters. What would equal `normalised` is not made, and every step first asks
cheaply whether there is anything to undo: mostly there is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.text.backwards import in_visual_order, said_backwards, turned
from proxy.core.text.contacts import contact_words
from proxy.core.text.decoding import DEPTH, FRAGMENTS, TooMuchHidden, fragment, fragments, rotated
from proxy.core.text.filenames import file_names
from proxy.core.text.grouping import squeeze
from proxy.core.text.mapped import Mapped, rewrite
from proxy.core.text.markup import hidden_values
from proxy.core.text.numberwords import number_words
from proxy.core.text.spacing import letters_apart
from proxy.core.text.spokenmarks import signs_as_digits, spoken_marks
from proxy.core.text.transforms import normalise, normalise_mapped
from proxy.core.text.views import stream, view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.model import Surface

__all__ = ["surfaces"]

_DERIVED_TIMES, _DERIVED_MORE = 4, 8_192
"""What is decoded may be that many times the original, and that many characters more."""


def surfaces(part: int, text: str) -> tuple[Surface, ...]:
    """
    Return the views of one part, `original` (if it differs) before `normalised`, each before its `grouped` twin.

    Raises:
        TooMuchHidden: more is encoded in the text than may be decoded; nothing may be searched then.
    """
    normalised = normalise(text)
    views = [] if normalised.text == text else [("original", Mapped(text=text))]
    views += _read("normalised", normalised)
    shown = in_visual_order(text, normalised)
    if shown is not None:
        views += _with_groups("mirrored", shown)
    for decoded in _Decoder(len(text)).all(normalised, hidden_values(text)):
        views += _read("decoded", decoded)
    return tuple(view(name, part, mapped) for name, mapped in views)


def _read(name: str, mapped: Mapped) -> Iterator[tuple[str, Mapped]]:
    """Yield a text in every way but decoded."""
    grouped = squeeze(mapped)
    yield name, mapped
    yield "grouped", grouped
    streamed = stream(grouped)
    if streamed is not None:
        yield "stream", streamed
    worded = rewrite(mapped, "T9", number_words(mapped.text))
    worded = rewrite(worded, "T11", contact_words(worded.text))
    worded = rewrite(worded, "T10", signs_as_digits(worded.text))
    worded = rewrite(worded, "T11", spoken_marks(worded.text))
    worded = rewrite(worded, "T14", file_names(worded.text))
    if worded is not mapped:
        yield from _with_groups("worded", worded)
    respaced = rewrite(mapped, "T14", letters_apart(mapped.text))
    if respaced is not mapped:
        yield "respaced", respaced
    backward = turned(worded)
    if backward is not None:
        yield from _with_groups("mirrored" if said_backwards(mapped.text) else "reversed", backward)


def _with_groups(name: str, mapped: Mapped) -> Iterator[tuple[str, Mapped]]:
    """Yield a text and its twin, which detectors for numbers read alone: also where both are equal."""
    yield name, mapped
    yield "grouped", squeeze(mapped)


class _Decoder:
    """Digs out what is encoded in one part, within the limits of the part."""

    def __init__(self, length: int) -> None:
        self._fragments = FRAGMENTS
        self._characters = _DERIVED_TIMES * length + _DERIVED_MORE

    def all(self, normalised: Mapped, hidden: Mapped | None) -> list[Mapped]:
        """Return everything that decodes, what is hidden in tags, and what decodes from those in turn."""
        level = list(self._decoded(normalised))
        if hidden is not None:
            level.append((normalise_mapped(hidden), False))
        found: list[Mapped] = []
        for _ in range(DEPTH):
            if not level:
                return found
            found += [mapped for mapped, _ in level]
            level = [derived for mapped, turned_back in level for derived in self._decoded(mapped, again=turned_back)]
        if level:
            # Something decodes once more, and would not be seen.
            raise TooMuchHidden
        return found

    def _decoded(self, mapped: Mapped, *, again: bool = False) -> Iterator[tuple[Mapped, bool]]:
        """Yield what a text holds, and whether by rotation: rotated again, it would be what it was."""
        for start, end, value in fragments(mapped.text):
            yield self._counted(normalise_mapped(fragment(mapped, start, end, value))), False
        turned_back = None if again else rotated(mapped)
        if turned_back is not None:
            yield self._counted(turned_back), True

    def _counted(self, mapped: Mapped) -> Mapped:
        self._fragments -= 1
        self._characters -= len(mapped.text)
        if self._fragments < 0 or self._characters < 0:
            raise TooMuchHidden
        return mapped
