"""Units of work by which an unclear post becomes clear."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict
from proxy.gate.clearing import PERSON, Clearing
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.work import Actor
from tests.fakes.gate_house import GateHouse
from tests.fakes.unclear import MemoryUnclearPosts

if TYPE_CHECKING:
    from proxy.gate.unclear import UnclearPost

OTTO = Actor(kind="employee", ref="a_otto")


async def _unclear() -> tuple[GateHouse, UnclearPost, Clearing]:
    house = GateHouse(Outcome(kind=OutcomeKind.UNKNOWN, reason="closed"))
    await house.submit("eins")
    (post,) = await MemoryUnclearPosts(house.log).open()
    return house, post, Clearing(clock=house.clock, ids=house.ports.ids)


async def test_what_was_found_out_is_on_record_with_its_attempt() -> None:
    """Who found it, how, and what."""
    house, post, clearing = await _unclear()
    (looked,) = clearing.published(post, "115").records
    (said,) = clearing.absent(post, method=PERSON, by=OTTO).records

    assert looked.refs == said.refs == (post.intent_record,)
    assert looked.data == {"attempt": post.attempt, "result": "published", "method": "lookup", "upstream_id": "115"}
    assert said.data == {"attempt": post.attempt, "result": "absent", "method": "person", "upstream_id": None}
    assert (looked.actor.ref, said.actor) == ("postgate", OTTO)
    assert house.states == ["unknown"]


async def test_finding_and_what_follows_are_one_unit_of_work() -> None:
    """No crash leaves a post between the two."""
    house, post, clearing = await _unclear()
    until = house.clock.now() + timedelta(hours=1)
    await house.ports.audit.commit(clearing.absent(post, again_until=until, by=OTTO))
    (place,) = house.log.tables.outbox.values()

    assert house.states == ["queued"]
    assert (place.tries, place.expires_at, place.not_before) == (1, until, house.clock.now())
    assert house.log.codes()[-2:] == ["PG-104", "PG-105"]


async def test_nothing_is_found_out_twice() -> None:
    """Whoever is second loses, and leaves nothing behind."""
    house, post, clearing = await _unclear()
    await house.ports.audit.commit(clearing.absent(post, closed=True))
    lost = 0
    for work in (clearing.published(post, "115"), clearing.absent(post), clearing.again(post, house.clock.now())):
        try:
            await house.ports.audit.commit(work)
        except Conflict:
            lost += 1

    assert (lost, house.states, house.log.tables.outbox) == (3, ["failed"], {})
