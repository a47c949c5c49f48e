"""
Run a word list over a sample as detection does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.detection.lexicon import LexiconMatcher
from proxy.core.text.surfaces import surfaces

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.core.model import Lexicon

_VIEW = "normalised"


def word_search(lexicon: Lexicon) -> Callable[[str], list[str]]:
    """
    Return a function that gives the pieces of a text which a word list hits.

    Raises:
        ValueError: no search can be built of the list.
    """
    matcher = LexiconMatcher((lexicon,))

    def hits(text: str) -> list[str]:
        return [
            text[finding.span.start : finding.span.end]
            for surface in surfaces(0, text)
            if surface.name == _VIEW
            for finding in matcher.find(surface)
        ]

    return hits
