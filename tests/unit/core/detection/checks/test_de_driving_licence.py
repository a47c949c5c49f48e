"""Driving licences: the specimen of the federal printing office."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import de_driving_licence


@pytest.mark.parametrize(
    "text", ["B072RRE2I55", "B07 2RRE2 I55", "B072-RRE2I-5-5", "A0000000091", "B0000000072", "F00000000X1"]
)
def test_published_numbers_pass(text: str) -> None:
    """In any grouping and case; the remainder 10 is written as X."""
    assert de_driving_licence.valid(text)
    assert de_driving_licence.valid(text.lower())


@pytest.mark.parametrize(
    "text", ["", "ß", "٤٢", "B072RRE2I65", "B072RRE2I5", "B072RRE2I555", "1072RRE2I55", "B072RRE2I⑤5"]
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not de_driving_licence.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert de_driving_licence.valid(text) in {True, False}
