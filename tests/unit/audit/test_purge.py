"""What is over goes, and nothing else does. All texts are invented."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.audit import purge as purging
from proxy.audit.orders.desk import DeskPorts, OrderDesk
from proxy.audit.orders.model import Kind, Target
from proxy.audit.orders.succession import LogSuccession
from proxy.audit.purge import SOON_S, Purge
from proxy.audit.verify import Verified
from proxy.core.errors import GateUnavailable
from proxy.core.model import Verdict
from proxy.storage.tables import audit_content, idempotency
from tests.orders import desk_house
from tests.stores import bytes_on_disk
from tests.works import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.orders import DeskHouse

AUTHOR = "a_erfunden"
DAY = 24 * 3600.0


@pytest.fixture
async def house(url: str) -> AsyncIterator[DeskHouse]:
    """Return a house on a database of each kind."""
    async with desk_house(url) as opened:
        yield opened


async def test_contents_go_when_their_time_is_over(house: DeskHouse) -> None:
    """What was stopped after a month to the second, what was published after three years; the log stays whole."""
    stopped = await house.post("Kanarienvogel eins", author=AUTHOR)
    image = await house.image("m1", author=AUTHOR)
    house.clock.advance(30 * DAY - 1)
    assert await house.purge.once() == 0
    assert await house.kept() == {stopped.id, image.id}

    house.clock.advance(1)
    assert await house.purge.once() == 1
    assert await house.kept() == {image.id}
    house.clock.advance((1096 - 30) * DAY)
    assert await house.purge.once() == 1
    assert await house.kept() == set()

    first, second = await house.records("PG-509")
    assert (first["data"]["class"], first["data"]["keys"]) == ("blocked-30d", 1)
    assert (second["data"]["class"], second["data"]["keys"]) == ("published-3y", 1)
    verified = await house.verified()
    assert isinstance(verified, Verified)
    assert verified.erased == 2


async def test_what_is_held_or_undecided_stays(house: DeskHouse) -> None:
    """A hold keeps it, and a post that waits for a person is still needed; afterwards it goes."""
    held = await house.post("Kanarienvogel", author=AUTHOR)
    waits = await house.post("Kanarienvogel", author="a_other", verdict=Verdict.HOLD)
    hold = await house.both(Kind.HOLD, Target(actor=AUTHOR))
    house.clock.advance(2000 * DAY)

    assert await house.purge.once() == 0
    assert await house.kept() == {held.id, waits.id}
    # Tokens of the two people are over by now; they are the same people.
    order = await house.order(Kind.RELEASE, hold=hold.order.id)
    await house.desk.confirm(order.id, by=house.legal)
    assert await house.purge.once() == 1
    assert await house.kept() == {waits.id}


async def test_many_go_in_batches_past_those_that_stay(house: DeskHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A held one at the front of every batch stops nothing."""
    monkeypatch.setattr(purging, "BATCH", 2)
    kept = [await house.post(f"Kanarienvogel {n}", author="a_other") for n in range(3)]
    for n in range(5):
        await house.post(f"Kanarienvogel {n}", author=AUTHOR)
    await house.both(Kind.HOLD, Target(actor="a_other"))
    house.clock.advance(30 * DAY)

    assert await house.purge.once() == 5
    assert await house.kept() == {post.id for post in kept}


async def test_idempotency_keys_that_are_over_go_as_well(house: DeskHouse) -> None:
    """They hold a keyed digest of the text."""
    await house.post("Kanarienvogel", author=AUTHOR, key="k1")
    house.clock.advance(30 * DAY)
    await house.purge.once()

    count = sa.select(sa.func.count()).select_from(idempotency)
    assert await house.reads.run(lambda connection: connection.execute(count).scalar_one()) == 0


async def test_two_nodes_purge_at_once(house: DeskHouse) -> None:
    """Each content goes once, on one record."""
    for n in range(6):
        await house.post(f"Kanarienvogel {n}", author=AUTHOR)
    house.clock.advance(30 * DAY)

    counts = await asyncio.gather(*(house.purge.once() for _ in range(3)))

    assert sum(counts) == 6
    refs = [ref for leaf in await house.records("PG-509") for ref in leaf["refs"]]
    assert len(refs) == len(set(refs)) == 6
    assert isinstance(await house.verified(), Verified)


async def test_the_files_have_nothing_of_it(house: DeskHouse) -> None:
    """Neither in the database nor beside it."""
    if not house.url.startswith("sqlite"):
        return
    await house.post("Kanarienvogel", author=AUTHOR)
    queries = (sa.text("SELECT wrapped_dek FROM data_keys"), sa.text("SELECT ciphertext FROM audit_content"))
    secrets = [
        await house.reads.run(lambda connection, query=query: bytes(connection.execute(query).scalar_one()))  # type: ignore[misc]
        for query in queries
    ]
    house.clock.advance(30 * DAY)
    assert all(secret in bytes_on_disk(house.url) for secret in secrets)
    await house.purge.once()

    assert not any(secret in bytes_on_disk(house.url) for secret in secrets)


async def test_a_database_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch, house: DeskHouse) -> None:
    """Soon after a failure, a day after a success."""
    pauses: list[float] = []
    answers = iter([GateUnavailable(), 3])

    async def once() -> None:
        answer = next(answers)
        if isinstance(answer, GateUnavailable):
            raise answer

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise asyncio.CancelledError

    monkeypatch.setattr(Purge, "once", lambda _self: once())
    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await house.purge.run()

    assert pauses == [SOON_S, DAY]


async def test_what_an_erasure_left_in_the_files_goes_with_the_next_purge(house: DeskHouse) -> None:
    """SQLite does not empty its WAL while somebody reads what was before."""
    if not house.url.startswith("sqlite"):
        return
    post = await house.post("Kanarienvogel", author=AUTHOR)
    query = sa.select(audit_content.c.ciphertext)
    (sealed,) = await house.reads.run(lambda connection: connection.execute(query).scalars().all())
    ports = DeskPorts(
        reads=house.reads,
        audit=house.audit,
        envelope=house.envelope,
        clock=house.clock,
        ids=new_id,
        sweep=lambda: None,  # as it ends, after five seconds, while somebody reads what was before
        succession=LogSuccession(house.ports),
    )
    order = await house.order(Kind.ERASE, Target(posts=(post.id,)))
    await OrderDesk(ports).confirm(order.id, by=house.legal)
    assert bytes(sealed) in bytes_on_disk(house.url)

    assert await house.purge.once() == 0
    assert bytes(sealed) not in bytes_on_disk(house.url)
