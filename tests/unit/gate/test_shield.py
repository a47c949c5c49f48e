"""Work that ends even when its client goes away."""

from __future__ import annotations

import asyncio

import pytest

from proxy.gate.shield import Shield


async def test_the_value_reaches_a_caller_who_stays() -> None:
    """An undisturbed call is an ordinary call."""

    async def work() -> int:
        return 7

    assert await Shield().run(work()) == 7


async def test_a_cancelled_caller_does_not_cancel_the_work() -> None:
    """The client hangs up in the middle; the work still ends, and the drain waits for it."""
    shield, gate, ended = Shield(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await gate.wait()
        ended.set()

    async def call() -> None:
        await shield.run(work())

    async with asyncio.TaskGroup() as group:
        caller = group.create_task(call())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        caller.cancel()
    assert not ended.is_set()
    gate.set()

    assert await shield.drain(5)
    assert ended.is_set()


async def test_an_error_reaches_the_caller() -> None:
    """The shield hides nothing."""

    async def work() -> None:
        message = "broken"
        raise ValueError(message)

    with pytest.raises(ValueError, match="broken"):
        await Shield().run(work())


async def test_the_drain_says_when_it_gave_up() -> None:
    """Work that does not end in time is reported, not waited for without end."""
    shield, gate = Shield(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(shield.run(gate.wait()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

        assert not await shield.drain(0.01)
        gate.set()
    assert await shield.drain(0)


async def test_work_that_is_cancelled_itself_is_no_riddle() -> None:
    """When the loop ends, shielded work ends too, and nothing is reported as never retrieved."""
    shield, begun = Shield(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        caller = group.create_task(shield.run(work()))
        await begun.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
    assert caller.cancelled()
    assert await shield.drain(0)
