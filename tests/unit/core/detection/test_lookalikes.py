from __future__ import annotations

import pytest

from proxy.core.detection.lookalikes import letters_as_digits, with_digits
from proxy.core.model import Span, Surface, View


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12O45", "12045"),
        ("1l3S5677", "11355677"),
        ("Konto12O45678", "Konto12045678"),
        ("12O45kommt", "12045kommt"),
        ("SOLO 12345", "SOLO 12345"),
        ("O173ЧбОО3O8", "01734600308"),
        ("9S7B3B343SB6", "957838343586"),
        ("OOO12", "OOO12"),
        ("am 5. Oktober", "am 5. Oktober"),
        ("1O", "1O"),
        ("2b5lqG77", "26519677"),
        ("RØ35792250", "R035792250"),
        ("BO69lBO39Z", "8069180392"),
    ],
)
def test_letters_inside_numbers_are_digits(text: str, read: str) -> None:
    """Only where most characters are digits; the last letter of a word before a number stays."""
    assert letters_as_digits(text) == read
    assert len(letters_as_digits(text)) == len(text)


def test_a_gap_ends_the_word_before_a_number() -> None:
    """Where a view has joined what stood apart, the letters behind the gap belong to the number."""
    assert letters_as_digits("CentsOl76O4O69O3Skommt", lambda place: place in {5, 17}) == "Cents017604069035kommt"
    assert letters_as_digits("CentsOl76O4O69O3Skommt") == "CentsOl760406903Skommt"


def test_the_view_says_what_was_read_differently() -> None:
    """What such a letter is part of counts as disguised."""
    (view,) = with_digits(Surface(name="grouped", part=0, text="Nr 12O456 und 77777", transforms=("T4",)))

    assert view.text == "Nr 120456 und 77777"
    assert view.transforms == ("T4", "T10")
    assert view.view_of(Span(start=3, end=9)) is View.DEOBFUSCATED
    assert view.view_of(Span(start=14, end=19)) is View.PLAIN


def test_places_stay_sorted_and_disjoint() -> None:
    """Those that were disguised already are kept."""
    (view,) = with_digits(Surface(name="grouped", part=0, text="1OO45678", evasive=(Span(start=0, end=2),)))

    assert view.evasive == (Span(start=0, end=3),)


@pytest.mark.parametrize("text", ["12345", "am5Oktober", "B2B", ""])
def test_ordinary_text_makes_no_view(text: str) -> None:
    """Most posts have nothing to undo."""
    assert with_digits(Surface(name="grouped", part=0, text=text)) == ()


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("65221288ZO41", {"652212882041", "65221288Z041"}),
        ("6TT6699EA8", {"6776699348"}),
        ("an DE3ZlOOlOOlOOO9S39Slll", {"an DE32100100100095395111"}),
        ("DE84 9999 9999 0000 1234", set()),
        ("AT61190430023457320", set()),
        ("code3ZlOOlOOlOOO9S39Slll", set()),
    ],
)
def test_letters_are_read_in_several_ways(text: str, readings: set[str]) -> None:
    """A letter may be a letter; an IBAN has digits where its country says so; a check tells which one is meant."""
    views = with_digits(Surface(name="grouped", part=0, text=text))

    assert {view.text for view in views} >= readings
    assert bool(views) is bool(readings)
