"""The views of a part."""

from __future__ import annotations

from proxy.core.model import Span, View
from proxy.core.text.surfaces import surfaces


def test_plain_text_has_two_views() -> None:
    """Where normalising changes nothing there is no `original` beside it."""
    normalised, grouped = surfaces(3, "IBAN: DE02 1203")
    assert (normalised.name, normalised.part, normalised.text) == ("normalised", 3, "IBAN: DE02 1203")
    assert (normalised.starts, normalised.ends) == (None, None)
    assert (grouped.name, grouped.part, grouped.text) == ("grouped", 3, "IBANDE021203")
    assert grouped.origin(4, 12) == Span(start=6, end=15)


def test_disguised_text_has_the_original_first() -> None:
    """The author's own characters stay searchable when normalising changed some."""
    original, normalised, grouped = surfaces(0, "ＤＥ02 1203")
    assert [view.name for view in (original, normalised, grouped)] == ["original", "normalised", "grouped"]
    assert (original.text, original.evasive, original.transforms) == ("ＤＥ02 1203", (), ())
    assert (normalised.text, normalised.transforms) == ("DE02 1203", ("T4",))
    assert (grouped.text, grouped.transforms) == ("DE021203", ("T4",))
    assert grouped.view_of(Span(start=0, end=4)) is View.DEOBFUSCATED
    assert grouped.view_of(Span(start=5, end=9)) is View.PLAIN


def test_an_empty_part_has_empty_views() -> None:
    """No text is no mistake."""
    assert [view.text for view in surfaces(0, "")] == ["", ""]
