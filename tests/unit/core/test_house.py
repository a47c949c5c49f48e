"""What the house lays before detectors and policies."""

from __future__ import annotations

from datetime import UTC, datetime

from proxy.core import house, model
from proxy.core.model import Calendar, House, Register


def test_the_nouns_hand_them_on() -> None:
    """One place to take them from."""
    assert all(getattr(model, name) is getattr(house, name) for name in house.__all__)


def test_the_begin_of_a_period_belongs_to_it_and_the_end_does_not() -> None:
    """As half-open as spans are."""
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    calendar = Calendar(name="quiet", periods=((begin, end),))

    assert (calendar.running(begin), calendar.running(end)) == (True, False)


def test_a_house_keeps_nothing_and_has_no_register_unless_it_says_so() -> None:
    """Its secrets show in no representation."""
    secret = House(terms=frozenset({"digest"}))

    assert House().terms == frozenset()
    assert "digest" not in repr(secret)
    assert (Register(version="v").customers, Register(version="v").restricted) == (None, None)
