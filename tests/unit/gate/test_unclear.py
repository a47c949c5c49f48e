"""When an attempt may have made something."""

from __future__ import annotations

from datetime import timedelta

from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.unclear import SETTLE, UNDETERMINED, Look
from tests.fakes.clock import START
from tests.fakes.gate_house import GateHouse
from tests.fakes.unclear import MemoryUnclearPosts

SECOND = timedelta(seconds=1)


async def test_a_window_begins_before_the_intent_and_ends_with_the_settle_time() -> None:
    """The platform's clock may be behind ours, and it may show late."""
    house = GateHouse(Outcome(kind=OutcomeKind.UNKNOWN, reason="closed"))
    await house.submit("eins")
    (post,) = await MemoryUnclearPosts(house.log).open()
    window = post.window()
    begins, ends = START - timedelta(seconds=60), START + timedelta(seconds=60) + SETTLE

    assert (window.since, window.until) == (begins, ends)
    assert [window.holds(moment) for moment in (begins - SECOND, begins, ends, ends + SECOND)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_look_says_nothing_by_itself() -> None:
    """Neither there nor absent."""
    assert Look() == UNDETERMINED
    assert (UNDETERMINED.there, UNDETERMINED.absent, UNDETERMINED.unless) == (None, False, None)
