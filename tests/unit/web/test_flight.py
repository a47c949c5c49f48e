"""
What is counted in flight, and that every place is given back.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest

from proxy.core.errors import Draining, GateBusy
from proxy.settings.model import Limits
from proxy.web.flight import Flight

LIMITS = Limits(in_flight=2, per_principal=1, buffered_bytes=1024 * 1024)


def test_requests_are_counted_and_capped() -> None:
    """The third of two is refused; after an end there is room again."""
    seen: list[int] = []
    flight = Flight(LIMITS, on_change=seen.append)
    with ExitStack() as stack:
        stack.enter_context(flight.request())
        with flight.request():
            with pytest.raises(GateBusy):
                stack.enter_context(flight.request())
            assert flight.requests == 2
        with flight.request():
            pass
    assert flight.requests == 0
    assert seen == [1, 2, 1, 2, 1, 0]


def test_principals_do_not_take_each_others_places() -> None:
    """One principal's cap says nothing about another."""
    flight = Flight(LIMITS)
    with flight.principal("a"):
        with pytest.raises(GateBusy), flight.principal("a"):
            pass
        with flight.principal("b"):
            pass
    with flight.principal("a"):
        pass


def test_memory_is_counted_in_bytes() -> None:
    """What does not fit is refused before it is read, exactly at the limit it fits."""
    flight = Flight(LIMITS)
    with flight.buffer(1024 * 1024 - 1), flight.buffer(1), pytest.raises(GateBusy), flight.buffer(1):
        pass
    with flight.buffer(1024 * 1024):
        pass


@pytest.mark.parametrize("what", ["request", "principal", "buffer"])
def test_an_error_gives_the_place_back(what: str) -> None:
    """Whatever ends a request frees its places."""
    flight = Flight(Limits(in_flight=1, per_principal=1, buffered_bytes=1024 * 1024))
    for _ in range(3):
        place = {
            "request": flight.request(),
            "principal": flight.principal("a"),
            "buffer": flight.buffer(1024 * 1024),
        }[what]
        with pytest.raises(RuntimeError), place:
            raise RuntimeError


def test_draining_takes_nothing_new() -> None:
    """What is in flight ends, what comes is refused."""
    flight = Flight(LIMITS)
    with flight.request():
        flight.drain()
        with pytest.raises(Draining), flight.request():
            pass
        assert flight.requests == 1
    assert flight.draining


async def test_landing_waits_for_the_last_request() -> None:
    """Nothing in flight: at once. Something that does not end: false after the time."""
    flight = Flight(LIMITS)
    assert await flight.landed(0.01)
    async with asyncio.TaskGroup() as group:
        with flight.request():
            assert not await flight.landed(0.01)
            waiting = group.create_task(flight.landed(5))
            await asyncio.sleep(0)
    assert waiting.result() is True
