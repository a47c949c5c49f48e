"""Counting what people see; the vectors are those of GraphemeBreakTest.txt (Unicode, Inc.) and of UAX 29."""

from __future__ import annotations

import pytest

from proxy.platforms._wire.graphemes import count_graphemes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("Grüße", 5),
        ("^`~ ´", 5),
        ("u\u0308", 1),
        ("a\r\nb", 3),
        ("ü\r\nb", 3),
        ("👨\u200d👩\u200d👧", 1),
        ("👍🏽", 1),
        ("🇩🇪🇦🇹", 2),
        ("각", 1),
        ("\u0020\u0308\u0020", 2),
        ("\u000d\u000a\u0061\u000a\u0308", 4),
        ("\u0020\u200d\u0646", 2),
        ("\u0646\u200d\u0020", 2),
        ("\u1100\u1100", 1),
        ("\uac00\u11a8\u1100", 2),
        ("\uac01\u11a8\u1100", 2),
        ("\U0001f1e6\U0001f1e7\U0001f1e8\u0062", 3),
        ("\u0061\U0001f1e6\U0001f1e7\U0001f1e8\u0062", 4),
        ("\u0061\U0001f1e6\U0001f1e7\u200d\U0001f1e8\u0062", 4),
        ("\u0061\U0001f1e6\u200d\U0001f1e7\U0001f1e8\u0062", 4),
        ("\u0061\u200d", 1),
        ("\u0061\u0903\u0062", 2),
        ("\u0061\u0600\u0062", 2),
        ("\U0001f476\U0001f3ff\U0001f476", 2),
        ("\u0061\U0001f3ff\U0001f476", 2),
        ("\U0001f6d1\u200d\U0001f6d1", 1),
        ("\u0061\u200d\U0001f6d1", 2),
        ("\u0915\u094d\u0924", 1),
        ("\u0915\u0924", 2),
    ],
)
def test_counts(text: str, expected: int) -> None:
    """A cluster counts once, however many code points it has."""
    assert count_graphemes(text) == expected
