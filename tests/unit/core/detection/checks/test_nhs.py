"""NHS numbers: the published example, python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.gb.nhs
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import nhs


@pytest.mark.parametrize("text", ["943 476 5919", "9434765919", "678 431 4530", "464-079-3596"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert nhs.valid(text)
    assert nhs.valid(text.lower())


@pytest.mark.parametrize("text", ["", "0", "ß", "٤٢", "1²", "9434765918", "943476591", "1111111111", "943476591A"])
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not nhs.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert nhs.valid(text) in {True, False}


@given(st.sampled_from(("9434765919", "6784314530")), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """Whatever single character is changed, ours says what the oracle says."""
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]
    assert nhs.valid(changed) == stdnum.gb.nhs.is_valid(changed)
