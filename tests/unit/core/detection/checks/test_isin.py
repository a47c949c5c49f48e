"""Securities numbers: published ones, python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.isin
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import isin


@pytest.mark.parametrize("text", ["US0378331005", "DE0007164600", "DE 000 716 4600", "XS0356705219", "IE00B4L5Y983"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert isin.valid(text)
    assert isin.valid(text.lower())


@pytest.mark.parametrize(
    "text", ["", "0", "ß", "٤٢", "1²", "US0378331006", "QQ0378331000", "US037833100", "US03783310AB"]
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not isin.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert isin.valid(text) in {True, False}


@given(st.sampled_from(("US0378331005", "DE0007164600", "IE00B4L5Y983")), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """Whatever single character is changed, ours says what the oracle says."""
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")) + text[place + 1 :]
    assert not isin.valid(changed) or stdnum.isin.is_valid(changed)
    if changed[:2] == text[:2]:
        assert isin.valid(changed) == stdnum.isin.is_valid(changed)
