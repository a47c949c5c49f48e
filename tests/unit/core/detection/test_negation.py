"""Denials: which words their own clause takes back."""

from __future__ import annotations

import pytest

from proxy.core.detection.folding import fold
from proxy.core.detection.negation import Negation


def _denied(text: str, word: str) -> bool:
    folded = fold(text).text
    start = folded.index(word)
    return Negation(folded).denies(start, start + len(word))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Die Rendite ist nicht garantiert.", "garantiert"),
        ("Das garantieren wir nicht.", "garantieren"),
        ("Eine Garantie gibt es dafür nicht mehr", "garantie"),
        ("Keine Garantie, aber gute Aussichten", "garantie"),
        ("Ohne jede Garantie", "garantie"),
        ("There is no guarantee of returns", "guarantee"),
        ("We can’t guarantee that", "guarantee"),
        ("returns are never guaranteed", "guaranteed"),
        ("That we guarantee not", "guarantee"),
    ],
)
def test_a_clause_denies_its_words(text: str, word: str) -> None:
    """In front of the word, or at the end of the clause."""
    assert _denied(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Die Rendite ist garantiert.", "garantiert"),
        ("Sie verlieren garantiert kein Geld", "garantiert"),
        ("garantiert nicht zu verlieren", "garantiert"),
        ("Nicht nur garantiert, sondern auch hoch", "garantiert"),
        ("Nicht verpassen, garantiert 5 Prozent", "garantiert"),
        ("Kein Risiko: garantiert!", "garantiert"),
        ("Ich mag ihn nicht aber garantiert ist es", "garantiert"),
        ("Wer nicht mit uns heute oder morgen früh spricht verliert garantiert", "garantiert"),
        ("Not only guaranteed", "guaranteed"),
        ("Ohne Risiko dabei", "ohne risiko"),
        ("Nichtraucher zahlen garantiert weniger", "garantiert"),
        ("garantiert" + " sehr" * 60 + " nicht", "garantiert"),
    ],
)
def test_what_denies_nothing(text: str, word: str) -> None:
    """Another clause, an emphasis, a denial inside the words, one that belongs to something else, one far away."""
    assert not _denied(text, word)


def test_time_grows_with_the_text() -> None:
    """Each word looks at a bounded stretch."""
    text = "nicht garantiert " * 2_000
    negation = Negation(text)

    assert all(negation.denies(place, place + 10) for place in range(6, len(text), 17))
