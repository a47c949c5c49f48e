"""Looks after attempts whose sender died."""

from __future__ import annotations

import asyncio

import pytest

from proxy.delivery.reaper import Reaper
from tests.fakes.fast_loop import LoopClock, run_fast
from tests.fakes.gate_house import GateHouse


class Crash(BaseException):
    """The process ends here."""


async def _crashed() -> GateHouse:
    house = GateHouse(clock=LoopClock())

    async def crash() -> None:
        raise Crash

    house.publisher.before = crash
    with pytest.raises(Crash):
        await house.submit()
    return house


async def _run(house: GateHouse, seconds: float) -> list[int]:
    settled: list[int] = []
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await Reaper(house.ports, settled=settled.append).run()
    return settled


def test_an_attempt_is_settled_soon_after_its_lease() -> None:
    """Within one interval; every round is told, also those that found nothing."""

    async def scenario() -> list[int]:
        house = await _crashed()
        settled = await _run(house, 66)
        assert house.states == ["unknown"]
        return settled

    settled = run_fast(scenario())
    assert sum(settled) == 1
    assert settled.count(0) >= 12


@pytest.mark.parametrize("broken", ["log", "reads"])
def test_a_database_that_is_down_is_a_matter_of_the_next_round(broken: str) -> None:
    """Whether it cannot be written or not even read: the reaper lives and settles once it is back."""

    async def scenario() -> tuple[list[int], GateHouse]:
        house = await _crashed()
        house.log.down, house.log.unreadable = broken == "log", broken == "reads"
        settled = await _run(house, 100)
        assert house.states == ["intent"]
        house.log.down = house.log.unreadable = False
        return settled + await _run(house, 1), house

    settled, house = run_fast(scenario())
    assert set(settled[:-1]) == {0}
    assert settled[-1] == 1
    assert house.states == ["unknown"]
