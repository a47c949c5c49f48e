"""What authors do with posts of their own that wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from proxy.core.errors import NotFound, UnreadableField
from proxy.gate.withdraw import Withdraw, Withdrawing
from tests.factories import make_grant
from tests.fakes.waiting_house import HELD_TEXT, HOUR, WaitingHouse

MINE = make_grant()
OTHERS = [make_grant("a_andere"), make_grant(account="mastodon:andere")]


def withdraw_of(house: WaitingHouse) -> Withdraw:
    """Return the use case over a house."""
    return Withdraw(
        Withdrawing(
            posts=house.posts,
            refiling=house.refiling,
            audit=house.log,
            envelope=house.ports.envelope,
            clock=house.clock,
        )
    )


async def test_an_author_sees_what_waits() -> None:
    """Newest first, with the time of each: that of sending, or until when people decide."""
    house = WaitingHouse()
    await house.schedule("Moin")
    house.clock.advance(60)
    await house.submit(HELD_TEXT)
    newest, oldest = await withdraw_of(house).all(MINE)

    assert [one.post.parts[0].text for one in (newest, oldest)] == [HELD_TEXT, "Moin"]
    assert oldest.at == house.clock.now() - timedelta(seconds=60) + HOUR
    assert newest.at == house.clock.now() + 72 * HOUR
    assert await withdraw_of(house).one(oldest.post.id, MINE) == oldest


@pytest.mark.parametrize("grant", OTHERS, ids=["another person", "another account"])
async def test_nobody_sees_or_changes_what_is_not_theirs(grant: object) -> None:
    """It is as if it were not there."""
    house = WaitingHouse()
    await house.schedule()
    waiting = await house.only()
    use = withdraw_of(house)

    assert await use.all(grant) == ()  # type: ignore[arg-type]
    for call in (use.one(waiting.id, grant), use.cancel(waiting.id, grant)):  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            await call
    assert house.states == ["scheduled"]


@pytest.mark.parametrize("state", ["scheduled", "held", "approved", "queued"])
async def test_an_author_takes_back_whatever_waits(state: str) -> None:
    """On record by the author, and nobody is asked about it any more."""
    house = WaitingHouse()
    if state == "scheduled":
        await house.schedule()
    elif state == "queued":
        house.traffic.wait_s = 5
        await house.submit_patiently()
    else:
        await house.submit(HELD_TEXT)
    if state == "approved":
        await house.approve("a_rita")
    assert house.states == [state]
    waiting = await house.only()
    await withdraw_of(house).cancel(waiting.id, MINE)
    record = house.log.records[-1]

    assert (house.states, house.place) == (["withdrawn"], None)
    assert (record.code, record.actor.ref) == ("PG-105", MINE.principal.ref)
    assert (record.data["from"], record.data["to"], record.data["reason"]) == (state, "withdrawn", "author")
    assert not [one for one in house.log.tables.reviews.values() if one.state == "open"]
    with pytest.raises(NotFound):
        await withdraw_of(house).cancel(waiting.id, MINE)


async def test_what_is_sent_at_the_same_time_is_not_taken_back() -> None:
    """Whoever records first wins; the author learns that it is too late."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)
    waiting = await house.only()
    use = withdraw_of(house)
    await house.deliver(waiting)
    house.posts.waiting = _always(waiting)  # type: ignore[method-assign,assignment]
    with pytest.raises(NotFound):
        await use.cancel(waiting.id, MINE)

    assert house.states == ["published"]


def _always(waiting: object) -> object:
    async def read(_post: str) -> object:
        return waiting

    return read


@pytest.mark.parametrize("text", ["Moin", HELD_TEXT], ids=["scheduled", "held"])
async def test_an_author_chooses_another_time(text: str) -> None:
    """What waits for people still does; the time is on record."""
    house = WaitingHouse()
    await house.schedule(text)
    before = (await house.only()).state
    moved = await withdraw_of(house).move((await house.only()).id, MINE, house.clock.now() + 5 * HOUR)
    place = house.place

    assert moved.at == house.clock.now() + 5 * HOUR
    assert place is not None
    assert (place.not_before is None) == (text == HELD_TEXT)
    assert place.expires_at == house.clock.now() + 29 * HOUR
    assert house.states == [before.value]
    assert house.log.records[-1].data["send_at"] == "2026-11-23T14:00:00.000000Z"


@pytest.mark.parametrize("approved", [False, True])
async def test_what_people_were_shown_may_only_be_put_off(*, approved: bool) -> None:
    """News that may be told after a certain moment, and were approved for it, do not come out before."""
    house = WaitingHouse()
    await house.schedule(HELD_TEXT, hours=5)
    if approved:
        await house.approve("a_rita")
    waiting, codes = await house.only(), house.log.codes()
    use = withdraw_of(house)
    with pytest.raises(UnreadableField):
        await use.move(waiting.id, MINE, house.clock.now() + HOUR)

    assert (house.log.codes(), (await house.only()).send_at) == (codes, waiting.send_at)
    assert (await use.move(waiting.id, MINE, house.clock.now() + 6 * HOUR)).at == house.clock.now() + 6 * HOUR


async def test_nobody_has_seen_the_time_of_an_allowed_post() -> None:
    """Its author may choose an earlier one."""
    house = WaitingHouse()
    await house.schedule(hours=5)
    moved = await withdraw_of(house).move((await house.only()).id, MINE, house.clock.now() + HOUR)

    assert moved.at == house.clock.now() + HOUR


async def test_what_waits_for_its_platform_has_no_time() -> None:
    """It goes as soon as it can."""
    house = WaitingHouse()
    house.traffic.wait_s = 5
    await house.submit_patiently()
    with pytest.raises(NotFound):
        await withdraw_of(house).move((await house.only()).id, MINE, house.clock.now() + HOUR)


async def test_a_time_that_is_over_is_refused() -> None:
    """And nothing is changed."""
    house = WaitingHouse()
    await house.schedule()
    codes = house.log.codes()
    with pytest.raises(UnreadableField):
        await withdraw_of(house).move((await house.only()).id, MINE, house.clock.now())

    assert house.log.codes() == codes


async def test_what_was_erased_is_not_shown() -> None:
    """It can still be taken back."""
    house = WaitingHouse()
    await house.schedule()
    house.log.tables.data_keys.clear()
    waiting = await house.only()

    assert await withdraw_of(house).all(MINE) == ()
    with pytest.raises(NotFound):
        await withdraw_of(house).one(waiting.id, MINE)
    await withdraw_of(house).cancel(waiting.id, MINE)
    assert house.states == ["withdrawn"]
