"""Marks of lists are no digits of a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.listmarks import without_marks


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1. 677\n2. 669\n3. 9348", "677 669 9348"),
        ("1) 677\n2) 669", "677 669"),
        ("a) 53\nb) 131075\nc) N528", "53 131075 N528"),
        ("I. 677\nII. 669\nIII. 9348", "677 669 9348"),
        ("- 1/3 677\n- 2/3 669", "677 669"),
        ("Teil 1: 677\nTeil 2: 669", ": 677 : 669"),
        ("Tweet 1/2 - 677, Tweet 2/2 - 669", "- 677, - 669"),
        ("1 677\n2 669\n3 9348", "677 669 9348"),
        ("Nr. 1 677\nNr. 2 669", "677 669"),
        ("1 677\n7 221\n2 669", "677 7 221 669"),
    ],
)
def test_marks_are_left_out(text: str, left: str) -> None:
    """Numbers, letters and Roman numbers before items, and what parts are called; a number out of turn is none."""
    assert " ".join(without_marks(text).split()) == left


@pytest.mark.parametrize(
    "text",
    ["", "65 221288 Z 041", "17 669\n19 348", "1 677 und mehr", "Am 1. Mai", "DE32 1001\n0010 0095", "677\n669", "3) "],
)
def test_what_is_no_mark_stays(text: str) -> None:
    """A number at the beginning of a line counts only where the lines count from one on."""
    assert without_marks(text) == text


@given(st.text("123456789a)./ \nTeilNr:", max_size=80))
def test_nothing_moves(text: str) -> None:
    """Every character stays in its place, or is a blank."""
    left = without_marks(text)
    assert len(left) == len(text)
    assert all(new in (old, " ") for new, old in zip(left, text, strict=True))
