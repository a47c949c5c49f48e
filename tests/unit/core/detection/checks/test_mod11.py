"""Modulus 11 with the weights 2 to 7: worked examples, and the Chilean RUT of python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.cl.rut
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import mod11


@pytest.mark.parametrize("text", ["76.086.428-5", "125319092"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert mod11.valid(text)
    assert mod11.valid(text.lower())


@pytest.mark.parametrize("text", ["", "0", "12", "12345671", "123456a0", "٤٢٣", "1000000-K"])
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not mod11.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert mod11.valid(text) in {True, False}


@given(st.text("0123456789", min_size=8, max_size=9))
def test_the_oracle_agrees(text: str) -> None:
    """The RUT has these weights too."""
    assert mod11.valid(text) == stdnum.cl.rut.is_valid(text)
