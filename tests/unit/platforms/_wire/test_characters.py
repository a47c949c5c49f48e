"""What people see as characters."""

from __future__ import annotations

import pytest

from proxy.platforms._wire.characters import count_characters


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("Grüße", 5),
        ("u\u0308", 1),
        ("👨\u200d👩\u200d👧", 1),
        ("🇩🇪🇫🇷", 2),
        ("👍🏽", 1),
        ("a\r\nb", 3),
        ("한", 1),
    ],
)
def test_count(text: str, number: int) -> None:
    """Never more than a platform counts."""
    assert count_characters(text) == number
