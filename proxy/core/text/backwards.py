"""
T12: text written backwards, and text that only bidirectional controls show forwards.

The backward view is made where a backward number or address could be: it costs as much as the text itself. Where the
author says that something is to be read backwards, a few digits are enough.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

from proxy.core.model import Span
from proxy.core.text.mapped import Mapped, offsets

__all__ = ["in_visual_order", "said_backwards", "turned"]

_OVERRIDE = "\u202e"
_ENDS_OVERRIDE = re.compile("[\u202a-\u202e\u2066-\u2069\n\r\u2029]")
FEWEST_DIGITS = 8
_FEWEST_WHEN_SAID = 3
_DIGIT = re.compile("[0-9]")
_SAID = re.compile(
    r"r(?:ü|ue)ckw(?:ä|ae)rts|(?:von|vo|vun|fo) (?:ganz )?(?:hint|achter)|(?:von|vo) rechts"
    r"|(?:verkehrt|falsch|anders|andas) ?(?:he)?r(?:um|üm)|spiegel(?:verkehrt|schrift|bild)|gespiegelt"
    r"|um(?:ge|zu)?(?:dreh|kehr)|backward|revers|right to left|mirror|back to front|flip it"
)
"""Ways to say that something is to be read backwards, in German and English."""
_ENDINGS = ("ed.", "ta.", "hc.", "il.", "ue.", "moc.", "gro.", "ten.", "ofni.", "ku.", "su.", "oi.")
_BACKWARD_ADDRESS = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, _ENDINGS))})[\w.-]{{1,64}}@\w")


def turned(mapped: Mapped) -> Mapped | None:
    """Return the text backwards; None where no number and no address could be in it."""
    text = mapped.text
    digits = len(_DIGIT.findall(text))
    said = digits >= _FEWEST_WHEN_SAID and digits < FEWEST_DIGITS and said_backwards(text)
    if digits < FEWEST_DIGITS and not said and not _backward_address(text):
        return None
    return _with_backward(mapped, [(0, len(text))])


def said_backwards(text: str) -> bool:
    """Return whether a text says that something in it is to be read backwards."""
    return _SAID.search(text.lower()) is not None


def _backward_address(text: str) -> bool:
    if "@" not in text:
        return False
    lowered = text.lower()
    return any(ending in lowered for ending in _ENDINGS) and _BACKWARD_ADDRESS.search(lowered) is not None


def in_visual_order(original: str, mapped: Mapped) -> Mapped | None:
    """Return the text as right-to-left overrides show it; None without any."""
    if _OVERRIDE not in original:
        return None
    starts, _ = offsets(mapped)
    ranges: list[tuple[int, int]] = []
    position = original.find(_OVERRIDE)
    while position >= 0:
        closing = _ENDS_OVERRIDE.search(original, position + 1)
        end = closing.start() if closing else len(original)
        first, last = bisect_left(starts, position), bisect_left(starts, end)
        if last - first > 1:
            ranges.append((first, last))
        position = original.find(_OVERRIDE, end)
    return _with_backward(mapped, ranges) if ranges else None


def _with_backward(mapped: Mapped, ranges: list[tuple[int, int]]) -> Mapped:
    """Return the text with the given ranges (sorted, disjoint) backwards, all of them evaded."""
    starts, ends = offsets(mapped)
    cuts = [0, *(edge for one in ranges for edge in one), len(starts)]
    text: list[str] = []
    new_starts, new_ends = starts[:0], ends[:0]
    for number, (first, last) in enumerate(pairwise(cuts)):
        step = -1 if number % 2 else 1
        text.append(mapped.text[first:last][::step])
        new_starts.extend(starts[first:last][::step])
        new_ends.extend(ends[first:last][::step])
    places = tuple(Span(start=starts[first], end=max(ends[first:last])) for first, last in ranges)
    return Mapped(
        text="".join(text),
        starts=new_starts,
        ends=new_ends,
        evasive=places,
        transforms=(*(name for name in mapped.transforms if name != "T12"), "T12"),
    )
