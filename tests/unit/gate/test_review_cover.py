"""What is covered: everything that could be about a customer. All texts are invented."""

from __future__ import annotations

import pytest

from proxy.core.model import PartKind
from proxy.gate.review_cover import COVER, Place, covered, covers, places_in
from tests.factories import make_part


def place(entity: str, start: int, end: int) -> tuple[int, Place]:
    """Return a place of the first part."""
    return 0, Place(start=start, end=end, rule="r", entity=entity)


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ([], "Frau Muster hat garantiert Schulden."),
        ([place("WORDS", 16, 26)], "Frau Muster hat garantiert Schulden."),
        ([place("PERSON", 5, 11)], "Frau ██████ hat garantiert Schulden."),
        ([place("PERSON", 5, 11), place("WORDS", 16, 26)], "Frau ██████ hat ██████████ Schulden."),
        ([place("PERSON", 5, 11), place("PERSON", 0, 8)], "███████████ hat garantiert Schulden."),
        ([place("DISCLOSURE", 0, 36)], "████ ██████ hat garantiert █████████"),
        ([place("DISCLOSURE", 0, 1), place("WORDS", 16, 26)], "████ ██████ hat ██████████ █████████"),
        ([place("PERSON", 27, 99)], "Frau Muster hat garantiert █████████"),
    ],
)
def test_words_of_lists_are_read_where_nothing_else_was_found(found: list[tuple[int, Place]], shown: str) -> None:
    """A finding about the whole leaves common words only; places that overlap are one; none goes beyond the text."""
    text = "Frau Muster hat garantiert Schulden."

    (ranges,) = covers((make_part(text),), tuple(found))

    assert covered(text, ranges) == shown
    assert len(shown) == len(text)


def test_what_was_found_in_one_part_covers_words_in_the_others() -> None:
    """A name in the description of an image tells whom the text is about; places of no part are none."""
    parts = (make_part("Er ist krank."), make_part("Karl", kind=PartKind.ALT_TEXT, slot="alt"))
    rows = [
        {"part": 0, "start": 7, "end": 12, "rule": "health", "entity": "WORDS"},
        {"part": 1, "start": 0, "end": 4, "rule": "ner", "entity": "PERSON"},
        {"part": 2, "start": 0, "end": 4, "rule": "ner", "entity": "PERSON"},
    ]

    assert covers(parts, places_in(rows)) == (((7, 12),), ((0, 4),))
    assert covered("Karl", ((0, 4),)) == COVER * 4
