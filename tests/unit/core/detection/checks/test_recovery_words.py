"""Twelve words that make no sentence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import recovery_words

WORDS = "tulpe ofen kranich sieben leiter moos brief hafer winzig dach karpfen süden"


def test_twelve_words_pass() -> None:
    """Numbered, in lines or behind other words."""
    assert recovery_words.valid(WORDS)
    assert recovery_words.valid("so geht es: " + WORDS.replace(" ", "\n"))
    assert recovery_words.valid(" ".join(f"{number}. {word}" for number, word in enumerate(WORDS.split(), start=1)))


def test_sentences_and_short_lists_fail() -> None:
    """Small words make sentences, and eleven words open nothing."""
    assert not recovery_words.valid(WORDS.rpartition(" ")[0])
    assert not recovery_words.valid(WORDS.replace("moos", "und"))
    assert not recovery_words.valid("")


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert recovery_words.valid(text) in {True, False}
