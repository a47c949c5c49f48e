"""The health insurance number: the published examples, Presidio as oracle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer.predefined_recognizers import DeHealthInsuranceRecognizer

from proxy.core.detection.checks import de_kvnr


@pytest.mark.parametrize("text", ["A123456780", "a 123 456 780", "T122323813", "M428360284"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert de_kvnr.valid(text)
    assert de_kvnr.valid(text.lower())


@pytest.mark.parametrize(
    "text", ["", "0", "ß", "٤٢", "1²", "A123456781", "A12345678", "1123456780", "Ä123456780", "AA23456780"]
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not de_kvnr.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert de_kvnr.valid(text) in {True, False}


@given(st.sampled_from(("A123456780", "M428360284", "R035792250")), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """Whatever single character is changed, ours says what the oracle says."""
    place = data.draw(st.integers(1, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]
    assert de_kvnr.valid(changed) == bool(DeHealthInsuranceRecognizer().validate_result(changed))
