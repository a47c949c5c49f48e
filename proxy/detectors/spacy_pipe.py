"""
A spaCy pipeline that names things, whichever model it is.

Matrices are multiplied by NumPy's BLAS, which takes two thirds of the time of the one that spaCy brings, for the small
matrices of a post. spaCy keeps every word it ever saw; a memory zone forgets them after each batch. Nothing of a
document outlives the zone: plain values are copied out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import spacy
from thinc.api import NumpyOps, get_current_ops, set_current_ops

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spacy.language import Language

    _Matrix: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.float32]]

_BATCH = 32
_UNUSED = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer", "textcat", "entity_linker")
"""Components that name nothing."""


class Named(NamedTuple):
    """A name: the label that the model gives, and a range of the text."""

    label: str
    start: int
    end: int


class _Blas(NumpyOps):  # type: ignore[misc]  # thinc brings no types
    """Operations of thinc with NumPy's matrix product."""

    def gemm(
        self,
        x: _Matrix,
        y: _Matrix,
        out: _Matrix | None = None,
        trans1: bool = False,  # noqa: FBT001, FBT002  thinc calls it so
        trans2: bool = False,  # noqa: FBT001, FBT002
    ) -> _Matrix:
        """Return the product of two matrices, each turned round if asked for."""
        product: _Matrix = np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)
        return product


def _load(folder: Path, without: Sequence[str]) -> Language:
    """Load a pipeline whose models use our operations."""
    usual = get_current_ops()
    set_current_ops(_Blas())
    try:
        return spacy.load(folder, exclude=[*_UNUSED, *without])
    finally:
        set_current_ops(usual)


class SpacyPipe:
    """The components of a pipeline that names need."""

    def __init__(self, folder: Path, *, without: Sequence[str] = ()) -> None:
        self.pipeline = _load(folder, without)
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
