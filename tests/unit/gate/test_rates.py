"""Nobody asks oftener than the limits say, whoever else asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.gate.rates import WINDOW_S, Rates, TooManyChecks
from tests.fakes.clock import ManualClock


def test_a_limit_is_a_limit() -> None:
    """Up to it everything, beyond it nothing, and again when the minute is over."""
    clock = ManualClock()
    rates = Rates(clock=clock)
    rates.take({"anna": 3}, count=2)
    clock.advance(WINDOW_S / 2)
    rates.take({"anna": 3})
    with pytest.raises(TooManyChecks):
        rates.take({"anna": 3})
    clock.advance(WINDOW_S / 2)
    rates.take({"anna": 3}, count=2)
    with pytest.raises(TooManyChecks):
        rates.take({"anna": 3})


def test_of_two_limits_both_or_none_is_taken() -> None:
    """A refusal uses nothing up."""
    rates = Rates(clock=ManualClock())
    rates.take({"account": 2}, count=2)
    for _ in range(3):
        with pytest.raises(TooManyChecks):
            rates.take({"anna": 1, "account": 2})

    rates.take({"anna": 1})


def test_what_is_over_is_forgotten() -> None:
    """No name stays in memory longer than its minute."""
    clock = ManualClock()
    rates = Rates(clock=clock)
    for number in range(100):
        rates.take({f"p{number}": 1})
    clock.advance(WINDOW_S)
    rates.take({"anna": 1})

    assert list(rates._taken) == ["anna"]


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 3)), max_size=30))
def test_no_minute_has_more_than_the_limit(asked: list[tuple[float, int]]) -> None:
    """However the questions are spread."""
    clock = ManualClock()
    rates, taken = Rates(clock=clock), []
    for wait, count in asked:
        clock.advance(wait)
        try:
            rates.take({"anna": 5}, count=count)
        except TooManyChecks:
            continue
        taken += [clock.monotonic()] * count

    assert all(sum(0 <= moment - other < WINDOW_S for other in taken) <= 5 for moment in taken)
