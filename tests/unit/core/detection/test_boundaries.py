from __future__ import annotations

from array import array

import pytest

from proxy.core.detection.boundaries import Boundary
from proxy.core.model import Surface
from proxy.core.text.surfaces import surfaces


def _view(text: str, name: str = "normalised") -> Surface:
    return next(view for view in surfaces(0, text) if view.name == name)


@pytest.mark.parametrize(
    ("kind", "text", "holds"),
    [
        ("word", "x 12 y", True),
        ("word", "Ö12 y", False),
        ("word", "x_12 y", False),
        ("word", "x 12ß", False),
        ("field", "x_12_y", True),
        ("field", "x 12ß", False),
        ("word", "x 12½", False),
        ("word", "(12)", True),
        ("word", "12", True),
        ("digit", "x12y", True),
        ("digit", "312y", False),
        ("digit", "x123", False),
        ("none", "31234", True),
    ],
)
def test_what_may_touch_a_match(kind: str, text: str, *, holds: bool) -> None:
    """Words end before all but letters, marks, numbers and `_`, in every alphabet; fields of a file name at `_`."""
    start = text.index("12")

    assert Boundary(kind, _view(text), joined=False).holds(start, start + 2) is holds


def test_a_combining_mark_belongs_to_a_word() -> None:
    """Half a letter is no end of a word."""
    surface = Surface(name="normalised", part=0, text="x\u030212")

    assert not Boundary("word", surface, joined=False).holds(2, 4)


def test_words_that_were_joined_end_where_the_gap_was() -> None:
    """`Nr. 12 ist` is `Nr12ist` in the grouped view; the author still wrote three words."""
    view = _view("Nr. 12 ist", "grouped")
    assert view.text == "Nr12ist"

    assert Boundary("word", view, joined=True).holds(2, 4)
    assert not Boundary("word", view, joined=True).holds(1, 4)


def test_numbers_that_were_joined_go_on() -> None:
    """A number in groups has no end between them."""
    view = _view("12 34", "grouped")

    assert not Boundary("digit", view, joined=True).holds(0, 2)


def test_the_next_start_jumps_over_the_rest_of_a_word() -> None:
    """A long number or word is left in one step."""
    text = "x" * 500 + " 12"

    assert Boundary("word", _view(text), joined=False).next_start(1) == 501
    assert Boundary("digit", _view("1" * 50 + "a2"), joined=False).next_start(1) == 51
    assert Boundary("none", _view(text), joined=False).next_start(7) == 7
    assert Boundary("word", _view("xxx"), joined=False).next_start(1) == 3
    assert Boundary("field", _view("xxx_12"), joined=False).next_start(1) == 4


def test_the_next_start_in_a_joined_view_is_the_next_gap() -> None:
    """There the word ends although letters touch."""
    view = _view("ab cd", "grouped")

    assert Boundary("word", view, joined=True).next_start(1) == 2


def test_a_view_without_gaps_knows_none() -> None:
    """Characters of one origin, as decoded ones are, touch each other."""
    same = Surface(name="grouped", part=0, text="ab", starts=array("I", [0, 0]), ends=array("I", [9, 9]))

    assert not Boundary("word", same, joined=True).holds(0, 1)


def test_an_unknown_boundary_is_refused() -> None:
    """A typing error is no boundary."""
    with pytest.raises(ValueError, match="'words'"):
        Boundary("words", _view("a"), joined=False)
