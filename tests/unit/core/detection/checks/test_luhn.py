"""Luhn: the standard's example, test numbers of the card schemes, and python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.luhn
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import luhn


@pytest.mark.parametrize(
    "text",
    ["79927398713", "4111111111111111", "5555555555554444", "378282246310005", "30569309025904", "6011111111111117",
     "3530111333300000", "4222222222222", "00"],
)  # fmt: skip
def test_published_numbers_pass(text: str) -> None:
    """Numbers whose check digit is published are valid."""
    assert luhn.valid(text)


@pytest.mark.parametrize("text", ["", "0", "4111111111111112", "4111 1111 1111 1111", "٤٢", "79927398710", "ab", "4²"])
def test_anything_else_fails(text: str) -> None:
    """Wrong digits, single digits, groups and digits that are not ASCII are not valid, and nothing raises."""
    assert not luhn.valid(text)


@given(st.text("0123456789", min_size=2, max_size=30))
def test_the_oracle_agrees(text: str) -> None:
    """Ours says what python-stdnum says."""
    assert luhn.valid(text) == stdnum.luhn.is_valid(text)
