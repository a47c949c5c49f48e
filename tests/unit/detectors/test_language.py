from __future__ import annotations

import pytest

from proxy.detectors.language import is_german


@pytest.mark.parametrize(
    ("sentence", "german"),
    [
        ("Wir freuen uns auf das Sommerfest mit euch.", True),
        ("Die Beratung in der Filiale ist für alle offen.", True),
        ("We are happy to see you at the party.", False),
        ("John Smith is one of our clients.", False),
        ("Happy Birthday, Anna Beispiel!", False),
        ("", False),
        ("12345", False),
    ],
)
def test_german_is_told_from_english_and_unclear(sentence: str, german: bool) -> None:
    """Only sentences whose small words are mostly German are kept from the English model."""
    assert is_german(sentence) is german
