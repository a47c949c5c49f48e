"""
The backend `rampart`: a small German and English token classifier on ONNX Runtime.

The model takes 512 tokens and raises beyond, so a text is read in overlapping windows; where two windows disagree about
a token, the one that sees something wins. Its kinds of numbers are unreliable and become OTHER_IDENTIFIER; its e-mail
and web addresses are left to better finders.

ONNX Runtime's official builds upload reports from native threads unless `ORT_DISABLE_TELEMETRY` is in the environment
before it is loaded. So it is loaded late, and not at all without that.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from proxy.core.model import Confidence
from proxy.detectors.models import RAMPART
from proxy.detectors.ner import Entity
from proxy.detectors.ner_versions import rampart_version
from proxy.detectors.port import TalksToItsMaker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tokenizers import Tokenizer

    from proxy.detectors.port import PartViews

WINDOW = 384
OVERLAP = 64
NAME_THRESHOLD = 0.3
THRESHOLD = 0.5

_NAMES = frozenset({"GIVEN_NAME", "SURNAME"})
_STREET = frozenset({"STREET_NAME", "BUILDING_NUMBER", "SECONDARY_ADDRESS", "ZIP_CODE"})
_PLACES = frozenset({"CITY", "STATE"})
_NUMBERS = frozenset(
    {"BANK_ACCOUNT", "DRIVERS_LICENSE", "GOVERNMENT_ID", "PASSPORT", "PHONE", "ROUTING_NUMBER", "TAX_ID"},
)
_FAMILIES = {
    **dict.fromkeys(_NAMES, "name"),
    **dict.fromkeys(_STREET | _PLACES, "address"),
    **dict.fromkeys(_NUMBERS, "number"),
}
"""Labels whose words may belong to one finding. What is not here is not used."""
_GLUE = {
    "name": re.compile(r"[ \u00a0]?[-'’.]?[ \u00a0]?"),
    "address": re.compile(r"[\s,./-]{0,3}"),
    "number": re.compile(r"[ ./-]?"),
}
"""What may stand between two words of one finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A labelled word: its family, what the model called it, and where it stands."""

    family: str
    label: str
    begins: bool
    """The model says that something new begins here."""
    start: int
    end: int


class Rampart:
    """Names, addresses and numbers in German and English."""

    name = "rampart"

    def __init__(self, path: str | None = None) -> None:
        if os.environ.get("ORT_DISABLE_TELEMETRY") != "1":
            raise TalksToItsMaker
        root = RAMPART.locate(path)
        import onnxruntime  # noqa: PLC0415  see above
        from tokenizers import Tokenizer  # noqa: PLC0415

        labels = json.loads((root / "config.json").read_text(encoding="utf-8"))["id2label"]
        self._labels: list[str] = [labels[str(number)] for number in range(len(labels))]
        self._tokenizer = Tokenizer.from_file(str(root / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._first: int = _special(self._tokenizer, "[CLS]")
        self._last: int = _special(self._tokenizer, "[SEP]")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(
            str(root / "onnx" / "model_q4.onnx"),
            sess_options=options,
            providers=["CPUExecutionProvider"],
        )
        self._inputs = frozenset(given.name for given in self._session.get_inputs())
        self.version = rampart_version()

    def find(self, part: PartViews) -> list[Entity]:
        """Return the entities of the whole normalised view."""
        text = part.normalised.text
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        ids, offsets = encoding.ids, encoding.offsets
        if not ids:
            return []
        marks = self._classify(ids)
        words = list(_words(marks, offsets, encoding.word_ids))
        return [entity for group in groups(words, text) for entity in entities(group)]

    def _classify(self, ids: Sequence[int]) -> list[tuple[str, float]]:
        """Return (label, probability) for each token; `O` where the model sees nothing."""
        marks: list[tuple[str, float]] = [("O", 0.0)] * len(ids)
        for start in windows(len(ids)):
            chunk = ids[start : start + WINDOW]
            probabilities = self._run(chunk)
            if len(probabilities) != len(chunk):
                raise ValueError("the model answered for another number of tokens")
            best = probabilities.argmax(axis=1)
            for place, number in enumerate(best):
                label, score = self._labels[int(number)], float(probabilities[place, number])
                known, known_score = marks[start + place]
                if _counts(label, score) and (known == "O" or score > known_score):
                    marks[start + place] = (label, score)
        return marks

    def _run(self, chunk: Sequence[int]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        ids = np.array([[self._first, *chunk, self._last]], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        logits = self._session.run(None, {name: feed[name] for name in self._inputs})[0][0][1:-1]
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        result: np.ndarray[tuple[int, int], np.dtype[np.float32]] = shifted / shifted.sum(axis=1, keepdims=True)
        return result


def windows(count: int) -> range:
    """Return where windows start, so that together they cover `count` tokens and neighbours overlap."""
    return range(0, max(1, count - OVERLAP), WINDOW - OVERLAP)


def _special(tokenizer: Tokenizer, token: str) -> int:
    number = tokenizer.token_to_id(token)
    if number is None:
        raise ValueError("the tokenizer lacks its special tokens")
    return int(number)


def _counts(label: str, score: float) -> bool:
    kind = label[2:]
    return kind in _FAMILIES and score >= (NAME_THRESHOLD if kind in _NAMES else THRESHOLD)


def _words(
    marks: Sequence[tuple[str, float]],
    offsets: Sequence[tuple[int, int]],
    word_ids: Sequence[int | None],
) -> Iterator[Word]:
    """Yield words of which at least one token is labelled, under the label of the surest token."""
    place = 0
    while place < len(marks):
        stop = place + 1
        while stop < len(marks) and word_ids[stop] is not None and word_ids[stop] == word_ids[place]:
            stop += 1
        label, _score = max(marks[place:stop], key=lambda mark: (mark[0] != "O", mark[1]))
        start, end = offsets[place][0], offsets[stop - 1][1]
        if label != "O" and end > start:
            yield Word(
                family=_FAMILIES[label[2:]],
                label=label[2:],
                begins=marks[place][0].startswith("B-"),
                start=start,
                end=end,
            )
        place = stop


def groups(words: Sequence[Word], text: str) -> Iterator[list[Word]]:
    """Yield runs of words that belong to one person, address or number."""
    group: list[Word] = []
    for word in words:
        if group and not _continues(group, word, text):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _continues(group: list[Word], word: Word, text: str) -> bool:
    last = group[-1]
    if word.family != last.family or _GLUE[word.family].fullmatch(text, last.end, word.start) is None:
        return False
    # "Anna Meier Peter Schulz": a new given name after a family name is a new person.
    return not (word.begins and word.label == "GIVEN_NAME" and last.label == "SURNAME")


def entities(group: Sequence[Word]) -> Iterator[Entity]:
    """Yield what a run of words amounts to."""
    labels = {word.label for word in group}
    start, end = group[0].start, group[-1].end
    match group[0].family:
        case "name":
            whole = labels >= _NAMES
            yield Entity(kind="PERSON", start=start, end=end, confidence=Confidence.MEDIUM if whole else Confidence.LOW)
        case "address" if labels & _STREET:
            exact = {"STREET_NAME", "BUILDING_NUMBER"} <= labels
            yield Entity(
                kind="ADDRESS", start=start, end=end, confidence=Confidence.MEDIUM if exact else Confidence.LOW
            )
        case "address":
            yield Entity(kind="LOCATION", start=start, end=end)
        case _:
            yield Entity(kind="OTHER_IDENTIFIER", start=start, end=end)
