"""
The second look at a post: a small transformer that was taught on the same posts as the linear model.

It costs far more and understands more, so it is asked only about posts that the first look cannot
clear. It is multilingual-e5-small (Wang et al. 2024), with the pieces of German and English words only, fine-tuned, its
weights one byte each. It answers with log odds that a text gives something away.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from proxy.detectors.onnx_session import open_session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["MOST_WINDOWS", "TOKENIZER", "WEIGHTS", "WINDOW", "Encoder", "Reading", "windows"]

WEIGHTS, TOKENIZER = "encoder.onnx", "tokenizer.json"
WINDOW = 254
"""Tokens that are read together; it was taught on no more."""
OVERLAP = 30
MOST_WINDOWS = 6
"""Windows read of one post, so that a long one does not keep a worker from all others."""
_MOST_CHARACTERS = 12_000
"""More are never cut into tokens."""
_FIRST, _LAST = 0, 2
"""Tokens that frame a text."""


class Reading(NamedTuple):
    """What the second look says."""

    score: float
    """Log odds, of the window that says most."""
    windows: int
    """How many were read."""
    whole: bool
    """Whether the text was read to its end."""


def windows(count: int) -> range:
    """Return where windows start, so that together they cover `count` tokens and neighbours overlap."""
    return range(0, max(1, count - OVERLAP), WINDOW - OVERLAP)


class Encoder:
    """The files `encoder.onnx` and `tokenizer.json` of a directory, which were checked before."""

    def __init__(self, root: Path) -> None:
        self._session = open_session(root / WEIGHTS)
        from tokenizers import Tokenizer  # noqa: PLC0415  only where a model is loaded

        self._tokenizer = Tokenizer.from_file(str(root / TOKENIZER))

    def read(self, text: str, most: int = MOST_WINDOWS) -> Reading:
        """
        Return the log odds that a text gives something away, read in at most so many windows (one or more).

        Raises:
            ValueError: the model answered with no number, which would be taken for nothing found.
        """
        readable = text[:_MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        ids = self._tokenizer.encode(readable, add_special_tokens=False).ids
        starts = windows(len(ids))
        read = starts[: max(most, 1)]
        return Reading(
            score=max(self._run(ids[start : start + WINDOW]) for start in read),
            windows=len(read),
            whole=len(read) == len(starts) and len(text) <= _MOST_CHARACTERS,
        )

    def _run(self, ids: Sequence[int]) -> float:
        framed = np.array([[_FIRST, *ids, _LAST]], dtype=np.int64)
        score = float(self._session.run(None, {"ids": framed})[0][0, 0])
        if not isfinite(score):
            raise ValueError("the encoder answered with no number")
        return score
