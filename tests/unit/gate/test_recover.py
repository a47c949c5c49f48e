"""Attempts whose sender died."""

from __future__ import annotations

import pytest

from proxy.core.errors import AuditUnavailable
from proxy.gate.recover import settle_overdue
from proxy.gate.work import CloseAttempt, MovePost, Work
from tests.fakes.gate_house import GateHouse


class Crash(BaseException):
    """The process ends here."""


async def _crashed(*texts: str) -> GateHouse:
    """Return a gate whose node died after the intents of these posts."""
    house = GateHouse()

    async def crash() -> None:
        raise Crash

    house.publisher.before = crash
    for text in texts:
        with pytest.raises(Crash):
            await house.submit(text)
    house.publisher.before = None
    return house


async def test_an_attempt_is_left_alone_until_its_lease_is_over() -> None:
    """Its sender may be slow, not dead."""
    house = await _crashed("eins")
    house.clock.advance(59)

    assert await settle_overdue(house.ports) == 0
    assert house.states == ["intent"]


async def test_after_the_lease_the_outcome_is_unknown_and_nothing_is_sent() -> None:
    """One record each, with where it comes from; nobody sends again by himself."""
    house = await _crashed("eins", "zwei")
    house.clock.advance(61)

    assert await settle_overdue(house.ports) == 2
    assert await settle_overdue(house.ports) == 0
    outcomes = [record for record in house.log.records if record.code == "PG-103"]
    assert [record.data["reason"] for record in outcomes] == ["lease_over"] * 2
    assert {record.subject.account for record in outcomes} == {"mastodon:presse"}
    assert (house.states, house.sent) == (["unknown", "unknown"], [])


async def test_who_records_first_wins_and_the_others_are_settled() -> None:
    """Between the look and the record the sender, or another node, wrote an outcome: it stays the only one."""
    house = await _crashed("eins", "zwei")
    house.clock.advance(61)
    first, second = house.log.tables.attempts

    def somebody_is_faster(_name: str) -> None:
        house.log.tables.results.setdefault(first, "published")

    house.on_fault = somebody_is_faster
    assert await settle_overdue(house.ports) == 1
    assert house.log.tables.results == {first: "published", second: "unknown"}
    assert house.log.codes().count("PG-103") == 1


async def test_a_log_that_is_down_leaves_everything_for_later() -> None:
    """Nothing is settled by half: the next round finds what is left."""
    house = await _crashed("eins", "zwei")
    house.clock.advance(61)
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await settle_overdue(house.ports)
    house.log.down = False

    assert house.states == ["intent", "intent"]
    assert await settle_overdue(house.ports) == 2


async def test_a_settled_attempt_and_its_post_change_together() -> None:
    """Attempt, state and record are one unit of work."""
    house = await _crashed("eins")
    works: list[Work] = []
    house.clock.advance(61)
    house.log.on_commit = works.append
    await settle_overdue(house.ports)

    (work,) = works
    assert [type(change) for change in work.changes] == [CloseAttempt, MovePost]
    assert [record.code for record in work.records] == ["PG-103"]
