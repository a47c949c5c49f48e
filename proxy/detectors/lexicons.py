"""
The detector `lexicons`: words and phrases of the bundle's lists, in every view.

Two sets are kept, so that posts under the old bundle are still answered while a new one is being loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.detection.lexicon import LexiconMatcher
from proxy.detectors.port import RulesUnknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Finding, Lexicon
    from proxy.detectors.port import Sheet

NAME = "lexicons"
KEPT = 2
"""Sets of word lists that stay usable."""


class LexiconDetector:
    """Looks for words of the set that a scan names, and of no other."""

    name = NAME

    def __init__(self) -> None:
        self._matchers: dict[str, LexiconMatcher] = {}

    def load(self, rules: str, lexicons: Sequence[Lexicon]) -> None:
        """Keep a set under its digest; the oldest of three is forgotten."""
        matcher = LexiconMatcher(lexicons)
        self._matchers.pop(rules, None)
        self._matchers[rules] = matcher
        while len(self._matchers) > KEPT:
            del self._matchers[next(iter(self._matchers))]

    def version(self, rules: str) -> str:
        """Return the digest that the scan asks for; `find` has refused every other."""
        return rules

    def find(self, sheet: Sheet) -> list[Finding]:
        """
        Return the word hits of all views.

        Raises:
            RulesUnknown: the set that the scan names is not here.
        """
        matcher = self._matchers.get(sheet.rules)
        if matcher is None:
            raise RulesUnknown
        return [finding for part in sheet.parts for view in part.surfaces for finding in matcher.find(view)]
