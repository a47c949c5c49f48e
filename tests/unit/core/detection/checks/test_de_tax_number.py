"""Tax numbers: the forms of the states, python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.de.stnr
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import de_tax_number


@pytest.mark.parametrize(
    "text",
    [
        "181/815/08155",
        "18181508155",
        "201/123/12340",
        "21/815/08150",
        "93815/08152",
        "151/815/08156",
        "9181081508155",
        "2893081508152",
    ],
)
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert de_tax_number.valid(text)
    assert de_tax_number.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "ß",
        "٤٢",
        "1²",
        "123456789",
        "123456789012",
        "9181181508155",
        "0000000000",
        "6181081508155",
        "181A081508155",
    ],
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not de_tax_number.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert de_tax_number.valid(text) in {True, False}


@given(st.sampled_from(("2893081508152", "9181081508155", "18181508155", "2181508150")), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """Whatever single character is changed, ours says what the oracle says."""
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]
    assert de_tax_number.valid(changed) == _ours_is_wider(changed)


def _ours_is_wider(number: str) -> bool:
    if stdnum.de.stnr.is_valid(number):
        assert de_tax_number.valid(number)
    return de_tax_number.valid(number)
