"""What an edit changes. All texts are invented."""

from __future__ import annotations

import pytest

from proxy.core.model import PartKind
from proxy.gate.review_cover import Place, covers
from proxy.gate.review_edit import Change, changes, earlier_in
from tests.factories import make_part


def said(text: str, *found: tuple[int, int]) -> dict[str, object]:
    """Return the content of a record."""
    findings = [{"part": 0, "start": start, "end": end, "rule": "ner", "entity": "PERSON"} for start, end in found]
    return {"parts": [["body", "status", text], ["other", "path.id", "1"]], "findings": findings}


@pytest.mark.parametrize(
    ("before", "after", "passage"),
    [
        ("eins zwei drei", "eins zwei drei", None),
        ("eins zwei drei", "eins vier drei", (5, "zwei", "vier")),
        ("eins drei", "eins zwei drei", (5, "", "zwei ")),
        ("eins zwei drei", "eins", (4, " zwei drei", "")),
        ("eins  zwei", "eins zwei", (4, "  ", " ")),
        ("a a a", "a a", (3, " a", "")),
        ("", "eins", (0, "", "eins")),
    ],
)
def test_words_that_stayed_at_either_end_are_left_out(
    before: str, after: str, passage: tuple[int, str, str] | None
) -> None:
    """What lies between is one passage."""
    parts = (make_part(after, slot="status"),)

    found = changes(earlier_in(said(before)), (parts, ((),)), revealed=False)

    assert [(one.start, one.removed, one.added) for one in found] == ([] if passage is None else [passage])


def test_other_names_of_one_length_are_told_apart_and_covered() -> None:
    """Each by what was found in its own version; a text that is gone is a change too, an identifier is none."""
    parts = (make_part("Mit Karl", slot="status"), make_part("2", kind=PartKind.OTHER, slot="path.id"))
    hidden = covers(parts, ((0, Place(start=4, end=8, rule="ner", entity="PERSON")),))
    earlier = earlier_in(said("Mit Anna", (4, 8)))

    masked = changes(earlier, (parts, hidden), revealed=False)
    clear = changes(earlier, (parts, hidden), revealed=True)

    assert masked == (Change(kind="body", slot="status", start=4, removed="████", added="████"),)
    assert clear == (Change(kind="body", slot="status", start=4, removed="Anna", added="Karl"),)
    assert changes(earlier, ((), ()), revealed=True) == (
        Change(kind="body", slot="status", start=0, removed="Mit Anna", added=""),
    )
