"""A decision is carried out whoever calls; what becomes of it for a client is tested with the submission."""

from __future__ import annotations

import pytest

from proxy.core.errors import AuditUnavailable
from proxy.gate.conclude import Conclude
from proxy.gate.filing import Pending
from tests.factories import CREATE, make_draft, make_grant
from tests.fakes.waiting_house import HELD_TEXT, WaitingHouse


async def _decided(text: str) -> tuple[WaitingHouse, Conclude, Pending]:
    house = WaitingHouse()
    pending = await house.gate.prepare(CREATE, make_draft(text), make_grant(), house.platform)
    assert isinstance(pending, Pending)
    publishers = {"mastodon": house.publisher}
    return (
        house,
        Conclude(house.ports, filing=house.filing, publishers=publishers, traffic=house.traffic, room=house.room),
        pending,
    )


@pytest.mark.parametrize(("text", "state", "sent"), [("Moin", "published", 1), (HELD_TEXT, "held", 0)])
async def test_a_decision_is_carried_out(text: str, state: str, sent: int) -> None:
    """As it says."""
    house, conclude, pending = await _decided(text)
    await conclude(pending)

    assert (house.states, len(house.sent)) == ([state], sent)


async def test_nothing_is_sent_or_answered_without_a_record() -> None:
    """The log comes first."""
    house, conclude, pending = await _decided("Moin")
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await conclude(pending)

    assert (house.sent, house.states) == ([], [])


async def test_what_is_withheld_is_on_record_and_reviewed_by_nobody() -> None:
    """Another post that it belongs to may not be sent."""
    house, conclude, pending = await _decided(HELD_TEXT)
    await conclude.withhold(pending)

    assert (house.states, house.log.tables.reviews, house.place) == (["failed"], {}, None)
