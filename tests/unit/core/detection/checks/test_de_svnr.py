"""The pension insurance number: the published examples, Presidio as oracle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer.predefined_recognizers import DeSocialSecurityRecognizer

from proxy.core.detection.checks import de_svnr


@pytest.mark.parametrize("text", ["15070649C103", "15 070649 C 103", "53 240293 D 952", "65 221288 Z 041"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert de_svnr.valid(text)
    assert de_svnr.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "ß",
        "٤٢",
        "1²",
        "15070649C104",
        "00070649C103",
        "15320649C103",
        "15071349C103",
        "15070649C10",
        "150706491103",
        "15070649Ä103",
    ],
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not de_svnr.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert de_svnr.valid(text) in {True, False}


@given(st.sampled_from(("15070649C103", "53240293D952")), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """Whatever single character is changed, ours says what the oracle says."""
    place = data.draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11]))
    changed = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]
    assert de_svnr.valid(changed) == (
        changed[:2] != "00" and bool(DeSocialSecurityRecognizer().validate_result(changed))
    )


def test_days_that_stand_fifty_higher_are_taken() -> None:
    """Where the numbers of a day ran out, 50 is added to it."""
    assert any(de_svnr.valid(f"15570649C10{check}") for check in range(10))
    assert not any(de_svnr.valid(f"15820649C10{check}") for check in range(10))
