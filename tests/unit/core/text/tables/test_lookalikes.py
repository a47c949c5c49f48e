"""The table of look-alike letters."""

from __future__ import annotations

import unicodedata

import pytest

from proxy.core.text.tables.lookalikes import LOOKALIKES

PAIRS = [(chr(int(code, 16)), letter) for letter, codes in LOOKALIKES.items() for code in codes.split()]


def test_it_leads_from_other_letters_to_one_ascii_letter_or_digit() -> None:
    """ASCII itself never changes: `m` is no `rn`, `0` is no `O`, `1` is no `l`."""
    assert len(PAIRS) > 300
    assert all(source > "\u024f" and unicodedata.category(source)[0] == "L" for source, _ in PAIRS)
    assert all(len(letter) == 1 and letter.isascii() and letter.isalnum() for _, letter in PAIRS)


def test_each_letter_stands_once() -> None:
    """Nothing looks like two letters at the same time."""
    sources = [source for source, _ in PAIRS]
    assert len(sources) == len(set(sources))


@pytest.mark.parametrize("letter", "äöüßÄÖÜéèçñøåæœıłşğ")
def test_letters_of_european_spelling_are_not_in_it(letter: str) -> None:
    """A name with an umlaut is spelled that way."""
    assert letter not in dict(PAIRS)


@pytest.mark.parametrize(("cyrillic", "latin"), [("а", "a"), ("Е", "E"), ("О", "O"), ("с", "c"), ("Ѕ", "S")])
def test_the_usual_ones_are_in_it(cyrillic: str, latin: str) -> None:
    """Cyrillic letters that every disguise uses."""
    assert dict(PAIRS)[cyrillic] == latin
