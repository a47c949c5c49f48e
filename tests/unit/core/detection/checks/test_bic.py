"""The BIC: published codes, shape and country, python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.bic
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import bic


@pytest.mark.parametrize(
    "text", ["AGRIFRPP882", "DEUTDEFF", "DEUTDEFFXXX", "SPKHDE2HXXX", "MARKDEF1100", "PBNK DE FF XXX"]
)
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert bic.valid(text)
    assert bic.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    ["", "0", "ß", "٤٢", "1²", "DEUTQQFF", "DEUT1EFF", "DEUTDEF", "DEUTDEFFXX", "DEUTDE0F", "FEIERTAG", "ÄEUTDEFF"],
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not bic.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert bic.valid(text) in {True, False}


@given(st.from_regex("[A-Z]{6}[2-9A-Z][1-9A-NP-Z]([A-Z0-9]{3})?", fullmatch=True))
def test_the_oracle_takes_what_we_take(text: str) -> None:
    """Ours is python-stdnum's shape, and a country that exists."""
    assert not bic.valid(text) or stdnum.bic.is_valid(text)
