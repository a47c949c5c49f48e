"""Words and sentence ends of a folded text."""

from __future__ import annotations

import pytest

from proxy.core.detection.words import Words

TEXT = "die altkundennummer ist weg"


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("kunden", "altkundennummer"),
        ("die", "die"),
        ("weg", "weg"),
        ("nummer ist w", "altkundennummer ist weg"),
        (" ", " "),
    ],
)
def test_a_range_widens_to_whole_words(part: str, whole: str) -> None:
    """What lies in the middle of words takes all of them; a gap takes nothing."""
    start = TEXT.index(part)
    wide = Words(TEXT).around(start, start + len(part))
    assert TEXT[wide[0] : wide[1]] == whole


@pytest.mark.parametrize(
    ("between", "near"),
    [(" ", True), (" a b c d ", True), (" a b c d e ", False), (" a! ", False), (" a\n", False), (" wirklich. ", False),
     (" am 3. mai ", True), (" dez. ", True), (" kunde.de ", True), (" x2345678. ", True), (" ... ", True)],
)  # fmt: skip
def test_a_gap_is_four_words_of_one_sentence(between: str, near: bool) -> None:
    """More words or a sentence end part the pieces; dots of dates and abbreviations do not."""
    text = "ist" + between + "kunde"
    assert Words(text).near(3, 3 + len(between)) is near


def test_text_without_words_widens_nothing() -> None:
    """Signs alone are no word."""
    assert Words("--").around(0, 1) == (0, 1)
