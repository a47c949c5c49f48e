"""
What the language-model backends share: the inner port, and the detector around one backend.

A model's opinion on its own is `low`; a name counts `medium` when given name and family name stand together, or when
two detectors agree (see `signals`). A model never proves anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.model import Confidence, Finding, View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.model import Surface
    from proxy.detectors.port import PartViews, Sheet

PREFIX = "ner:"
"""Of the detectors' names: `ner:rampart`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something a model sees, as a range of the text it was given."""

    kind: str
    start: int
    end: int
    confidence: Confidence = Confidence.LOW


class NerBackend(Protocol):
    """A language model."""

    name: str
    version: str

    def find(self, part: PartViews) -> Sequence[Entity]:
        """Return what the model sees in the normalised view, to its end; raise when it could not."""
        ...


class NerDetector:
    """Turns what a backend sees into findings in the author's text."""

    def __init__(self, backend: NerBackend, key: bytes) -> None:
        self.name = PREFIX + backend.name
        self._rule = f"ner/{backend.name}"
        self._backend = backend
        self._key = key

    def version(self, rules: str) -> str:  # noqa: ARG002  models depend on no word list
        """Return the digest of code, weights and libraries."""
        return self._backend.version

    def find(self, sheet: Sheet) -> list[Finding]:
        """Return what the model sees in the normalised view of every part."""
        return [
            finding for part in sheet.parts for finding in self._findings(part.normalised, self._backend.find(part))
        ]

    def _findings(self, view: Surface, entities: Sequence[Entity]) -> Iterator[Finding]:
        for entity in entities:
            place = view.place(entity.start, entity.end)
            if place is None:
                continue
            part, span = place
            seen = view.view_of(span)
            yield Finding(
                rule=self._rule,
                entity=entity.kind,
                confidence=entity.confidence,
                part=part,
                span=span,
                view=seen,
                transforms=view.transforms if seen is View.DEOBFUSCATED else (),
                fingerprint=fingerprint(self._key, entity.kind, view.text[entity.start : entity.end]),
                detector=self.name,
            )
