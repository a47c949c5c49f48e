"""
From the texts of a post to the sheet that detectors search: views and sentences of every part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.text.joining import joined
from proxy.core.text.sentences import sentences
from proxy.core.text.surfaces import surfaces
from proxy.detectors.port import PartViews, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Span


def make_sheet(texts: Sequence[str], rules: str, thread: Sequence[str] = (), register: str = "") -> Sheet:
    """
    Build all views of all parts, and those of the parts together with earlier texts of the thread.

    Raises:
        LookupError: a part got no normalised view; nothing may be searched then.
    """
    parts = tuple(_views(part, text) for part, text in enumerate(texts))
    return Sheet(
        parts=parts, rules=rules, register=register, joined=joined([part.normalised for part in parts], thread)
    )


def _views(part: int, text: str) -> PartViews:
    views = surfaces(part, text)
    for view in views:
        if view.name == "normalised":
            return PartViews(surfaces=views, normalised=view, sentences=sentences(view.text))
    raise LookupError("no normalised view")


def author_sentences(part: PartViews) -> tuple[Span, ...]:
    """Return the sentences of a part as spans of the author's text."""
    view = part.normalised
    return tuple(view.origin(span.start, span.end) for span in part.sentences)
