"""
The backend `spacy-en`: spaCy's small English pipeline, its named-entity component alone.

Only sentences that are English or unclear are shown to it. spaCy keeps every word it ever saw; a memory zone forgets
them after each text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import spacy

from proxy.detectors.language import is_german
from proxy.detectors.models import SPACY_EN
from proxy.detectors.ner import Entity
from proxy.detectors.ner_versions import spacy_en_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.model import Span
    from proxy.detectors.port import PartViews

_UNUSED = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
"""Components that are never loaded; `ner` brings its own vectors."""
_KINDS = {"PERSON": "PERSON", "ORG": "ORGANIZATION", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION"}


class SpacyEnglish:
    """Names of people, organisations and places in English sentences."""

    name = "spacy-en"

    def __init__(self, path: str | None = None) -> None:
        self._pipeline = spacy.load(SPACY_EN.locate(path), exclude=list(_UNUSED))
        self.version = spacy_en_version()

    def words_kept(self) -> int:
        """Return how many strings the pipeline remembers; it must not grow with what it is shown."""
        return len(self._pipeline.vocab.strings)

    def find(self, part: PartViews) -> list[Entity]:
        """Return the entities of every stretch of sentences that are not German."""
        text = part.normalised.text
        return [entity for start, end in _stretches(text, part.sentences) for entity in self._find_in(text, start, end)]

    def _find_in(self, text: str, start: int, end: int) -> list[Entity]:
        with self._pipeline.memory_zone():
            document = self._pipeline(text[start:end])
            # Plain values are copied out: nothing of the document outlives the zone.
            return [
                Entity(kind=_KINDS[entity.label_], start=start + entity.start_char, end=start + entity.end_char)
                for entity in document.ents
                if entity.label_ in _KINDS and entity.end_char > entity.start_char
            ]


def _stretches(text: str, sentences: tuple[Span, ...]) -> Iterator[tuple[int, int]]:
    """Yield ranges of neighbouring sentences that are English or unclear."""
    start = end = -1
    for sentence in sentences:
        if is_german(text[sentence.start : sentence.end]):
            if start >= 0:
                yield start, end
            start = -1
            continue
        start, end = (sentence.start if start < 0 else start), sentence.end
    if start >= 0:
        yield start, end
