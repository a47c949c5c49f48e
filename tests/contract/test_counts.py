"""
What everybody promises who counts how often something was asked.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.limits import GRAIN_S, KEPT_S, Counted
from tests.fakes.clock import START

if TYPE_CHECKING:
    from tests.stores import Ports

ONE, OTHER = Counted(name="one", seconds=60), Counted(name="other")
STEP = timedelta(seconds=GRAIN_S)


async def test_what_was_counted_is_read_for_its_time(ports: Ports) -> None:
    """Each by itself; what is over does not count any more."""
    nothing = await ports.counts.read([ONE, OTHER], now=START)
    first = await ports.counts.take([ONE], now=START)
    both = await ports.counts.take([OTHER, ONE], now=START + STEP, times=3)
    later = await ports.counts.read([ONE, OTHER], now=START + timedelta(seconds=60))

    assert (nothing, first, both, later) == ((0, 0), (1,), (3, 4), (3, 3))
    assert await ports.counts.read([ONE, OTHER], now=START + timedelta(seconds=60) + STEP) == (0, 3)


async def test_those_who_count_at_once_lose_nothing(ports: Ports) -> None:
    """Each learns of another number."""
    answers = await asyncio.gather(*(ports.counts.take([OTHER, ONE], now=START) for _ in range(12)))

    assert sorted(answers) == [(number, number) for number in range(1, 13)]


async def test_what_is_forgotten_is_gone(ports: Ports) -> None:
    """Nothing newer is."""
    await ports.counts.take([OTHER], now=START)
    await ports.counts.take([OTHER], now=START + STEP)
    await ports.counts.forget(START)

    assert await ports.counts.read([Counted(name="other", seconds=KEPT_S)], now=START + STEP) == (1,)
