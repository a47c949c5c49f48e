"""Counting what people see, from below."""

from __future__ import annotations

import pytest

from proxy.platforms._wire.graphemes import count_graphemes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("Grüße", 5),
        ("u\u0308", 1),
        ("a\r\nb", 3),
        ("👨\u200d👩\u200d👧", 1),
        ("👍🏽", 1),
        ("🇩🇪🇦🇹", 2),
        ("각", 1),
    ],
)
def test_counts(text: str, expected: int) -> None:
    """A cluster counts once, however many code points it has."""
    assert count_graphemes(text) == expected
