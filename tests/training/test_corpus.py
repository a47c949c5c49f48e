from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import spacy
from spacy.tokens import DocBin

from training import corpus
from training.examples import Example, Mark

if TYPE_CHECKING:
    from pathlib import Path


ANNA = Example(text="Gestern kam Anna Meier nach Köln", marks=(Mark(12, 22, "PER"), Mark(28, 32, "LOC")))
NOBODY = Example(text="Niemand da")


def test_people_are_swapped_and_places_stay() -> None:
    """Only examples about people are copied."""
    (copy,) = corpus.swapped([ANNA, NOBODY], Random(1))
    person, place = copy.marks

    assert copy.text[person.start : person.end] != "Anna Meier"
    assert copy.text[place.start : place.end] == "Köln"
    assert copy.text.startswith("Gestern kam ")


def test_rough_copies_keep_their_marks() -> None:
    """Behind handles, in capitals, with an emoji at the end."""
    copies = corpus.roughened([ANNA] * 60, Random(1))

    assert {copy.text[copy.marks[0].start : copy.marks[0].end] for copy in copies} == {"Anna Meier", "ANNA MEIER"}
    assert any(copy.text.startswith("@") for copy in copies)
    assert any(copy.text.endswith(corpus.EMOJI) for copy in copies)


def test_spacy_reads_what_is_written(tmp_path: Path) -> None:
    """Marks that split a token are widened to it; the later of two that then overlap is dropped."""
    glued = Example(text="Anna-Meier", marks=(Mark(0, 4, "PER"), Mark(5, 10, "PER")))

    assert corpus.write([ANNA, NOBODY, glued], tmp_path / "x.spacy") == (3, 9)
    documents = list(DocBin().from_disk(tmp_path / "x.spacy").get_docs(spacy.blank("de").vocab))
    assert [[(entity.text, entity.label_) for entity in document.ents] for document in documents] == [
        [("Anna Meier", "PER"), ("Köln", "LOC")],
        [],
        [("Anna-Meier", "PER")],
    ]
