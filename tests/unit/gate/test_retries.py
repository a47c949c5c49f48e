"""When what was certainly not published is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.retries import LONGEST_S, PAUSES, again_at
from tests.fakes.clock import START

NOT_SENT = Outcome(kind=OutcomeKind.NOT_SENT, reason="connect")
LATER = START + timedelta(days=1)


def _seconds(outcome: Outcome, *, tries: int = 1, attempt: str = "a1") -> float | None:
    at = again_at(outcome, attempt=attempt, tries=tries, now=START, expires_at=LATER)
    return None if at is None else (at - START).total_seconds()


def _limited(seconds: int | None) -> Outcome:
    return Outcome(kind=OutcomeKind.REJECTED, reason="rate_limited", upstream_status=429, retry_after=seconds)


@pytest.mark.parametrize(("tries", "pause"), [(1, 60), (2, 300), (3, 1800), (4, 1800), (40, 1800)])
def test_pauses_grow_and_do_not_end(tries: int, pause: int) -> None:
    """With some jitter, so that many posts do not come at once."""
    seconds = [_seconds(NOT_SENT, tries=tries, attempt=f"a{number}") for number in range(50)]

    assert all(one is not None and pause <= one <= pause * 1.2 for one in seconds)
    assert len(set(seconds)) > 25
    assert PAUSES[0] == timedelta(minutes=1)


@pytest.mark.parametrize(("asked", "waited"), [(120, 120), (0, 1), (-5, 1), (10**9, LONGEST_S)])
def test_a_platform_may_ask_for_a_pause_within_bounds(asked: int, waited: int) -> None:
    """What it says counts, and nonsense does not."""
    assert _seconds(_limited(asked)) == waited


def test_a_limit_without_a_time_waits_as_usual() -> None:
    """As for any other pause."""
    assert 60 <= (_seconds(_limited(None)) or 0) <= 72


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(kind=OutcomeKind.PUBLISHED, upstream_id="1"),
        Outcome(kind=OutcomeKind.NOT_SENT, reason="refused"),
        Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout"),
        Outcome(kind=OutcomeKind.UNKNOWN, reason="rate_limited"),
        Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=422),
        Outcome(kind=OutcomeKind.REJECTED, reason="credential", upstream_status=401),
    ],
)
def test_nothing_else_is_tried_again(outcome: Outcome) -> None:
    """Least of all what may have been published."""
    assert _seconds(outcome) is None


def test_nothing_is_tried_after_its_time() -> None:
    """A pause that ends too late is none."""
    assert again_at(NOT_SENT, attempt="a", tries=3, now=LATER - timedelta(minutes=29), expires_at=LATER) is None
