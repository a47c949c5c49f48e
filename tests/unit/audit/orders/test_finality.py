"""From when nobody can open an erased content in a copy of the database, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.audit.orders.finality import Finality
from proxy.audit.orders.model import Kind, Target
from proxy.audit.orders.proof import erasure_proof
from proxy.gate.key_changes import NoteWrappingKey
from proxy.gate.work import Work
from tests.key_exchanges import FIRST, FIRST_ID, SECOND, SECOND_ID, THIRD, exchange_of, ring_of, writing_with
from tests.orders import OPERATOR

if TYPE_CHECKING:
    from tests.orders import DeskHouse


async def _finality(house: DeskHouse, order: str) -> Finality:
    return (await house.reads.run(lambda connection: erasure_proof(connection, order))).finality


async def _exchange(house: DeskHouse, current: bytes, *earlier: bytes) -> None:
    house.clock.advance(3600)
    keys = ring_of(current, *earlier)
    await exchange_of(keys, reads=house.reads, audit=house.audit, clock=house.clock).run(by=OPERATOR)


async def test_an_erasure_is_final_once_its_wrapping_key_is_retired(house: DeskHouse) -> None:
    """Before that the key that wrapped it is named; later exchanges change nothing of it."""
    post = await house.post("Kanarienvogel", author="a_erfunden")
    order = (await house.both(Kind.ERASE, Target(posts=(post.id,)))).order.id
    before = await _finality(house, order)
    await _exchange(house, SECOND, FIRST)
    after = await _finality(house, order)
    await _exchange(house, THIRD, SECOND)

    assert before == Finality(retired=(), used=(FIRST_ID,), since=None)
    assert not before.final
    assert (after.final, after.retired, after.used) == (True, (FIRST_ID,), ())
    assert await _finality(house, order) == after


async def test_a_content_that_was_wrapped_anew_waits_for_the_next_exchange(house: DeskHouse) -> None:
    """The key of before is retired, but the new one wraps it too in backups since then."""
    post = await house.post("Kanarienvogel", author="a_erfunden")
    await _exchange(house, SECOND, FIRST)
    house.clock.advance(60)
    order = (await house.both(Kind.ERASE, Target(posts=(post.id,)))).order.id
    before = await _finality(house, order)
    await _exchange(house, THIRD, SECOND)

    assert before == Finality(retired=(FIRST_ID,), used=(SECOND_ID,), since=None)
    after = await _finality(house, order)
    assert (after.final, after.retired) == (True, tuple(sorted((FIRST_ID, SECOND_ID))))


async def test_a_key_that_rows_were_wrapped_away_from_counts_as_long_as_it_is_used(house: DeskHouse) -> None:
    """After an exchange that was given up half-way and turned round, copies may have it wrapped by either."""
    post = await house.post("Kanarienvogel", author="a_erfunden")
    record = exchange_of(ring_of(SECOND), reads=house.reads, audit=house.audit, clock=house.clock)._record(
        "begun", [SECOND_ID], OPERATOR
    )
    now = house.clock.now()
    await house.audit.commit(Work(records=(record,), changes=(NoteWrappingKey(id=SECOND_ID, at=now, left_at=now),)))
    house.clock.advance(timedelta(minutes=1).total_seconds())
    order = (await house.both(Kind.ERASE, Target(posts=(post.id,)))).order.id

    assert (await _finality(house, order)).used == tuple(sorted((FIRST_ID, SECOND_ID)))


async def test_a_key_that_was_retired_before_the_content_was_made_does_not_count(house: DeskHouse) -> None:
    """It never wrapped it."""
    await house.post("Vorher", author="a_zweite")
    await _exchange(house, SECOND, FIRST)
    house.clock.advance(3600)
    post = await writing_with(house, ring_of(SECOND)).post("Nachher", author="a_erfunden")
    order = (await house.both(Kind.ERASE, Target(posts=(post.id,)))).order.id

    assert await _finality(house, order) == Finality(retired=(), used=(SECOND_ID,), since=None)


@pytest.mark.parametrize("behind_s", [60, -60])
async def test_clocks_of_nodes_may_differ(house: DeskHouse, behind_s: int) -> None:
    """The key of before wrapped it, though the node that erased, or the one that exchanged, says an earlier time."""
    house.clock.advance(max(0, -behind_s))
    post = await house.post("Kanarienvogel", author="a_erfunden")
    house.clock.advance(min(0, behind_s) - 3600)
    await _exchange(house, SECOND, FIRST)
    house.clock.advance(-behind_s)
    order = (await house.both(Kind.ERASE, Target(posts=(post.id,)))).order.id

    assert await _finality(house, order) == Finality(retired=(FIRST_ID,), used=(SECOND_ID,), since=None)


async def test_the_name_of_a_person_counts_too(house: DeskHouse) -> None:
    """Also of somebody who wrote nothing."""
    someone = await house.person("Erika Beispiel", "audit")
    order = (await house.both(Kind.ERASE, Target(actor=someone.ref))).order.id
    before = await _finality(house, order)
    await _exchange(house, SECOND, FIRST)

    assert before.used == (FIRST_ID,)
    assert (await _finality(house, order)).final
