"""
The backend `spacy-en`: spaCy's small English pipeline, its named-entity component alone.

Only sentences that are English or unclear are shown to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.text.language import is_german
from proxy.detectors.models import SPACY_EN
from proxy.detectors.ner import KINDS, Entity
from proxy.detectors.ner_versions import spacy_en_version
from proxy.detectors.spacy_pipe import SpacyPipe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.model import Span
    from proxy.detectors.port import PartViews


class SpacyEnglish:
    """Names of people, organisations and places in English sentences."""

    name = "spacy-en"

    def __init__(self, path: str | None = None) -> None:
        # `ner` brings its own vectors.
        self._pipe = SpacyPipe(SPACY_EN.locate(path), without=("tok2vec",))
        self.version = spacy_en_version()

    def words_kept(self) -> int:
        """Return how many strings the pipeline remembers; it must not grow with what it is shown."""
        return self._pipe.words_kept()

    def find(self, parts: Sequence[PartViews]) -> list[list[Entity]]:
        """Return the entities of every stretch of sentences that are not German."""
        places = [
            (number, start, part.normalised.text[start:end])
            for number, part in enumerate(parts)
            for start, end in _stretches(part.normalised.text, part.sentences)
        ]
        found: list[list[Entity]] = [[] for _ in parts]
        seen = self._pipe.read([text for *_, text in places])
        for (number, offset, _), names in zip(places, seen, strict=True):
            found[number].extend(
                Entity(kind=KINDS[label], start=offset + start, end=offset + end)
                for label, start, end in names
                if label in KINDS
            )
        return found


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
