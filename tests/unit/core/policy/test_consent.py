"""Consents as values."""

from __future__ import annotations

from datetime import timedelta

import pytest

from proxy.core.policy.consent import NEVER, TOPICS
from proxy.loading.lexicons import load_lexicons
from proxy.loading.word_hits import word_search
from tests.consents import PRINT, make_consent
from tests.fakes.clock import START
from tests.house.files import REPOSITORY

MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (timedelta(), MOMENT, True),
        (MOMENT, MOMENT * 2, False),
        (-MOMENT, timedelta(), False),
    ],
)
def test_a_consent_counts_from_its_beginning_to_before_its_end(
    since: timedelta, until: timedelta, counts: bool
) -> None:
    """It expires by itself."""
    assert make_consent(since=START + since, until=START + until).in_force(START) is counts


def test_the_names_are_not_shown() -> None:
    """Not even their fingerprints."""
    assert PRINT not in repr(make_consent())


def test_topics_are_word_lists_or_amounts() -> None:
    """What a consent may allow is what a scan can see, and nothing that no consent covers."""
    lists, _ = load_lexicons(REPOSITORY / "rules/lexicons", word_search)

    assert set(TOPICS.values()) - {"MONEY_AMOUNT"} <= set(lists)
    assert {"health", "claim-event", "financial-distress"} <= set(lists) & NEVER
    assert NEVER.isdisjoint(TOPICS.values())
