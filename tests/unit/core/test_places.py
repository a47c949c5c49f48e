"""Spans, and views that lead back to the author's characters."""

from __future__ import annotations

from array import array

import pytest

from proxy.core import model, places
from proxy.core.model import ELSEWHERE, Piece, Span, Surface, View, count_digits, merge_places


def test_the_nouns_hand_them_on() -> None:
    """One place to take them from."""
    assert all(getattr(model, name) is getattr(places, name) for name in places.__all__)


@pytest.mark.parametrize(
    ("one", "other", "covers", "overlaps"),
    [
        ((2, 6), (2, 6), True, True),
        ((2, 6), (3, 5), True, True),
        ((2, 6), (1, 3), False, True),
        ((2, 6), (5, 9), False, True),
        ((2, 6), (6, 9), False, False),
        ((2, 6), (0, 2), False, False),
    ],
)
def test_spans_are_half_open(one: tuple[int, int], other: tuple[int, int], covers: bool, overlaps: bool) -> None:
    """The end is the first code point that no longer belongs to it: neighbours do not overlap."""
    first, second = Span(start=one[0], end=one[1]), Span(start=other[0], end=other[1])

    assert first.covers(second) is covers
    assert first.overlaps(second) is overlaps
    assert second.overlaps(first) is overlaps


def test_a_surface_without_a_map_is_the_original() -> None:
    """Offsets in an unchanged view are the author's offsets."""
    assert Surface(name="original", part=0, text="abcdef").origin(1, 3) == Span(start=1, end=3)


def test_a_surface_leads_back_to_the_authors_characters() -> None:
    """A match in a view without separators covers everything the author wrote in between."""
    # The author wrote `DE 02`; the view grouped it.
    view = Surface(name="grouped", part=0, text="DE02", starts=array("I", [0, 1, 3, 4]), ends=array("I", [1, 2, 4, 5]))

    assert view.origin(0, 4) == Span(start=0, end=5)
    assert view.origin(2, 4) == Span(start=3, end=5)


def test_a_surface_takes_the_farthest_end_of_a_match() -> None:
    """Where one original character became several, the match ends where the last of them came from."""
    view = Surface(name="normalised", part=0, text="ffi", starts=array("I", [0, 0, 0]), ends=array("I", [1, 1, 1]))

    assert view.origin(0, 2) == Span(start=0, end=1)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 7), (7, 8)])
def test_a_range_outside_the_view_is_an_error(start: int, end: int) -> None:
    """An empty range or one outside the view is a mistake of the caller, and the text is not in the message."""
    with pytest.raises(ValueError, match="empty or outside a view of 6 characters") as caught:
        Surface(name="original", part=0, text="abcdef").origin(start, end)

    assert "abcdef" not in str(caught.value)


def test_a_finding_is_deobfuscated_where_an_evasion_was_undone() -> None:
    """Only a span that touches an evasive place is marked."""
    view = Surface(name="normalised", part=0, text="abcdef", evasive=(Span(start=2, end=3),))

    assert view.view_of(Span(start=0, end=2)) is View.PLAIN
    assert view.view_of(Span(start=1, end=4)) is View.DEOBFUSCATED


def _of_two_parts() -> Surface:
    """Return `AB` of an earlier post, `CDE` and `FG` of this one, in one view."""
    return Surface(
        name="joined",
        part=ELSEWHERE,
        text="ABCDEFG",
        pieces=(
            Piece(part=ELSEWHERE, base=0, end=2),
            Piece(part=0, base=2, end=5),
            Piece(part=1, base=5, end=7),
        ),
    )


def test_a_view_of_one_part_places_a_range_in_it() -> None:
    """Without pieces a place is the part and the author's span."""
    assert Surface(name="normalised", part=3, text="abc").place(1, 2) == (3, Span(start=1, end=2))


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [
        (2, 7, (0, Span(start=0, end=3))),
        (4, 7, (1, Span(start=0, end=2))),
        (4, 6, (0, Span(start=2, end=3))),
        (0, 3, (0, Span(start=0, end=1))),
        (2, 5, None),
        (0, 2, None),
    ],
)
def test_a_view_of_several_places_a_range_in_its_largest_piece_here(
    start: int, end: int, place: tuple[int, Span] | None
) -> None:
    """What stands in one part alone is for that part's views; what is outside the post cannot be pointed at."""
    assert _of_two_parts().place(start, end) == place


def test_a_place_is_where_most_characters_come_from() -> None:
    """Of a part that a number only passes over, nothing is shown."""
    view = Surface(
        name="joined",
        part=ELSEWHERE,
        text="AHIJ",
        starts=array("I", [0, 7, 8, 9]),
        ends=array("I", [1, 8, 9, 10]),
        pieces=(
            Piece(part=ELSEWHERE, base=0, end=1),
            Piece(part=0, base=1, end=6),
            Piece(part=1, base=6, end=11),
        ),
    )

    assert view.place(0, 4) == (1, Span(start=1, end=4))


def test_what_only_several_parts_show_was_taken_apart() -> None:
    """A value over several parts is an evasion whatever its characters are."""
    assert _of_two_parts().view_of(Span(start=0, end=1)) is View.DEOBFUSCATED


def test_a_view_that_runs_backwards_leads_back_too() -> None:
    """The first character of a match may be the last of the author's."""
    view = Surface(name="reversed", part=0, text="cba", starts=array("I", [2, 1, 0]), ends=array("I", [3, 2, 1]))

    assert view.place(0, 2) == (0, Span(start=1, end=3))


@pytest.mark.parametrize(("text", "digits"), [("", 0), ("ä1b23", 3), ("\ud8004", 1), ("٣④", 0)])
def test_only_ascii_digits_are_counted(text: str, digits: int) -> None:
    """Whatever else is in the text."""
    assert count_digits(text) == digits


def test_places_are_sorted_and_those_that_touch_are_one() -> None:
    """Views look places up by bisection, so they are kept sorted and disjoint."""
    assert merge_places([(5, 6), (0, 2), (2, 4), (1, 3)]) == (Span(start=0, end=4), Span(start=5, end=6))
