"""Cues: what the author's plain words in a sentence say."""

from __future__ import annotations

import pytest

from proxy.core.detection.combining.cues import (
    GENERIC,
    KNOWN,
    MARKED,
    MONEY,
    OURS,
    PLACED,
    PRONOUN,
    STAGE,
    cues_in,
)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Er zahlt 411 Euro", MONEY),
        ("She owes €18,250", MONEY),
        ("CHF 11m on Monday", MONEY),
        ("55k und ein Händedruck", MONEY),
        ("four hundred and twelve thousand pounds", MONEY),
        ("mit dreißigtausend Miesen", MONEY),
        ("4,2 Millionen Depot", MONEY),
        ("Wir freuen uns", OURS),
        ("I’ve seen it", OURS),
        ("Was zahlt die Versicherung?", GENERIC),
        ("How much is too much", GENERIC),
        ("Laut Polizei", STAGE),
        ("Im Jahr 1882", STAGE),
        ("der einzige im Ort", MARKED),
        ("the only one in town", MARKED),
        ("aus Musterstadt", PLACED),
        ("Wie heute gemeldet: laut Mitteilung", KNOWN),
        ("Hat sie ihm gesagt", PRONOUN),
    ],
)
def test_a_cue_is_seen(text: str, cue: str) -> None:
    """Whatever its case, in German and English."""
    assert cue in cues_in(text)
    assert cue in cues_in(text.upper()) or "ß" in text


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Um 18 Uhr, Raum 12", MONEY),
        ("dreißigtausend Schritte", MONEY),
        ("Der Wirbel um den Wirt", OURS),
        ("Herr Romano wartet", STAGE),
        ("Valentina Lauterbach", STAGE),
        ("Postleitzahl 18820", STAGE),
        ("Die Sieben Berge", PRONOUN),
    ],
)
def test_what_only_looks_like_a_cue(text: str, cue: str) -> None:
    """Parts of longer words and bare numbers say nothing."""
    assert cue not in cues_in(text)


def test_long_texts_take_time_in_proportion() -> None:
    """Every pattern is tried at each place a bounded number of times."""
    assert cues_in("a1" * 15_000) == frozenset()
    assert MONEY in cues_in("9 " * 15_000 + "9 Euro")
