from __future__ import annotations

from proxy.core.model import Span
from proxy.detectors.sheet import author_sentences, make_sheet


def test_every_part_has_its_views() -> None:
    """Part numbers go into the views, and each part has a normalised one."""
    sheet = make_sheet(("Erster Teil.", "Zwei\u200bter Teil."), "rules")

    assert [part.normalised.part for part in sheet.parts] == [0, 1]
    assert [part.normalised.text for part in sheet.parts] == ["Erster Teil.", "Zweiter Teil."]
    assert sheet.rules == "rules"


def test_sentences_are_spans_of_the_authors_text() -> None:
    """Characters that only the author's text has are inside the spans."""
    text = "Ei\u200bns. Zw\u200bei."
    (part,) = make_sheet((text,), "rules").parts

    assert author_sentences(part) == (Span(start=0, end=6), Span(start=7, end=13))


def test_an_empty_part_has_no_sentences() -> None:
    """Empty alt texts are common and complete."""
    (part,) = make_sheet(("",), "rules").parts

    assert author_sentences(part) == ()
