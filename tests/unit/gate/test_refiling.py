"""Units of work of a post that waits; what they lead to is tested with the delivery that carries them out."""

from __future__ import annotations

import pytest

from proxy.core.errors import Conflict
from proxy.gate.lifecycle import Event
from proxy.gate.refiling import unwatched
from tests.fakes.waiting_house import WaitingHouse


async def test_an_event_that_the_state_does_not_allow_makes_no_unit_of_work() -> None:
    """The one table of the life of a post is asked, here as everywhere."""
    house = WaitingHouse()
    await house.schedule()
    with pytest.raises(Conflict):
        house.refiling.moved(await house.only(), Event.APPROVE, "nobody")


async def test_a_post_on_its_way_is_watched_by_nobody() -> None:
    """Until its attempt has ended; its times and its number of attempts stay with it."""
    house = WaitingHouse()
    await house.schedule()
    waiting = await house.only()
    place = unwatched(waiting, tries=1)

    assert (place.not_before, place.tries) == (None, 1)
    assert (place.send_at, place.expires_at) == (waiting.send_at, waiting.expires_at)
