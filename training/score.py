"""
How good a pipeline is: strict F1, and how many mentions of people it touches at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import process_time
from typing import TYPE_CHECKING

from training.examples import LABELS, Example, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Figures of one pipeline on one corpus, in percent where nothing else is said."""

    precision: dict[str, float]
    recall: dict[str, float]
    f1: dict[str, float]
    overlap_recall: float
    """Share of people of whom at least one character was called a person, from 0 to 1."""
    overlap_precision: float
    """Share of found people that touch a person, from 0 to 1."""
    tokens_per_cpu_second: int


def score(pipeline: Language, examples: Sequence[Example]) -> Score:
    """Return the figures of the pipeline on the examples."""
    begun = process_time()
    documents = list(pipeline.pipe([example.text for example in examples], batch_size=256))
    spent = max(process_time() - begun, 1e-9)
    found = [
        tuple(Mark(entity.start_char, entity.end_char, entity.label_) for entity in document.ents)
        for document in documents
    ]
    return compare([example.marks for example in examples], found, round(sum(map(len, documents)) / spent))


def compare(gold: Sequence[Sequence[Mark]], found: Sequence[Sequence[Mark]], tokens_per_second: int) -> Score:
    """Return the figures of found marks against true ones."""
    precision, recall, f1 = {}, {}, {}
    for label in LABELS:
        true = {(number, mark) for number, marks in enumerate(gold) for mark in marks if mark.label == label}
        seen = {(number, mark) for number, marks in enumerate(found) for mark in marks if mark.label == label}
        hits = len(true & seen)
        precision[label] = _percent(hits, len(seen))
        recall[label] = _percent(hits, len(true))
        f1[label] = _percent(2 * hits, len(true) + len(seen))
    return Score(
        precision=precision,
        recall=recall,
        f1=f1,
        overlap_recall=_touched(gold, found),
        overlap_precision=_touched(found, gold),
        tokens_per_cpu_second=tokens_per_second,
    )


def _touched(marks: Sequence[Sequence[Mark]], others: Sequence[Sequence[Mark]]) -> float:
    """Return the share of people in `marks` that overlap a person in `others`."""
    hits = total = 0
    for mine, theirs in zip(marks, others, strict=True):
        people = [other for other in theirs if other.label == "PER"]
        for mark in mine:
            if mark.label == "PER":
                total += 1
                hits += any(other.start < mark.end and mark.start < other.end for other in people)
    return round(hits / total, 4) if total else 0.0


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
