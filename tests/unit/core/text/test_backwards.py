"""T12: backwards, and in visual order."""

from __future__ import annotations

import pytest

from proxy.core.model import Span, View
from proxy.core.text.backwards import in_visual_order, said_backwards, turned
from proxy.core.text.grouping import squeeze
from proxy.core.text.mapped import Mapped
from proxy.core.text.transforms import normalise
from proxy.core.text.views import view

IBAN = "DE02 1203 0000 0000 2020 51"


def test_a_number_backwards_is_turned_and_leads_back() -> None:
    """The place is where the author wrote it, the other way round."""
    text = f"x {IBAN[::-1]}"
    mapped = turned(Mapped(text=text))
    assert mapped is not None
    assert mapped.text == f"{IBAN} x"
    surface = view("reversed", 0, mapped)
    assert surface.place(0, len(IBAN)) == (0, Span(start=2, end=len(text)))
    assert surface.place(0, 2) == (0, Span(start=len(text) - 2, end=len(text)))
    assert surface.view_of(Span(start=2, end=5)) is View.DEOBFUSCATED
    assert mapped.transforms == ("T12",)


def test_grouping_works_on_what_was_turned() -> None:
    """Rewriting a text that runs backwards keeps places in order: start before end."""
    mapped = turned(Mapped(text="15  0202 0000 0000  3021 20ED"))
    assert mapped is not None
    grouped = squeeze(mapped)
    assert grouped.text == IBAN.replace(" ", "")
    assert view("grouped", 0, grouped).place(0, 22) == (0, Span(start=0, end=29))


@pytest.mark.parametrize("text", ["ed.amrif@retsum.xam", "Mail: MOC.amrif@xam"])
def test_an_address_backwards_is_turned(text: str) -> None:
    """An ending, a dot and an `@`, all the wrong way round."""
    mapped = turned(Mapped(text=text))
    assert mapped is not None
    assert "max" in mapped.text


@pytest.mark.parametrize("text", ["", "Am 12.02.21", "max.muster@firma.de", "@name@server.example", "relläM uarF"])
def test_without_number_or_address_nothing_is_turned(text: str) -> None:
    """The view costs as much as the text: it is only made where checks could prove something in it."""
    assert turned(Mapped(text=text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Rückwärts: 945 EW-IK",
        "von hinten gelesen 084 BF-KYM",
        "Read it backwards: 164-S",
        "UMGEDREHT 945 EW-IK",
        "mirror: 164-S",
    ],
)
def test_few_digits_are_turned_where_somebody_says_so(text: str) -> None:
    """A plate has three."""
    assert said_backwards(text)
    mapped = turned(Mapped(text=text))
    assert mapped is not None
    assert mapped.text == text[::-1]


@pytest.mark.parametrize("text", ["945 EW-IK", "rückwärts eingeparkt, 12 Mal", "Er kam von vorn"])
def test_not_without_such_words_or_digits(text: str) -> None:
    """Both are needed."""
    assert turned(Mapped(text=text)) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"IBAN \u202e{IBAN[::-1]}\u202c ok", f"IBAN {IBAN} ok"),
        (f"\u202e{IBAN[::-1]}", IBAN),
        ("\u202eba\u202c und \u202edc\nef", "ab und cd\nef"),
        ("\u2067\u202eba\u2069", "ab"),
    ],
)
def test_overrides_are_read_as_they_are_shown(text: str, shown: str) -> None:
    """Up to the mark that ends them, the end of the line, or the end of the text."""
    mapped = in_visual_order(text, normalise(text))
    assert mapped is not None
    assert mapped.text == shown
    assert "T12" in mapped.transforms


@pytest.mark.parametrize("text", ["", "ab", "\u202e", "\u202ea", "\u200fab", "\u202a12\u202c"])
def test_without_something_overridden_there_is_no_other_order(text: str) -> None:
    """Embeddings and marks turn nothing, one character has no order."""
    assert in_visual_order(text, normalise(text)) is None


def test_many_overrides_are_read_to_the_end() -> None:
    """30,000 characters of controls give an answer of the same length."""
    text = "\u202e12" * 10_000
    mapped = in_visual_order(text, normalise(text))
    assert mapped is not None
    assert mapped.text == "21" * 10_000
