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
from proxy.detectors.port import WrongShape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.model import Surface
    from proxy.detectors.port import PartViews, Sheet

PREFIX = "ner:"
"""Of the detectors' names: `ner:rampart`."""
LONGEST_TOGETHER = 1_000
"""Characters of a part that is looked at together with those of other posts."""
KINDS = {
    **dict.fromkeys(("PER", "PERSON", "per", "person", "I-PER", "NAME"), "PERSON"),
    **dict.fromkeys(("ORG", "ORGANIZATION", "ORGANISATION", "org"), "ORGANIZATION"),
    **dict.fromkeys(("LOC", "GPE", "FAC", "LOCATION", "loc"), "LOCATION"),
}
"""What we call the labels that models use; others are not used unless the settings name them."""


def person_confidence(text: str) -> Confidence:
    """Return `medium` for a given name with a family name, `low` for a single word."""
    words = [word for word in text.split() if sum(map(str.isalpha, word)) > 1]
    return Confidence.MEDIUM if len(words) > 1 else Confidence.LOW


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

    def find(self, parts: Sequence[PartViews]) -> Sequence[Sequence[Entity]]:
        """
        Return for each part what the model sees in its normalised view, to its end; raise when it could not.

        Many parts at once cost less than one after the other. What is found in one does not depend on the others.
        """
        ...


class NerDetector:
    """Turns what a backend sees into findings in the author's text."""

    def __init__(self, backend: NerBackend, key: bytes) -> None:
        self.name = PREFIX + backend.name
        self._rule = f"ner/{backend.name}"
        self._backend = backend
        self._key = key
        self._seen: dict[str, Sequence[Entity]] = {}

    def version(self, rules: str) -> str:  # noqa: ARG002  models depend on no word list
        """Return the digest of code, weights and libraries."""
        return self._backend.version

    def prepare(self, sheets: Sequence[Sheet]) -> None:
        """
        Look at the short parts of several posts at once, for the `find` of each; without posts, forget them.

        Long parts are left to `find`, which has the whole deadline for one post.
        """
        self._seen.clear()
        parts = [part for sheet in sheets for part in sheet.parts if len(part.normalised.text) <= LONGEST_TOGETHER]
        if parts:
            texts = (part.normalised.text for part in parts)
            self._seen.update(zip(texts, self._look(parts), strict=True))

    def find(self, sheet: Sheet) -> list[Finding]:
        """Return what the model sees in the normalised view of every part."""
        texts = [part.normalised.text for part in sheet.parts]
        if any(text not in self._seen for text in texts):
            seen: Sequence[Sequence[Entity]] = self._look(sheet.parts)
        else:
            seen = [self._seen[text] for text in texts]
        return [
            finding
            for part, entities in zip(sheet.parts, seen, strict=True)
            for finding in self._findings(part.normalised, entities)
        ]

    def _look(self, parts: Sequence[PartViews]) -> Sequence[Sequence[Entity]]:
        seen = self._backend.find(parts)
        if len(seen) != len(parts):
            raise WrongShape
        return seen

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
