"""Asks again and again, whatever happens to the database."""

from __future__ import annotations

import asyncio

import pytest

from proxy.delivery.reconciler import Reconciler
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.reconcile import Reconcile
from proxy.gate.unclear import Look, Window
from tests.fakes.fast_loop import LoopClock, run_fast
from tests.fakes.gate_house import GateHouse
from tests.fakes.unclear import MemoryUnclearPosts


class _Everything:
    """A platform that has every post."""

    async def find(self, post: object, window: Window) -> Look:
        assert post is not None
        assert window.since < window.until
        return Look(there="115")


async def _run(house: GateHouse, seconds: float) -> tuple[list[int], list[int]]:
    clear: list[int] = []
    left: list[int] = []
    posts = MemoryUnclearPosts(house.log)

    async def standing() -> None:
        left.append((await posts.standing())[0])

    reconcile = Reconcile(house.ports, posts, {"mastodon": _Everything()})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await Reconciler(reconcile, clear=clear.append, standing=standing).run()
    return clear, left


def test_an_unclear_post_becomes_clear_when_it_is_time() -> None:
    """Every round is told, also those that found nothing, and how many are left after it."""

    async def scene() -> None:
        house = GateHouse(Outcome(kind=OutcomeKind.UNKNOWN, reason="closed"), clock=LoopClock())
        await house.submit("eins")
        clear, left = await _run(house, 400)

        assert sum(clear) == 1
        assert clear[0] == 0
        assert (left[0], left[-1]) == (1, 0)
        assert house.states == ["published"]

    run_fast(scene())


def test_a_database_that_is_down_ends_nothing() -> None:
    """The next round tries again."""

    async def scene() -> None:
        house = GateHouse(Outcome(kind=OutcomeKind.UNKNOWN, reason="closed"), clock=LoopClock())
        await house.submit("eins")
        house.log.unreadable = True
        assert await _run(house, 300) == ([0] * 10, [])
        house.log.unreadable = False
        assert sum((await _run(house, 300))[0]) == 1

    run_fast(scene())
