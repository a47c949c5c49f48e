"""Groups of letters and digits come together over one to three separators, and nothing else moves."""

from __future__ import annotations

from array import array

import pytest

from proxy.core.model import Span
from proxy.core.text.grouping import squeeze
from proxy.core.text.mapped import Edit, Mapped, rewrite


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("DE02 1203 0000", "DE0212030000"),
        ("D.E.0.2", "DE02"),
        ("a b c d e f g", "abcdefg"),
        ("DE02 - 1203", "DE021203"),
        ("DE02\r\n1203", "DE021203"),
        ("12.-/34", "1234"),
        ("12 - - 34", "12 - - 34"),
        ("4,50 € 3", "450 € 3"),
        ("a%b c", "a%bc"),
        ("a     b\t\t\tc \r\n d", "abcd"),
        ("a € \r\n  b", "a € \n b"),
        ("(12) 34.", "(1234."),
        ("Größe · 38 – 40", "Größe3840"),
        ("12🙂34", "1234"),
        ("नमस्ते दुनिया", "नमस्तेदुनिया"),
        ("कि-1", "कि1"),
        ("", ""),
    ],
)
def test_one_to_three_separators_between_members_vanish(text: str, grouped: str) -> None:
    """Separators at the edges, next to other signs, or more than three in a row stay."""
    assert squeeze(Mapped(text=text)).text == grouped


def test_text_without_gaps_is_returned_as_it_is() -> None:
    """Nothing joined means no map."""
    mapped = Mapped(text="Kundin!")
    assert squeeze(mapped) is mapped


def test_the_map_points_back_exactly() -> None:
    """Each kept character knows its own place, across gaps."""
    mapped = squeeze(Mapped(text="D-E 02"))
    assert mapped.starts == array("I", [0, 2, 4, 5])
    assert mapped.ends == array("I", [1, 3, 5, 6])


def test_the_map_continues_an_earlier_one() -> None:
    """Squeezing a rewritten text leads back to the original, evasions and transforms included."""
    rewritten = rewrite(Mapped(text="\u200bD E"), "T2", [Edit(0, 1, "", evasive=True)])
    mapped = squeeze(rewritten)
    assert (mapped.text, mapped.starts, mapped.ends) == ("DE", array("I", [1, 3]), array("I", [2, 4]))
    assert (mapped.evasive, mapped.transforms) == ((Span(start=0, end=1),), ("T2",))
