"""A platform that fails is left alone, and asked with a read."""

from __future__ import annotations

from proxy.delivery.breaker import LOOK_S, REST_S, WINDOW_S, Breaker


def _failed(*moments: float, failures: int = 5) -> Breaker:
    breaker = Breaker(failures)
    for at in moments:
        breaker.fail(at)
    return breaker


def test_five_failures_of_a_minute_open_it() -> None:
    """Four do not, nor five over a longer time."""
    assert not _failed(0, 1, 2, 3).open
    assert not _failed(0, 20, 40, 50, WINDOW_S).open
    assert _failed(0, 20, 40, 50, WINDOW_S - 1).open


def test_it_can_be_switched_off() -> None:
    """A run of tests in which the platform is meant to fail."""
    assert not _failed(*range(50), failures=0).open


def test_it_tells_when_the_platform_is_asked() -> None:
    """After half a minute; until it has answered, nobody is sent there."""
    breaker = _failed(0, 0, 0, 0, 10)

    assert breaker.left(10) == REST_S
    assert not breaker.due(10 + REST_S - 1)
    assert breaker.due(10 + REST_S)
    assert breaker.left(10 + REST_S) == LOOK_S
    assert breaker.left(500) == LOOK_S


def test_a_failure_while_it_is_open_changes_nothing() -> None:
    """Attempts that had begun may still end."""
    breaker = _failed(0, 0, 0, 0, 0)
    breaker.fail(20)
    assert breaker.due(REST_S)


def test_an_answer_closes_it_and_forgets() -> None:
    """The next failure is the first again."""
    breaker = _failed(0, 0, 0, 0, 0)
    breaker.asked(30, answered=True)
    breaker.fail(31)

    assert not breaker.open
    assert not breaker.due(100)
    assert breaker.left(31) == 0


def test_without_an_answer_it_is_left_alone_again() -> None:
    """For as long as the first time."""
    breaker = _failed(0, 0, 0, 0, 0)
    breaker.asked(30, answered=False)

    assert breaker.open
    assert breaker.left(30) == REST_S
