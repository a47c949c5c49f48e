"""Folding makes spellings equal and knows the way back."""

from __future__ import annotations

import pytest

from proxy.core.detection.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kunde", "kunde"),
        ("STRASSE Straße", "strasse strasse"),
        ("Schäden ÖÜ", "schaeden oeue"),
        ("bei  uns\n\tversichert", "bei uns versichert"),
        ("Ende\n\nAnfang", "ende\nanfang"),
        ("E–Mail ’s `x´", "e-mail 's 'x'"),
        ("`", "'"),
        ("İ", "i\u0307"),
        ("", ""),
    ],
)
def test_spellings_fold_together(text: str, folded: str) -> None:
    """Case, sharp s, umlauts, dashes, apostrophes and white space fold; a blank line stays a line feed."""
    assert fold(text).text == folded


@pytest.mark.parametrize("text", ["Kunde", "Größe der  Straße ß\n\nüü ΐ x", "   ", "ä"])
def test_every_folded_character_leads_back(text: str) -> None:
    """The map goes forward, stays inside and gives each character its own source."""
    folded = fold(text)
    starts = [folded.start(index) for index in range(len(folded.text))]
    assert starts == sorted(starts)
    assert all(folded.end(index + 1) == start + 1 <= len(text) for index, start in enumerate(starts))
    assert all(
        folded.text[index] in fold(text[start]).text for index, start in enumerate(starts) if text[start].isalpha()
    )
