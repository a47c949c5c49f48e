"""What a text may be at most, on each platform: the documented numbers, one more is too many."""

from __future__ import annotations

import pytest

from proxy.core.errors import TextTooLong
from proxy.platforms._wire import limits

TAGS = " ".join(f"#Tag{number}" for number in range(30))


@pytest.mark.parametrize(
    ("limit", "longest"),
    [
        (limits.BLUESKY, "ä" * 300),
        (limits.BLUESKY, "👨\u200d👩\u200d👧\u200d👦" * 120),
        (limits.X, "ä" * 280),
        (limits.X, "漢" * 140),
        (limits.X, "😀" * 140),
        (limits.X, "x" * 256 + " https://bank.de/" + "y" * 500),
        (limits.LINKEDIN, "ä" * 3_000),
        (limits.LINKEDIN_COMMENT, "ä" * 1_250),
        (limits.FACEBOOK, "ä" * 63_206),
        (limits.INSTAGRAM, "ä" * 2_200),
        (limits.INSTAGRAM, TAGS),
        (limits.THREADS, "ä" * 500),
    ],
)
def test_the_longest_text_passes_and_one_more_does_not(limit: limits.Limit, longest: str) -> None:
    """Counted as the platform counts; several texts count together."""
    limit.check([longest])
    limit.check([longest, ""])
    with pytest.raises(TextTooLong):
        limit.check([longest, " #Noch" if longest == TAGS else "😀"])


def test_what_is_too_much_is_said_and_nothing_of_the_text() -> None:
    """Characters, bytes and hashtags each in their own words."""
    told = []
    for limit, text in (
        (limits.X, "x" * 281),
        (limits.BLUESKY, "👨\u200d👩\u200d👧\u200d👦" * 121),
        (limits.INSTAGRAM, TAGS + " #a"),
    ):
        with pytest.raises(TextTooLong) as caught:
            limit.check([text])
        told.append(caught.value.diagnostics().expected)

    assert told == [
        "at most 280 characters as X counts them (a link 23, an emoji 2)",
        "at most 3000 bytes in UTF-8",
        "at most 30 hashtags",
    ]


def test_a_plan_may_allow_more() -> None:
    """The configured number stands for the usual one; how it is counted stays."""
    assert limits.X.configured(None) is limits.X
    limits.X.configured(25_000).check(["x" * 25_000])
    with pytest.raises(TextTooLong):
        limits.X.configured(10).check(["漢字漢字漢字"])
