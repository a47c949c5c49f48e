"""The VAT id: a published example, python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.de.vat
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import de_vat


@pytest.mark.parametrize("text", ["DE136695976", "136695976", "DE 136 695 976"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert de_vat.valid(text)
    assert de_vat.valid(text.lower())


@pytest.mark.parametrize("text", ["", "0", "ß", "٤٢", "1²", "DE136695978", "DE13669597", "DE036695976", "AT136695976"])
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not de_vat.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert de_vat.valid(text) in {True, False}


@given(st.sampled_from(("136695976", "123456788")), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """Whatever single character is changed, ours says what the oracle says."""
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]
    assert de_vat.valid(changed) == stdnum.de.vat.is_valid(changed)
