"""
The detector `identifiers`: numbers proven by check digits, names after a title, and what the recognizers describe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.detection.confidential import ConfidentialMatcher
from proxy.core.detection.names import find_names
from proxy.core.detection.numbers import find_in_views
from proxy.core.detection.recognizers import RecognizerMatcher
from proxy.core.model import House
from proxy.detectors.port import RulesUnknown
from proxy.detectors.versions import digest_of, with_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Finding, Recognizer
    from proxy.detectors.port import Sheet

NAME = "identifiers"
NO_HOUSE = House()
KEPT = 2
"""Sets of recognizers that stay usable."""


def expected_version() -> str:
    """Return the version that this code has, without the recognizers."""
    return digest_of(NAME, modules=("identifiers",), libraries=("google-re2",))


class IdentifierDetector:
    """Runs the house's own number and name finders and the recognizers of the bundle over every view."""

    name = NAME

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._version = expected_version()
        self._matchers: dict[str, tuple[RecognizerMatcher, ConfidentialMatcher]] = {}
        self.learn("", ())

    def learn(self, rules: str, recognizers: Sequence[Recognizer], house: House = NO_HOUSE) -> None:
        """Keep a set under its digest; the oldest of three is forgotten."""
        matcher = RecognizerMatcher(recognizers, self._key), ConfidentialMatcher(house, self._key)
        self._matchers.pop(rules, None)
        self._matchers[rules] = matcher
        while len(self._matchers) > KEPT + 1:
            del self._matchers[next(name for name in self._matchers if name)]

    def version(self, rules: str) -> str:
        """Return the digest of code and recognizers; `find` has refused every other."""
        return with_rules(self._version, rules)

    def find(self, sheet: Sheet) -> list[Finding]:
        """
        Return numbers, names after titles and what recognizers find, in every view made for it.

        Raises:
            RulesUnknown: the set that the scan names is not here.
        """
        matchers = self._matchers.get(sheet.rules)
        if matchers is None:
            raise RulesUnknown
        matcher, confidential = matchers
        found: list[Finding] = []
        for part in sheet.parts:
            found.extend(find_in_views(part.surfaces, self._key))
            found.extend(find_names(part.normalised, self._key))
            found.extend(matcher.find(part.surfaces))
        found.extend(find_in_views(sheet.joined, self._key))
        found.extend(matcher.find(sheet.joined))
        for view in (*(view for part in sheet.parts for view in part.surfaces), *sheet.joined):
            found.extend(confidential.find(view))
        return found
