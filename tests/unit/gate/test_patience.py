"""When an allowed post waits; what becomes of it then is tested with the submission."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.gate.filing import Pending
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.patience import not_sent, place_after, wait_of
from proxy.gate.results import Queued, Scheduled
from tests.factories import CREATE, make_draft, make_grant
from tests.fakes.waiting_house import HOUR, WaitingHouse

if TYPE_CHECKING:
    from datetime import datetime

NOT_SENT = Outcome(kind=OutcomeKind.NOT_SENT, reason="connect")


async def _pending(house: WaitingHouse, *, send_at: datetime | None = None, waits: bool = False) -> Pending:
    pending = await house.gate.prepare(CREATE, make_draft("Moin"), make_grant(), house.platform, waits=waits)
    assert isinstance(pending, Pending)
    return replace(pending, send_at=send_at)


@pytest.mark.parametrize("waits", [False, True])
async def test_a_time_ahead_is_waited_for(waits: bool) -> None:
    """Whatever the platform does now."""
    house = WaitingHouse()
    house.traffic.wait_s = 5
    now = house.clock.now()
    pending = await _pending(house, send_at=now + HOUR, waits=waits)
    wait = wait_of(pending, pending.case, traffic=house.traffic, now=now)

    assert wait is not None
    assert isinstance(wait.result, Scheduled)
    assert (wait.until.not_before, wait.until.reason) == (now + HOUR, "scheduled")
    over = wait_of(pending, pending.case, traffic=house.traffic, now=now + HOUR)
    assert (over is None) == (not waits)


@pytest.mark.parametrize(("waits", "seconds"), [(False, 0), (False, 5), (True, 0), (True, 5)])
async def test_a_platform_is_waited_for_by_what_may_wait(waits: bool, seconds: int) -> None:
    """And by nothing else."""
    house = WaitingHouse()
    house.traffic.wait_s = seconds
    pending = await _pending(house, waits=waits)
    wait = wait_of(pending, pending.case, traffic=house.traffic, now=house.clock.now())

    assert (wait is not None) == (waits and seconds > 0)
    if wait is not None:
        assert isinstance(wait.result, Queued)
        assert wait.until.not_before == house.clock.now() + timedelta(seconds=5)


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize("hours", [0, 24])
async def test_a_place_is_kept_by_what_may_wait_and_has_time(waits: bool, hours: int) -> None:
    """After an attempt that certainly sent nothing."""
    house = WaitingHouse()
    pending, now = await _pending(house, waits=waits), house.clock.now()
    later, places = place_after(pending, NOT_SENT, attempt="a1", now=now, expires_at=now + hours * HOUR)

    assert (later is not None) == (waits and hours > 0)
    assert [(place.post, place.not_before) for place in places if hasattr(place, "not_before")] == (
        [] if later is None else [(pending.case.post.id, later)]
    )


async def test_a_platform_that_failed_got_nothing() -> None:
    """And the answer says by which decision."""
    pending = await _pending(WaitingHouse())

    assert not_sent(pending.case).decision_id == f"d-{pending.case.record}"
