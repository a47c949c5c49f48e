from __future__ import annotations

from typing import TYPE_CHECKING, cast

import spacy

from training.examples import Example, Mark
from training.score import compare, score

if TYPE_CHECKING:
    from spacy.pipeline import EntityRuler


def test_touched_and_exact_are_counted_apart() -> None:
    """Half a name is no exact hit, but somebody would look."""
    gold = [(Mark(0, 10, "PER"), Mark(20, 25, "LOC")), (Mark(0, 4, "PER"),)]
    found = [(Mark(0, 4, "PER"), Mark(20, 25, "LOC"), Mark(30, 33, "PER")), ()]

    figures = compare(gold, found, 7)

    assert (figures.precision["PER"], figures.recall["PER"], figures.f1["LOC"]) == (0.0, 0.0, 100.0)
    assert (figures.overlap_recall, figures.overlap_precision) == (0.5, 0.5)
    assert figures.tokens_per_cpu_second == 7
    assert compare([()], [()], 0).overlap_recall == 0.0


def test_a_pipeline_is_scored() -> None:
    """Ranges count in characters."""
    pipeline = spacy.blank("de")
    cast("EntityRuler", pipeline.add_pipe("entity_ruler")).add_patterns([{"label": "PER", "pattern": "Anna"}])

    figures = score(pipeline, [Example(text="Mit Anna", marks=(Mark(4, 8, "PER"),))])

    assert figures.f1["PER"] == 100.0
    assert figures.tokens_per_cpu_second > 0
