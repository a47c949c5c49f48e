"""
What an author says for an appeal: for those who decide about it, and nobody else.

It stays inside the house, sealed with the post and erased with it; it is never sent, and decides nothing. Detectors
look at it as at a post, only so that it can be covered like one: where they did not look to the end, all of it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.model import Part, PartKind
from proxy.gate.review_cover import covered, covers, places_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from proxy.core.model import Scan
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.ports import Scanner

LONGEST = 2_000
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plea:
    """What an author says, and what detectors found in it."""

    text: str = field(repr=False)
    scan: Scan


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlea:
    """What a reviewer sees of it."""

    text: str = field(repr=False)
    covered: int
    """How many places are covered, or were."""


async def looked_at(scanner: Scanner, bundle: PolicyBundle, text: str) -> Plea:
    """Return what an author says, with what was found in it."""
    return Plea(text=text, scan=await scanner.scan((_part(text),), bundle))


def shown_plea(says: Mapping[str, Any], *, revealed: bool) -> ShownPlea | None:
    """
    Return what a reviewer sees of a plea, from the content of the appeal's first record; None: its author said nothing.

    Raises:
        LookupError, TypeError, ValueError: it is no content that this version wrote.
    """
    kept = says.get("plea")
    if kept is None:
        return None
    text: str = kept["text"]
    (hidden,) = covers((_part(text),), places_in(kept["findings"])) if kept["complete"] else (((0, len(text)),),)
    return ShownPlea(text=text if revealed else covered(text, hidden), covered=len(hidden))


def _part(text: str) -> Part:
    return Part(kind=PartKind.COMMENT, slot="plea", text=text)
