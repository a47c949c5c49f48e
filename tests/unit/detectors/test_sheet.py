from __future__ import annotations

import base64

import pytest

from proxy.core.model import Span
from proxy.core.text.decoding import TooMuchHidden
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


def test_several_parts_are_read_together() -> None:
    """A number dealt out over poll options stands in a joined view."""
    sheet = make_sheet(("DE02 1203 0000", "0000 2020 51"), "rules")

    assert "DE02120300000000202051" in [view.text for view in sheet.joined if view.name == "grouped"]


def test_earlier_posts_are_read_before_the_first_part() -> None:
    """They are in no part, only in the views of several."""
    sheet = make_sheet(("0000 2020 51",), "rules", ("DE02 1203 0000",))

    assert len(sheet.parts) == 1
    assert "DE02120300000000202051" in [view.text for view in sheet.joined if view.name == "grouped"]


def test_one_part_without_a_thread_is_not_joined() -> None:
    """It costs nothing then."""
    assert make_sheet(("DE02 1203",), "rules").joined == ()


def test_a_text_that_hides_too_much_has_no_sheet() -> None:
    """Without a sheet every detector is missing, and the post is held."""
    text = "Kontonummer 12345678"
    for _ in range(3):
        text = base64.b64encode(text.encode()).decode()
    with pytest.raises(TooMuchHidden):
        make_sheet((text,), "rules")
