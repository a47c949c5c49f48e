"""The Austrian number: its published example, its dates, python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.at.vnr
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import at_svnr


@pytest.mark.parametrize("text", ["1237 010180", "1237010180", "8069 180392", "1709240460"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert at_svnr.valid(text)
    assert at_svnr.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    ["", "0", "ß", "٤٢", "1²", "2237010180", "1238010180", "1237 320180", "1237 001680", "0001010180", "12370101800"],
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not at_svnr.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert at_svnr.valid(text) in {True, False}


@given(st.sampled_from(("1237010180", "8069180392", "3336250867")), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """Whatever single character is changed, ours says what the oracle says."""
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]
    assert at_svnr.valid(changed) == (stdnum.at.vnr.is_valid(changed) and _dated(changed))


def _dated(number: str) -> bool:
    return 1 <= int(number[4:6]) <= 31 and 1 <= int(number[6:8]) <= 15


def test_the_date_keeps_random_numbers_out() -> None:
    """The check digit alone passes for 8 % of numbers; with the date it is less than a half per cent."""
    numbers = [f"{number * 7_919_991 % 9_000_000_000 + 1_000_000_000}" for number in range(20_000)]
    alone = sum(
        sum(int(d) * w for d, w in zip(n, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6), strict=True)) % 11 == int(n[3])
        for n in numbers
    )
    assert 0.06 < alone / len(numbers) < 0.1
    assert sum(map(at_svnr.valid, numbers)) / len(numbers) < 0.005


def test_months_that_stand_in_are_taken() -> None:
    """Where the numbers of a day ran out, months 13 to 15 are issued."""
    assert any(at_svnr.valid(f"{serial:03}{check}011380") for serial in range(100, 110) for check in range(10))
    assert not any(at_svnr.valid(f"{serial:03}{check}011680") for serial in range(100, 110) for check in range(10))
