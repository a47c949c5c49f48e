"""Bank code and account: either order, words between them, and only bank codes that exist."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import de_blz_account
from proxy.core.detection.tables.bank_codes import is_bank_code


@pytest.mark.parametrize(
    "text",
    [
        "430 609 67 49474507",
        "49474507 43060967",
        "93085723 Blz 68050101",
        "0648489890/10050000",
        "4751133027 bank code 200 505 50",
    ],
)
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert de_blz_account.valid(text)
    assert de_blz_account.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "ß",
        "٤٢",
        "1²",
        "43060967",
        "49474507 99999999",
        "00000000 43060967",
        "123456789012 43060967",
        "12345678 87654321",
        "100 500 00 430 609 67",
    ],
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not de_blz_account.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert de_blz_account.valid(text) in {True, False}


@given(st.integers(10_000_000, 89_999_999), st.integers(1, 9_999_999_999))
def test_a_pair_counts_only_with_a_code_of_the_registry(code: int, account: int) -> None:
    """Random digits pass only where one of the two ends is a bank code in use."""
    text = f"{code}{account}"
    known = is_bank_code(text[:8]) or is_bank_code(text[-8:])
    assert known or not de_blz_account.valid(text)
