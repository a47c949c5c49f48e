"""Waiting posts become posts again, or nothing."""

from __future__ import annotations

from proxy.gate.waiting import reopened
from tests.fakes.waiting_house import WaitingHouse


async def test_a_waiting_post_is_the_one_that_was_decided() -> None:
    """Every part and option of it, under the same key."""
    house = WaitingHouse()
    await house.schedule("Kanarienvogel")
    opened = reopened(house.ports.envelope, await house.only())

    assert opened is not None
    (stored,) = house.log.tables.posts.values()
    assert opened.post.parts[0].text == "Kanarienvogel"
    assert (opened.post.id, opened.kept.mac, opened.kept.key.id) == (stored.id, stored.mac, stored.key)
    assert opened.kept.retention == "published-3y"


async def test_neither_shows_its_text() -> None:
    """They pass through every traceback of the delivery."""
    house = WaitingHouse()
    await house.schedule("Kanarienvogel")
    waiting = await house.only()

    assert "Kanarienvogel" not in repr(waiting) + repr(reopened(house.ports.envelope, waiting))
