"""
From texts with their maps to views, and back.

`stream` is the view of last resort: nothing but the ASCII letters and digits of a text, for numbers whose check says
enough by itself.
"""

from __future__ import annotations

import re
from array import array
from itertools import compress
from typing import TYPE_CHECKING

from proxy.core.model import Surface
from proxy.core.text.mapped import OFFSET, Mapped, offsets

if TYPE_CHECKING:
    from proxy.core.model import Piece

__all__ = ["mapped_of", "stream", "view"]

FEWEST_DIGITS = 10
"""Below, no number with a check that a stream could prove is in the text."""
_DIGIT = re.compile("[0-9]")
_KEPT_IN_STREAM = bytes(chr(code).isalnum() and code < 128 for code in range(256))


def view(name: str, part: int, mapped: Mapped, pieces: tuple[Piece, ...] = ()) -> Surface:
    """Return a text with its map as a view of a part."""
    return Surface(
        name=name,
        part=part,
        text=mapped.text,
        starts=mapped.starts,
        ends=mapped.ends,
        evasive=mapped.evasive,
        transforms=mapped.transforms,
        pieces=pieces,
    )


def mapped_of(surface: Surface) -> Mapped:
    """Return the text of a view with its map, to be transformed further."""
    return Mapped(
        text=surface.text,
        starts=surface.starts,
        ends=surface.ends,
        evasive=surface.evasive,
        transforms=surface.transforms,
    )


def stream(mapped: Mapped) -> Mapped | None:
    """Return only ASCII letters, as capitals, and digits; None where too few digits are left or nothing falls out."""
    text = mapped.text
    if len(_DIGIT.findall(text)) < FEWEST_DIGITS:
        return None
    kept = text.encode("ascii", "replace").translate(_KEPT_IN_STREAM)
    if 0 not in kept:
        return None
    starts, ends = offsets(mapped)
    return Mapped(
        text="".join(compress(text, kept)).upper(),
        starts=array(OFFSET, compress(starts, kept)),
        ends=array(OFFSET, compress(ends, kept)),
        evasive=mapped.evasive,
        transforms=mapped.transforms,
    )
