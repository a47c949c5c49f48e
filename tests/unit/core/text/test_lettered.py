"""T10: letters for digits."""

from __future__ import annotations

import pytest

from proxy.core.text.lettered import letters_as_digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("12O3 0O00", "1203 0000"),
        ("DEO2120300O0000O2O2051", "DE02120300000000202051"),
        ("4l11 1I11", "4111 1111"),
        ("S284 12B4", "5284 1284"),
        ("O17112345", "017112345"),
    ],
)
def test_letters_inside_numbers_become_digits(text: str, digits: str) -> None:
    """`O o l I S B` in runs of mostly digits; the letters of a country stay."""
    assert letters_as_digits(text) == digits
    assert len(digits) == len(text)


@pytest.mark.parametrize("text", ["", "BOB OLLI SOS", "OOO1", "IBAN 1234", "B2B", "1234 5678", "Oslo 2024"])
def test_words_stay(text: str) -> None:
    """Short runs and runs of mostly letters are words."""
    assert letters_as_digits(text) == text
