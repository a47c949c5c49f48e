"""The Swiss number: its published example, python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.ch.ssn
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import ch_ahv


@pytest.mark.parametrize("text", ["7569217076985", "756.9217.0769.85", "756.4408.2845.52", "756 5173 0110 08"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert ch_ahv.valid(text)
    assert ch_ahv.valid(text.lower())


@pytest.mark.parametrize(
    "text", ["", "0", "ß", "٤٢", "1²", "7569217076984", "756921707698", "7559217076986", "9780471117094"]
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not ch_ahv.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert ch_ahv.valid(text) in {True, False}


@given(st.sampled_from(("7569217076985", "7564408284552")), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """Whatever single character is changed, ours says what the oracle says."""
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]
    assert ch_ahv.valid(changed) == (stdnum.ch.ssn.is_valid(changed))
