"""What a build counts."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from proxy.register.tally import NOTES, Reason, Tally

ROWS = st.lists(st.lists(st.sampled_from(Reason), max_size=3), max_size=60)


def _tally(rows: list[list[Reason]], first: int = 1) -> Tally:
    tally = Tally()
    for number, reasons in enumerate(rows, first):
        tally.row(number, reasons)
    return tally


def test_a_row_is_bad_once_whatever_is_wrong_in_it() -> None:
    """A note is no mistake; of each reason the first places are kept."""
    tally = _tally([[], [Reason.EMAIL, Reason.EMAIL, Reason.PHONE], [Reason.STREET], [Reason.EMAIL]])

    assert (tally.rows, tally.bad_rows) == (4, 2)
    assert tally.reasons == {Reason.EMAIL: 2, Reason.PHONE: 1, Reason.STREET: 1}
    assert tally.places == {Reason.EMAIL: [2, 4], Reason.PHONE: [2], Reason.STREET: [3]}
    assert Reason.STREET in NOTES


def test_at_most_twenty_places_are_kept() -> None:
    """All are counted."""
    tally = _tally([[Reason.EMAIL]] * 30)

    assert tally.reasons[Reason.EMAIL] == 30
    assert tally.places[Reason.EMAIL] == list(range(1, 21))


@given(ROWS, ROWS)
def test_two_parts_of_a_source_count_like_the_whole(first: list[list[Reason]], second: list[list[Reason]]) -> None:
    """However it was cut, and after each part was written down and read again."""
    whole = _tally(first + second)
    parts = _tally(first)
    parts.add(_tally(second, len(first) + 1))

    assert parts == whole
    assert Tally.from_json(json.loads(json.dumps(whole.as_json()))) == whole


def test_digests_and_lengths_add_up() -> None:
    """By kind."""
    one, other = Tally(lengths={8}), Tally(lengths={8, 22})
    one.kinds["word"], other.kinds["word"], other.kinds["name"] = 2, 3, 1

    one.add(other)

    assert one.kinds == {"word": 5, "name": 1}
    assert one.lengths == {8, 22}
    assert Tally.from_json(one.as_json()) == one
