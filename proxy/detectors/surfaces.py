"""
The detector `surfaces`: proof that the views of a post were made, and what they show that is no finding.

The worker makes them before any detector runs; if that fails, every detector is missing. Nothing is found here: links
and languages are facts, for rules that ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.text.language import language
from proxy.core.text.links import links
from proxy.detectors.port import Described
from proxy.detectors.versions import digest_of

if TYPE_CHECKING:
    from proxy.core.model import Finding
    from proxy.detectors.port import Sheet

NAME = "surfaces"


def expected_version() -> str:
    """Return the version that this code has."""
    return digest_of(NAME, modules=("surfaces",))


class SurfacesDetector:
    """Vouches for the sheet it is handed."""

    name = NAME

    def __init__(self) -> None:
        self._version = expected_version()

    def version(self, rules: str) -> str:  # noqa: ARG002  the views depend on no word list
        """Return the digest of the code that makes the views."""
        return self._version

    def find(self, sheet: Sheet) -> tuple[Finding, ...]:
        """Return nothing; a sheet without views never gets here."""
        for part in sheet.parts:
            if part.normalised not in part.surfaces:
                raise LookupError("no normalised view")
        return ()

    def describe(self, sheet: Sheet) -> Described:
        """Return the links of all parts, and what language each is in."""
        return Described(
            links=tuple(link for part in sheet.parts for link in links(part.surfaces)),
            languages=tuple(language(part.normalised.text) for part in sheet.parts),
        )
