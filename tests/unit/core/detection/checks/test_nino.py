"""National Insurance numbers: what HMRC issues and what it never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import nino


@pytest.mark.parametrize("text", ["AB 12 34 56 C", "JH 33 25 84 A", "ST554687B", "px697096b"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert nino.valid(text)
    assert nino.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "ß",
        "٤٢",
        "1²",
        "QQ123456C",
        "BG123456A",
        "GB123456A",
        "NK123456A",
        "KN123456A",
        "TN123456A",
        "NT123456A",
        "ZZ123456A",
        "DA123456A",
        "AO123456A",
        "AB123456E",
        "AB12345C",
        "AB1234567",
    ],
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not nino.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert nino.valid(text) in {True, False}


@given(st.from_regex("[A-Z]{2}[0-9]{6}[A-D]", fullmatch=True))
def test_letters_that_are_never_issued_fail(text: str) -> None:
    """Neither D, F, I, Q, U, V at the first two places, nor O at the second."""
    if text[0] in "DFIQUV" or text[1] in "DFIOQUV":
        assert not nino.valid(text)
