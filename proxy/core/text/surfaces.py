"""
The views of a part in which detectors search.

| name | made of |
|---|---|
| `original` | the author's text; only there when `normalised` differs from it |
| `normalised` | T2 to T7 undone, case kept |
| `grouped` | `normalised`, letters and digits joined over one to three separators |

Each view maps back to the author's characters. A new view is one more line here and one more `Mapped -> Mapped`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import Surface
from proxy.core.text.grouping import squeeze
from proxy.core.text.transforms import normalise

if TYPE_CHECKING:
    from proxy.core.text.mapped import Mapped

__all__ = ["surfaces"]


def surfaces(part: int, text: str) -> tuple[Surface, ...]:
    """Return the views of one part, `original` (if it differs) before `normalised` before `grouped`."""
    normalised = normalise(text)
    views = (_view("normalised", part, normalised), _view("grouped", part, squeeze(normalised)))
    if normalised.text == text:
        return views
    return (Surface(name="original", part=part, text=text), *views)


def _view(name: str, part: int, mapped: Mapped) -> Surface:
    return Surface(
        name=name,
        part=part,
        text=mapped.text,
        starts=mapped.starts,
        ends=mapped.ends,
        evasive=mapped.evasive,
        transforms=mapped.transforms,
    )
