"""The small words of other languages."""

from __future__ import annotations

from proxy.core.text.tables.foreign_words import FOREIGN_WORDS


def test_words_are_compared_in_lower_case_and_one_by_one() -> None:
    """As the texts are."""
    assert len(FOREIGN_WORDS) == 13
    assert all(len(words) > 20 for words in FOREIGN_WORDS.values())
    assert all(word == word.casefold() and word.isalpha() for words in FOREIGN_WORDS.values() for word in words)


def test_german_and_english_are_not_among_them() -> None:
    """What both lack tells another language."""
    assert not {"german", "english"} & FOREIGN_WORDS.keys()
    assert {"vous", "nous"} <= FOREIGN_WORDS["french"]
