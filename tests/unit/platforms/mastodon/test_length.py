"""Counting like Mastodon, from below."""

from __future__ import annotations

import pytest

from proxy.platforms.mastodon.length import count


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
        ("\u1100\u1161\u11a8", 1),
        ("https://bank.example/" + "x" * 300, 23),
        ("siehe https://a.example und http://b.example", 6 + 23 + 5 + 23),
        ("@presse@social.example hallo", 13),
        ("a@b", 3),
    ],
)
def test_counts(text: str, expected: int) -> None:
    """Clusters count once, links as a fixed number, remote addresses by their local part."""
    assert count(text, per_link=23) == expected
