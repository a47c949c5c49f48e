from __future__ import annotations

import pytest

from proxy.gate.room import FULL, QueueFull, Room
from tests.factories import make_grant
from tests.fakes.waiting_house import HELD_TEXT, WaitingHouse


async def _filled(*, waiting: int, held: int) -> WaitingHouse:
    house = WaitingHouse()
    for _ in range(held):
        await house.submit(HELD_TEXT)
    for _ in range(waiting - held):
        await house.schedule()
    return house


@pytest.mark.parametrize(
    ("waiting", "held", "may_wait", "may_be_held"),
    [(0, 0, True, True), (2, 1, True, True), (3, 1, False, False), (2, 2, True, False), (3, 3, False, False)],
)
async def test_there_is_room_below_both_bounds(*, waiting: int, held: int, may_wait: bool, may_be_held: bool) -> None:
    """Three may wait, two of them for people."""
    house = await _filled(waiting=waiting, held=held)
    room = Room(house.posts, waiting=3, held=2)

    assert await room.left(make_grant().account, held=False) is may_wait
    assert await room.left(make_grant().account, held=True) is may_be_held


async def test_a_held_post_beyond_is_decided_and_not_queued() -> None:
    """A flood ends at its sender: nobody is asked, nothing waits, and the decision is on record."""
    house = await _filled(waiting=10, held=10)
    before = len(house.log.tables.reviews)
    with pytest.raises(QueueFull):
        await house.submit(HELD_TEXT)

    assert len(house.log.tables.reviews) == before == 10
    assert len(house.log.tables.outbox) == 10
    assert house.states[-1] == "failed"
    assert house.log.records[-1].code == "PG-105"
    assert house.log.records[-1].data["reason"] == FULL


async def test_a_post_for_later_beyond_is_decided_and_not_kept() -> None:
    """The same for what nobody has to look at."""
    house = await _filled(waiting=20, held=0)
    with pytest.raises(QueueFull):
        await house.schedule()

    assert QueueFull().status == 503
    assert len(house.log.tables.outbox) == 20
    assert (house.states[-1], house.sent) == ("failed", [])


async def test_what_need_not_wait_is_sent_all_the_same() -> None:
    """A full queue stops nobody who does not want to stand in it."""
    house = await _filled(waiting=20, held=0)
    await house.submit("Moin")

    assert house.sent == ["Moin"]


async def test_the_same_key_may_be_used_again_when_there_is_room() -> None:
    """A refusal is not an answer for good."""
    house = await _filled(waiting=10, held=10)
    with pytest.raises(QueueFull):
        await house.submit(HELD_TEXT, key="k1")
    house.log.tables.outbox.popitem()
    answer = await house.submit(HELD_TEXT, key="k1")

    assert answer.status < 500
    assert house.states[-1] == "held"
