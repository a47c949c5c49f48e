"""
A backend as the code of a house could bring it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from proxy.core.model import Confidence
from proxy.detectors.ner import Entity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from proxy.detectors.port import PartViews


class Backend:
    """Sees one person at the beginning of each part, as long and as sure as a file says."""

    name = "ignored"
    version = "ignored"

    def __init__(self, end: int, confidence: Confidence) -> None:
        self._entity = Entity(kind="PERSON", start=0, end=end, confidence=confidence)

    def find(self, parts: Sequence[PartViews]) -> list[list[Entity]]:
        """Return it."""
        return [[self._entity] for _ in parts]


def backend(root: Path) -> Backend:
    """Read the file."""
    said = json.loads((root / "answer.json").read_text(encoding="utf-8"))
    return Backend(said["end"], Confidence(said["confidence"]))
