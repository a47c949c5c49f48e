"""Takes posts out of the outbox: what is due, what is over, and what is left alone for a while."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable, GateUnavailable
from proxy.delivery.dispatcher import AT_ONCE, BATCH, FAILED_S, Dispatcher
from tests.fakes.fast_loop import run_fast
from tests.fakes.waiting_house import HELD_TEXT, WaitingHouse

if TYPE_CHECKING:
    from proxy.gate.waiting import WaitingPost


def _dispatcher(house: WaitingHouse, failed: list[str] | None = None, **options: float) -> Dispatcher:
    codes = [] if failed is None else failed
    return Dispatcher(house.posts, house.deliver, clock=house.clock, node="n1", failed=codes.append, **options)


async def test_what_is_due_is_sent_and_what_is_over_ends() -> None:
    """In one look."""
    house = WaitingHouse()
    await house.submit(HELD_TEXT)
    await house.schedule("Moin", hours=71)
    house.clock.advance(72 * 3600)
    assert await _dispatcher(house).once() is False

    assert (house.sent, house.states) == (["Moin"], ["expired", "published"])


async def test_what_cannot_be_sent_now_is_left_alone_for_a_while() -> None:
    """By this node; nothing is recorded about it."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)
    house.traffic.wait_s = 30
    dispatcher = _dispatcher(house)
    await dispatcher.once()
    house.traffic.wait_s = 0
    house.clock.advance(29)
    await dispatcher.once()
    assert house.states == ["scheduled"]
    house.clock.advance(2)
    await dispatcher.once()

    assert house.states == ["published"]


@pytest.mark.parametrize("over", [False, True])
async def test_a_look_that_failed_is_told_and_tried_again(over: bool) -> None:
    """A log that is down is a matter of readiness; others of the same look are not stopped by it."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance((72 if over else 1) * 3600)
    house.log.down = True
    failed: list[str] = []
    dispatcher = _dispatcher(house, failed)
    await dispatcher.once()
    assert failed == [AuditUnavailable.code]
    house.log.down = False
    house.clock.advance(FAILED_S + 1)
    await dispatcher.once()

    assert house.states == ["expired" if over else "published"]


async def test_a_defect_that_one_post_shows_keeps_nothing_else_back() -> None:
    """It is told, and the others are sent."""
    house = WaitingHouse()
    await house.schedule("eins")
    await house.schedule("zwei")
    house.clock.advance(3600)
    failed: list[str] = []
    first = (await house.posts.due(house.clock.now(), limit=1))[0].id

    async def look(waiting: WaitingPost) -> float | None:
        if waiting.id == first:
            message = "a defect"
            raise RuntimeError(message)
        return await house.deliver(waiting)

    await Dispatcher(house.posts, look, clock=house.clock, node="n1", failed=failed.append).once()  # type: ignore[arg-type]

    assert (failed, sorted(house.states)) == (["internal"], ["published", "scheduled"])


async def test_many_are_looked_at_together_but_not_all_at_once() -> None:
    """The detectors are asked by a few at a time; every one of them is sent."""
    house = WaitingHouse(room=BATCH + 1)
    for number in range(3 * AT_ONCE):
        await house.schedule(f"Moin {number}")
    house.clock.advance(3600)
    together, most = 0, 0
    deliver = house.deliver

    async def counted(waiting: WaitingPost) -> float | None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0)
        result = await deliver(waiting)
        together -= 1
        return result

    dispatcher = Dispatcher(house.posts, counted, clock=house.clock, node="n1", failed=lambda _code: None)  # type: ignore[arg-type]
    await dispatcher.once()

    assert most == AT_ONCE
    assert sorted(house.sent) == sorted(f"Moin {number}" for number in range(3 * AT_ONCE))


async def test_two_nodes_begin_at_different_posts() -> None:
    """So that they seldom look at the same one."""
    house = WaitingHouse()
    for number in range(20):
        await house.schedule(f"Moin {number}")
    house.clock.advance(3600)
    orders: list[list[str]] = []
    for node in ("n1", "n2"):
        seen: list[str] = []

        async def look(waiting: WaitingPost, seen: list[str] = seen) -> None:
            seen.append(waiting.id)

        await Dispatcher(house.posts, look, clock=house.clock, node=node, failed=lambda _code: None).once()  # type: ignore[arg-type]
        orders.append(seen)

    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


async def test_there_may_be_more_than_one_look_takes() -> None:
    """Then it looks again at once."""
    house = WaitingHouse(room=BATCH + 1)
    for number in range(BATCH + 1):
        await house.schedule(f"Moin {number}")
    house.clock.advance(3600)
    dispatcher = _dispatcher(house)

    assert await dispatcher.once() is True
    assert await dispatcher.once() is False
    assert len(house.sent) == BATCH + 1


def test_it_looks_at_an_interval_and_when_it_is_woken() -> None:
    """A database that does not answer is a matter of the next round."""

    async def scenario() -> tuple[list[str], WaitingHouse]:
        house = WaitingHouse()
        failed: list[str] = []
        house.log.unreadable = True
        dispatcher = _dispatcher(house, failed, interval_s=1000.0)
        running = asyncio.get_running_loop().create_task(dispatcher.run())
        await asyncio.sleep(1)
        house.log.unreadable = False
        await house.schedule()
        house.clock.advance(3600)
        dispatcher.wake()
        await asyncio.sleep(1)
        assert house.states == ["published"]
        await house.schedule("Später")
        house.clock.advance(3600)
        await asyncio.sleep(1001)
        running.cancel()
        return failed, house

    failed, house = run_fast(scenario())
    assert failed == [GateUnavailable.code]
    assert house.states == ["published", "published"]
