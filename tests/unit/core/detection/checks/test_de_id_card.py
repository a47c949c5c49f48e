"""Identity cards and passports: the specimens, whose check digit is the tenth character, and Doc 9303's example."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import de_id_card


@pytest.mark.parametrize(
    "text", ["L01X00T471", "C01X00T478", "C01X0006H1", "IDD<<L01X00T471", "T22000129 3 D", "RPN57Z62R3", "CX5JZJ3R63"]
)
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert de_id_card.valid(text)
    assert de_id_card.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "ß",
        "٤٢",
        "1²",
        "L01X00T47",
        "L01X00T472",
        "L01X00T47O",
        "A01X00T471",
        "L01X00T4711",
        "1234567890123",
        "KARTOFFEL5",
    ],
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not de_id_card.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert de_id_card.valid(text) in {True, False}


def test_nine_characters_prove_nothing() -> None:
    """The ninth character is part of the serial number: specimens read without their tenth fail, whatever it is."""
    assert not de_id_card.valid("L01X00T47")
    assert not de_id_card.valid("C01X00T47")
    assert [digit for digit in range(10) if de_id_card.valid(f"L01X00T47{digit}")] == [1]
    assert [digit for digit in range(10) if de_id_card.valid(f"C01X00T47{digit}")] == [8]


@given(st.text("0123456789CDFGHJKLMNPRTVWXYZ", min_size=9, max_size=9))
def test_exactly_one_digit_is_right(serial: str) -> None:
    """Every serial number has one check digit, that of ICAO Doc 9303."""
    right = sum(int(sign, 36) * (7, 3, 1)[place % 3] for place, sign in enumerate(serial)) % 10
    assert [digit for digit in range(10) if de_id_card.valid(f"{serial}{digit}")] == [right]
