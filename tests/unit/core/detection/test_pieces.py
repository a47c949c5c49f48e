"""Groups that may belong together, side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.pieces import groups_alone
from proxy.core.model import Span, Surface, View
from proxy.core.text.surfaces import surfaces


def _view(text: str) -> Surface:
    return Surface(name="normalised", part=0, text=text)


def _alone(text: str) -> str:
    view = groups_alone(_view(text))
    return "" if view is None else view.text


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("a) 53\nb) 131075\nc) N528", "53131075N528"),
        ("vorne 677 669, hinten 9348", "6776699348"),
        ("65, dann 221288, dann Z, dann 041", "65221288Z041"),
        ("65 –\n221288 –\nI\n041", "65221288I041"),
        ("hinten L 612, vorne 65 200465", "L61265200465"),
        ("677 dann 669, 20 Euro, dann 9348", "6776699348"),
        ("677669 dann 9348 zu 5 %", "6776699348"),
    ],
)
def test_groups_stand_side_by_side(text: str, groups: str) -> None:
    """Marks of lists, words, amounts and shares are left out."""
    assert _alone(text) == groups


@pytest.mark.parametrize("text", ["", "Termin 17:30", "677 669 9348", "6776699348 ist eine", "elf 1 und 22 und 333"])
def test_what_stands_together_or_says_too_little_is_not_made(text: str) -> None:
    """Too few digits, one group, or groups that the view `grouped` shows."""
    assert _alone(text) == ""


def test_groups_far_apart_stay_apart() -> None:
    """What belongs to no number stands between them."""
    assert _alone(f"677669 {'Wort ' * 40} 9348") == "677669 9348"


def test_what_was_left_out_is_an_evasion() -> None:
    """A finding over a gap says that ordinary reading does not show it; one inside a group does not."""
    view = groups_alone(_view("677669 und 9348"))
    assert view is not None
    assert view.origin(0, 10) == Span(start=0, end=15)
    assert view.view_of(view.origin(0, 10)) is View.DEOBFUSCATED
    assert view.view_of(view.origin(0, 6)) is View.PLAIN
    assert "T14" in view.transforms


@given(st.text("0123456789 abZI.)\n%", max_size=120))
def test_every_character_leads_back(text: str) -> None:
    """Whatever the text, each character of a group is the author's own."""
    for made_from in surfaces(0, text):
        view = groups_alone(made_from)
        for place in range(0 if view is None else len(view.text)):
            assert view is not None
            span = view.origin(place, place + 1)
            assert 0 <= span.start < span.end <= len(text)
