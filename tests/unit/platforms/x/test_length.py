"""X weighs characters."""

from __future__ import annotations

import pytest

from proxy.platforms.x.length import count


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Grüße aus der Filiale", 21),
        ("Gru\u0308\u00dfe", 5),
        ("漢字", 4),
        ("€ und –", 8),
        ("„Hallo“", 7),
        ("https://bank.example/a/very/long/path?with=query", 23),
        ("Neu: https://a.de https://b.de!", 5 + 23 + 1 + 23),
        ("😀", 2),
        ("👨\u200d👩\u200d👧", 2),
        ("❤\ufe0f\u200d🔥", 2),
        ("👍🏽", 2),
        ("🇩🇪🇫🇷", 4),
        ("1\ufe0f\u20e3", 2),
        ("a\u200db", 2),
    ],
)
def test_weight(text: str, weight: int) -> None:
    """Latin 1, others 2, an emoji 2 however long it is written, a link 23."""
    assert count(text) == weight
