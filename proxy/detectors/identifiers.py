"""
The detector `identifiers`: numbers proven by check digits, and names after a title.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.detection.candidates import find_numbers
from proxy.core.detection.names import find_names
from proxy.detectors.versions import digest_of

if TYPE_CHECKING:
    from proxy.core.model import Finding
    from proxy.detectors.port import Sheet

NAME = "identifiers"


def expected_version() -> str:
    """Return the version that this code has."""
    return digest_of(NAME, modules=("identifiers",))


class IdentifierDetector:
    """Runs the house's own number and name finders over every view."""

    name = NAME

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._version = expected_version()

    def version(self, rules: str) -> str:  # noqa: ARG002  numbers depend on no word list
        """Return the digest of the code."""
        return self._version

    def find(self, sheet: Sheet) -> list[Finding]:
        """Return numbers of the grouped views, and names of the normalised ones, where words are still apart."""
        found: list[Finding] = []
        for part in sheet.parts:
            for view in part.surfaces:
                if view.name == "grouped":
                    found.extend(find_numbers(view, self._key))
            found.extend(find_names(part.normalised, self._key))
        return found
