"""The tax id of persons: published examples, python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.de.idnr
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import de_tax_id


@pytest.mark.parametrize("text", ["36574261809", "36 574 261 809", "34608920572", "49 258 346 105"])
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert de_tax_id.valid(text)
    assert de_tax_id.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    ["", "0", "ß", "٤٢", "1²", "36574261808", "3657426180", "03657426180", "11111111111", "11223456789", "12345678901"],
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not de_tax_id.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert de_tax_id.valid(text) in {True, False}


@given(st.sampled_from(("36574261809", "34608920572", "37310924861")), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """Whatever single character is changed, ours says what the oracle says."""
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]
    assert de_tax_id.valid(changed) == stdnum.de.idnr.is_valid(changed)


def test_random_digits_rarely_pass() -> None:
    """The distribution of digits counts: about one in three hundred random numbers is left."""
    numbers = [f"{number * 7_919_999_991 % 90_000_000_000 + 10_000_000_000}" for number in range(20_000)]
    assert sum(map(de_tax_id.valid, numbers)) / len(numbers) < 0.006
