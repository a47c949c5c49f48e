"""
A spaCy pipeline that names things, whichever model it is.

spaCy keeps every word it ever saw; a memory zone forgets them after each batch. Nothing of a document outlives the
zone: plain values are copied out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import spacy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_BATCH = 32
_UNUSED = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer", "textcat", "entity_linker")
"""Components that name nothing."""


class Named(NamedTuple):
    """A name: the label that the model gives, and a range of the text."""

    label: str
    start: int
    end: int


class SpacyPipe:
    """The components of a pipeline that names need."""

    def __init__(self, folder: Path, *, without: Sequence[str] = ()) -> None:
        self.pipeline = spacy.load(folder, exclude=[*_UNUSED, *without])
        self.pipeline.max_length = 10_000_000

    def words_kept(self) -> int:
        """Return how many strings the pipeline remembers; it must not grow with what it is shown."""
        return len(self.pipeline.vocab.strings)

    def read(self, texts: Sequence[str]) -> list[list[Named]]:
        """Return the names in each text, in order."""
        with self.pipeline.memory_zone():
            return [
                [
                    Named(entity.label_, entity.start_char, entity.end_char)
                    for entity in document.ents
                    if entity.end_char > entity.start_char
                ]
                for document in self.pipeline.pipe(texts, batch_size=_BATCH)
            ]
