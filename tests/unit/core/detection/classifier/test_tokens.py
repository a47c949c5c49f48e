"""A text as the classifier reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.classifier.tokens import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ist das gut? Ja!", ["Ist", "das", "gut", "?", "Ja", "!"]),
        ("Meyer-Lohs Haus", ["Meyer-Lohs", "Haus"]),
        ("it's ours", ["it's", "ours"]),
        ("#AnnaMeier anna_meier", ["#", "AnnaMeier", "anna", "meier"]),
        ("um 18 Uhr", ["um", "<n2>", "Uhr"]),
        ("am 12.03.1971", ["am", "<n8.>"]),
        ("1.250,00 €", ["<n6,.>", "€"]),
        ("👍🏽", ["👍", "🏽"]),
        ("", []),
        (" \n_", []),
    ],
)
def test_words_signs_and_shapes(text: str, expected: list[str]) -> None:
    """Words stay as they are, numbers become their shapes, underscores and blanks go."""
    assert tokens(text) == expected


def test_long_numbers_look_alike() -> None:
    """From twelve digits on, a number is just long."""
    assert tokens("1" * 12) == tokens("2" * 40)


@given(st.text())
def test_no_digit_is_read(text: str) -> None:
    """Which number stands there is not learned: another one of the same shape gives the same tokens."""
    changed = "".join(str(9 - int(sign)) if sign in "0123456789" else sign for sign in text)

    assert tokens(changed) == tokens(text)
