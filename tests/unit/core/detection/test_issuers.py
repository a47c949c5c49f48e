"""Issuers of cards."""

from __future__ import annotations

import pytest

from proxy.core.detection.issuers import card_lengths


@pytest.mark.parametrize(
    ("prefix", "length"),
    [("4111", 16), ("4222", 13), ("5555", 16), ("2221", 16), ("2720", 16), ("3782", 15), ("3056", 14), ("6011", 16),
     ("6759", 16), ("3530", 16), ("6212", 19)],
)  # fmt: skip
def test_prefixes_of_issuers_have_lengths(prefix: str, length: int) -> None:
    """The first four digits say who issued a card and how long its number is."""
    assert length in card_lengths(prefix)


@pytest.mark.parametrize("prefix", ["0000", "1234", "2220", "2721", "3300", "7000", "9999"])
def test_other_prefixes_have_none(prefix: str) -> None:
    """What no issuer begins with is no card."""
    assert card_lengths(prefix) == ()
