"""The one spelling of a name. All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.register.spelling import fold, forms, name_parts, words


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        (("Müller", "Mueller", "MULLER", "müller", "Mu\u0308ller"), "muller"),
        (("Groß", "GROSS", "gross", "GROẞ"), "gross"),
        (("Søndergård", "SONDERGARD"), "sondergard"),
        (("Łukasz", "Lukasz"), "lukasz"),
        (("Yıldız", "YILDIZ", "Yildiz"), "yildiz"),
        (("O'Neill", "O’Neill", "ONeill"), "oneill"),
        (("Đorđević", "Dordevic"), "dordevic"),
        (("Þór", "Thor"), "thor"),
        (("Goethe", "Göthe"), "gothe"),
        (("123", "", "李"), ""),
    ],
)
def test_all_spellings_of_a_name_are_one(spellings: tuple[str, ...], folded: str) -> None:
    """Case, umlauts, accents and apostrophes make no difference."""
    assert {fold(spelling) for spelling in spellings} == {folded}


@given(st.text())
def test_a_folded_word_is_small_ascii_letters(text: str) -> None:
    """And folded once more it may only lose an `e`, never gain anything."""
    folded = fold(text)

    assert folded == "" or (folded.isascii() and folded.isalpha() and folded.islower())
    assert len(fold(folded)) <= len(folded)


@given(st.text())
def test_what_stands_in_the_register_is_among_the_forms_in_a_post(text: str) -> None:
    """Whatever a word is folded to, its forms hold it."""
    folded = fold(text)

    assert not folded or folded in forms(text)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Müllers", ("mullers", "muller")),
        ("Jonas", ("jonas", "jona")),
        ("Aas", ("aas",)),
        ("Щербак", ("schtscherbak", "shcherbak")),
        ("Özil", ("ozil",)),
        ("", ()),
    ],
)
def test_the_forms_of_a_word(word: str, expected: tuple[str, ...]) -> None:
    """As it is, without a genitive `s`, and in the other transliteration."""
    assert forms(word) == expected


def test_words_are_letters() -> None:
    """An apostrophe belongs to a word, a hyphen, a digit and an underscore part two."""
    assert words("Anna-Lena O'Neill, 2x ab_c ’tis") == ["Anna", "Lena", "O'Neill", "x", "ab", "c", "tis"]


@pytest.mark.parametrize(
    ("name", "company", "parts"),
    [
        ("Dr. med. Anna von der Heide", False, ("anna", "heide")),
        ("Gräfin Zeppelin", False, ("zeppelin",)),
        ("Meyer-Lüdenscheidt", False, ("meyer", "ludenscheidt")),
        ("von der", False, ("von", "der")),
        ("Bäckerei Krume GmbH & Co. KG", True, ("backerei", "krume")),
        ("Herr Verlag AG", True, ("herr", "verlag")),
        ("AG", True, ("ag",)),
        ("42", True, ()),
    ],
)
def test_titles_particles_and_legal_forms_fall_away(name: str, company: bool, parts: tuple[str, ...]) -> None:
    """A name of nothing else keeps its words."""
    assert name_parts(name, company=company) == parts
