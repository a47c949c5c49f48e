"""Numbers that can be dialled in Germany."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import phone_number


@pytest.mark.parametrize("text", ["0171 3920042", "01522 8817355", "0160/1234567", "040 66969518", "(0341) 99 88 77"])
def test_numbers_to_dial_pass(text: str) -> None:
    """Mobile and fixed, in any groups."""
    assert phone_number.valid(text)


@pytest.mark.parametrize("text", ["", "171 3920042", "0151 2203", "0000000000", "0100 123456", "04", "O4O 66969518"])
def test_other_digits_fail(text: str) -> None:
    """Without the zero, too short, or with a code that does not exist."""
    assert not phone_number.valid(text)


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert phone_number.valid(text) in {True, False}
