"""Numbers that a house gives: what is left when dates, sums and trivial numbers are gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import reference_number


@pytest.mark.parametrize(
    "text", ["28572927", "0032357285", "S-2025-132190", "AW 03 918826 5", "6 471 902 K 01", "47110"]
)
def test_numbers_of_a_house_pass(text: str) -> None:
    """Five digits or more, whatever letters stand round them."""
    assert reference_number.valid(text)


@pytest.mark.parametrize(
    "text",
    ["", "4711", "31.12.2026", "2026-10-03", "2025/2026", "2026-10", "1.250.000", "12345678", "00000000", "1234567890",
     "0800 765 4321", "ß٤٢", "NB-V"],
)  # fmt: skip
def test_what_everybody_writes_fails(text: str) -> None:
    """Dates, years, round sums, counting, hotlines and short numbers are nothing a house would give."""
    assert not reference_number.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert reference_number.valid(text) in {True, False}


def test_hardly_a_real_number_is_lost() -> None:
    """Of numbers with eight digits, less than one in two hundred looks like something else."""
    numbers = [f"{number * 7_919_991 % 100_000_000:08}" for number in range(20_000)]
    assert sum(map(reference_number.valid, numbers)) / len(numbers) > 0.995
