"""Cyrillic and Greek letters as Latin ones. All names are invented."""

from __future__ import annotations

import pytest

from proxy.core.detection.tables.transliteration import ENGLISH, GERMAN


@pytest.mark.parametrize(
    ("name", "german", "english"),
    [
        ("щербаков", "schtscherbakow", "shcherbakov"),
        ("жуков", "schukow", "zhukov"),
        ("хрустова", "chrustowa", "khrustova"),
        ("юлия", "julija", "yuliya"),
        ("παπάς", "papas", "papas"),
    ],
)
def test_a_name_is_written_as_its_readers_write_it(name: str, german: str, english: str) -> None:
    """German and English readers hear the same letters differently."""
    assert name.translate(GERMAN) == german
    assert name.translate(ENGLISH) == english


@pytest.mark.parametrize("table", [GERMAN, ENGLISH], ids=["german", "english"])
def test_every_letter_becomes_ascii(table: dict[int, str]) -> None:
    """Small letters of the two alphabets alone; a sign that has no sound becomes nothing."""
    assert all(letter.isascii() and (not letter or letter.islower()) for letter in table.values())
    assert all(chr(code).islower() for code in table)
