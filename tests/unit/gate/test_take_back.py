"""Taking a post back wherever it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import NotFound, StillInProgress
from proxy.gate.lifecycle import State
from proxy.gate.native import Order
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.recall import NotPublished
from tests.fakes.clock import START
from tests.fakes.native_house import BOARD, PRESS, NativeHouse, anna, entry

if TYPE_CHECKING:
    from proxy.gate.post_rows import PostRow

SENT = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="115")


async def made(house: NativeHouse, text: str, *, later: bool = False) -> PostRow:
    """Return the row of a post."""
    send_at = START + timedelta(hours=1) if later else None
    (row,) = await house.native.post(Order(entries=(entry(text),), send_at=send_at), by=anna())
    return row


@pytest.mark.parametrize(("text", "later"), [("Mensch", False), ("Moin", True)])
async def test_what_waits_is_withdrawn(text: str, *, later: bool) -> None:
    """On record, as the author's will; the platform is not asked, and nobody is asked any more."""
    house = NativeHouse()
    row = await made(house, text, later=later)
    taken = await house.take_back(str(row.decision_id), by=anna())
    record = house.log.records[-1]

    assert (taken.status, house.states, house.sent) == ("withdrawn", ["withdrawn"], [])
    assert (record.code, record.actor.ref, record.data["reason"]) == ("PG-105", anna().ref, "author")
    assert house.log.tables.outbox == {}
    assert {one.state for one in house.log.tables.reviews.values()} <= {"withdrawn"}


async def test_what_is_published_is_recalled() -> None:
    """By a deletion of its own."""
    house = NativeHouse(SENT, SENT)
    row = await made(house, "Moin")
    taken = await house.take_back(str(row.decision_id), by=anna())

    assert taken.status == "recalled"
    assert "PG-107" in house.log.codes()


async def test_what_is_over_cannot_be_taken_back() -> None:
    """A blocked post never left."""
    house = NativeHouse()
    row = await made(house, "IBAN")
    with pytest.raises(NotPublished):
        await house.take_back(str(row.decision_id), by=anna())


async def test_what_is_sent_at_the_same_moment_is_asked_for_again() -> None:
    """The author is not told that it was withdrawn."""
    house = NativeHouse()
    row = await made(house, "Moin", later=True)
    waiting = house.posts.waiting

    async def gone(post: str) -> None:
        house.log.tables.states[post] = State.INTENT
        assert await waiting(post) is None

    house.posts.waiting = gone  # type: ignore[method-assign]
    with pytest.raises(StillInProgress):
        await house.take_back(str(row.decision_id), by=anna())
    assert house.states == ["intent"]


async def test_what_waits_is_listed_for_an_account() -> None:
    """Newest first, no text; what is over is not in it."""
    house = NativeHouse(SENT)
    held = await made(house, "Mensch")
    house.clock.advance(1)
    later = await made(house, "Moin", later=True)
    await made(house, "Tach")
    rows = await house.take_back.waiting(PRESS, by=anna())

    assert [(row.decision_id, row.status, row.target) for row in rows] == [
        (later.decision_id, "scheduled", PRESS),
        (held.decision_id, "held", PRESS),
    ]
    assert [row.send_at for row in rows] == ["2026-11-23T10:00:00.000000Z", None]
    assert await house.take_back.waiting(BOARD, by=anna()) == ()
    with pytest.raises(NotFound):
        await house.take_back.waiting("mastodon:unbekannt", by=anna())
