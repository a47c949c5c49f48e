"""US social security numbers: what is issued, python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.us.ssn
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import ssn


@pytest.mark.parametrize("text", ["536-90-4399", "250-84-8057", "463 49 6943"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert ssn.valid(text)
    assert ssn.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "ß",
        "٤٢",
        "1²",
        "000-12-3456",
        "666-12-3456",
        "900-12-3456",
        "123-00-4567",
        "123-45-0000",
        "078-05-1120",
        "219-09-9999",
        "457-55-5462",
        "123-45-6789",
        "53690439",
    ],
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not ssn.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert ssn.valid(text) in {True, False}


@given(st.sampled_from(("536904399", "250848057")), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """Whatever single character is changed, ours says what the oracle says."""
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]
    assert ssn.valid(changed) == stdnum.us.ssn.is_valid(changed)
