"""Asks again and again, whatever happens to the database."""

from __future__ import annotations

import asyncio

import pytest

from proxy.delivery.reconciler import Reconciler
from proxy.gate.outcome import Outcome, OutcomeKind
from tests.fakes.fast_loop import LoopClock, run_fast
from tests.fakes.gate_house import GateHouse
from tests.fakes.log import MemoryPosts


class _Everything:
    """A platform that has every post."""

    async def find(self, post: object) -> str | None:
        assert post is not None
        return "115"


async def _run(house: GateHouse, seconds: float) -> list[int]:
    found: list[int] = []
    reconciler = Reconciler(house.ports, MemoryPosts(house.log), {"mastodon": _Everything()}, found=found.append)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await reconciler.run()
    return found


def test_an_unclear_post_is_found_when_it_is_time() -> None:
    """Every round is told, also those that found nothing."""

    async def scene() -> None:
        house = GateHouse(Outcome(kind=OutcomeKind.UNKNOWN, reason="closed"), clock=LoopClock())
        await house.submit("eins")
        found = await _run(house, 400)

        assert sum(found) == 1
        assert found[0] == 0
        assert house.states == ["published"]

    run_fast(scene())


def test_a_database_that_is_down_ends_nothing() -> None:
    """The next round tries again."""

    async def scene() -> None:
        house = GateHouse(Outcome(kind=OutcomeKind.UNKNOWN, reason="closed"), clock=LoopClock())
        await house.submit("eins")
        house.log.unreadable = True
        assert set(await _run(house, 300)) == {0}
        house.log.unreadable = False
        assert sum(await _run(house, 300)) == 1

    run_fast(scene())
