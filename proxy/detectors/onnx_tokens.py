"""
A token classifier on ONNX Runtime, read in overlapping windows, whichever model it is.

Models take a bounded number of tokens and raise, or worse, beyond; so a text is read in windows, and where two of them
disagree about a token, the one that sees something wins.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from proxy.detectors.onnx_session import open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tokenizers import Tokenizer

WINDOW = 384
OVERLAP = 64
OUTSIDE = "O"
_FRAMES = (("[CLS]", "[SEP]"), ("<s>", "</s>"))
"""What models expect around a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A labelled word: its label without position, and where it stands."""

    label: str
    begins: bool
    """The model says that something new begins here."""
    start: int
    end: int


class _Mark(NamedTuple):
    label: str
    score: float


_NOTHING = _Mark(OUTSIDE, 0.0)


def windows(count: int) -> range:
    """Return where windows start, so that together they cover `count` tokens and neighbours overlap."""
    return range(0, max(1, count - OVERLAP), WINDOW - OVERLAP)


class TokenClassifier:
    """The files `config.json` (with `id2label`), `tokenizer.json` and the weights of a directory."""

    def __init__(self, root: Path, weights: str, threshold: Callable[[str], float]) -> None:
        self._session = open_session(root / weights)
        from tokenizers import Tokenizer  # noqa: PLC0415  only where a model is loaded

        labels = json.loads((root / "config.json").read_text(encoding="utf-8"))["id2label"]
        self._labels: list[str] = [labels[str(number)] for number in range(len(labels))]
        self._threshold = threshold
        self._tokenizer = Tokenizer.from_file(str(root / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._frame = _frame(self._tokenizer)
        self._inputs = frozenset(given.name for given in self._session.get_inputs())

    def words(self, text: str) -> list[Word]:
        """Return the words of which at least one token is labelled, under the label of the surest token."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        if not encoding.ids:
            return []
        return list(_words(self._classify(encoding.ids), encoding.offsets, encoding.word_ids))

    def _classify(self, ids: Sequence[int]) -> list[_Mark]:
        marks = [_NOTHING] * len(ids)
        for start in windows(len(ids)):
            chunk = ids[start : start + WINDOW]
            probabilities = self._run(chunk)
            if len(probabilities) != len(chunk):
                raise ValueError("the model answered for another number of tokens")
            for place, number in enumerate(probabilities.argmax(axis=1)):
                mark = _Mark(self._labels[int(number)], float(probabilities[place, number]))
                known = marks[start + place]
                if self._counts(mark) and (known.label == OUTSIDE or mark.score > known.score):
                    marks[start + place] = mark
        return marks

    def _counts(self, mark: _Mark) -> bool:
        return mark.label != OUTSIDE and mark.score >= self._threshold(bare(mark.label))

    def _run(self, chunk: Sequence[int]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        first, last = self._frame
        ids = np.array([[first, *chunk, last]], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        logits = self._session.run(None, {name: feed[name] for name in self._inputs})[0][0][1:-1]
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        result: np.ndarray[tuple[int, int], np.dtype[np.float32]] = shifted / shifted.sum(axis=1, keepdims=True)
        return result


def bare(label: str) -> str:
    """Return a label without its position: `B-PER` is `PER`."""
    return label[2:] if label[1:2] == "-" else label


def _frame(tokenizer: Tokenizer) -> tuple[int, int]:
    for first, last in _FRAMES:
        before, after = tokenizer.token_to_id(first), tokenizer.token_to_id(last)
        if before is not None and after is not None:
            return before, after
    raise ValueError("the tokenizer has no tokens that frame a text")


def _words(
    marks: Sequence[_Mark], offsets: Sequence[tuple[int, int]], word_ids: Sequence[int | None]
) -> Iterator[Word]:
    place = 0
    while place < len(marks):
        stop = place + 1
        while stop < len(marks) and word_ids[stop] is not None and word_ids[stop] == word_ids[place]:
            stop += 1
        label, _ = max(marks[place:stop], key=lambda mark: (mark.label != OUTSIDE, mark.score))
        start, end = offsets[place][0], offsets[stop - 1][1]
        if label != OUTSIDE and end > start:
            yield Word(
                label=bare(label), begins=marks[place].label.startswith(("B-", "S-", "U-")), start=start, end=end
            )
        place = stop
