"""Posts that may have been published, and a platform that can be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import PostKind
from proxy.gate.lifecycle import State
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.reconcile import LONGEST, Patience, Reconcile
from proxy.gate.unclear import SETTLE, UNDETERMINED, Look
from tests.factories import make_draft
from tests.fakes.gate_house import GateHouse
from tests.fakes.unclear import MemoryUnclearPosts

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.core.model import Post
    from proxy.gate.unclear import Window

UNCLEAR = Outcome(kind=OutcomeKind.UNKNOWN, reason="closed")
SENT = Outcome(kind=OutcomeKind.PUBLISHED, upstream_id="115")
LEASE_S = 60
ABSENT = Look(absent=True, unless=frozenset({"status.delete"}))


@dataclass(slots=True)
class _Lookup:
    """A platform that shows this of posts with these texts."""

    shows: dict[str, Look] = field(default_factory=dict)
    asked: list[Post] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    async def find(self, post: Post, window: Window) -> Look:
        self.asked.append(post)
        self.windows.append(window)
        self.meanwhile()
        return self.shows.get(post.parts[0].text, UNDETERMINED)


async def _unclear(*texts: str, then: tuple[Outcome, ...] = ()) -> GateHouse:
    """Return a gate whose posts with these texts ended without a clear answer, long enough ago."""
    house = GateHouse(*(UNCLEAR for _ in texts), *then)
    for text in texts:
        await house.submit(text)
    house.clock.advance(LEASE_S + SETTLE.total_seconds())
    return house


def _reconcile(
    house: GateHouse, lookup: _Lookup, door: str = "mastodon", patience: Patience | None = None
) -> Reconcile:
    return Reconcile(house.ports, MemoryUnclearPosts(house.log), {door: lookup}, patience)


def _found_out(house: GateHouse) -> list[tuple[object, object, object]]:
    return [
        (record.data["result"], record.data["method"], record.data["upstream_id"])
        for record in house.log.records
        if record.code == "PG-104"
    ]


async def test_what_the_platform_has_was_published() -> None:
    """On record, with how it was found out; the rest stays unclear, and nothing is sent."""
    house = await _unclear("eins", "zwei")

    assert await _reconcile(house, _Lookup({"zwei": Look(there="at://two")}))() == 1
    assert house.states == ["unknown", "published"]
    assert _found_out(house) == [("published", "lookup", "at://two")]
    assert list(house.log.tables.platform_ids.values()) == ["at://two"]
    assert len(house.sent) == 2
    assert house.reached.count("reconcile_found") == 1


async def test_the_platform_is_asked_about_the_post_as_it_was_sent() -> None:
    """With its id, from which places on the platform follow, and when it may have been made."""
    house = await _unclear("eins")
    lookup = _Lookup()
    await _reconcile(house, lookup)()

    (post,), (window,) = lookup.asked, lookup.windows
    ((released, _),) = house.publisher.published
    assert (post.id, post.parts, post.operation, post.kind) == (
        released.post.id,
        released.post.parts,
        "status.create",
        PostKind.POST,
    )
    assert window.holds(house.clock.now())


async def test_what_was_found_by_what_it_says_must_be_nobody_elses() -> None:
    """The same text may have been published before; a place belongs to one post alone."""
    house = GateHouse(SENT, UNCLEAR)
    await house.submit("eins")
    await house.submit("zwei")
    house.clock.advance(LEASE_S + SETTLE.total_seconds())
    lookup = _Lookup({"zwei": Look(there="115", fresh=True)})

    assert await _reconcile(house, lookup)() == 0
    lookup.shows["zwei"] = Look(there="115")
    assert await _reconcile(house, lookup)() == 1


async def test_nobody_is_asked_too_early_or_for_ever() -> None:
    """A frozen sender may wake up; after a day a person was asked."""
    lookup = _Lookup({"eins": Look(there="1")})
    house = GateHouse(UNCLEAR)
    await house.submit("eins")
    house.clock.advance(LEASE_S + SETTLE.total_seconds() - 1)
    assert await _reconcile(house, lookup)() == 0
    house.clock.advance(LONGEST.total_seconds() + 2)
    assert await _reconcile(house, lookup)() == 0

    assert (lookup.asked, house.states) == ([], ["unknown"])


async def test_looks_become_ever_more_seldom() -> None:
    """After 1, 2, 5, and then every 10 minutes."""
    house = await _unclear("eins")
    lookup = _Lookup()
    reconcile = _reconcile(house, lookup)
    asked: list[int] = []
    for minute in range(30):
        before = len(lookup.asked)
        await reconcile()
        asked += [minute] * (len(lookup.asked) - before)
        house.clock.advance(60)

    assert asked == [0, 1, 3, 8, 18, 28]


async def test_a_platform_that_cannot_tell_is_not_asked() -> None:
    """There is a look for some platforms only."""
    house = await _unclear("eins")

    assert await _reconcile(house, _Lookup({"eins": Look(there="1")}), door="other")() == 0
    assert house.states == ["unknown"]


@pytest.mark.parametrize("how", ["erased", "changed"])
async def test_what_does_not_open_cannot_be_compared(how: str) -> None:
    """The post stays unclear."""
    house = await _unclear("eins")
    keys = house.log.tables.data_keys
    (name,) = keys
    if how == "erased":
        keys.clear()
    else:
        object.__setattr__(keys[name], "wrapped", b"another")
    lookup = _Lookup({"eins": Look(there="1")})

    assert await _reconcile(house, lookup)() == 0
    assert (lookup.asked, house.states) == ([], ["unknown"])


async def test_who_is_first_counts() -> None:
    """The late answer of the sender, or another node: there is one record."""
    house = await _unclear("eins")
    raced = house.log.tables

    def another_node() -> None:
        raced.states.update(dict.fromkeys(raced.states, State.PUBLISHED))

    assert await _reconcile(house, _Lookup({"eins": Look(there="2")}, meanwhile=another_node))() == 0
    assert await _reconcile(house, _Lookup({"eins": Look(there="1")}))() == 0
    assert "PG-104" not in house.log.codes()


async def test_what_is_absent_is_sent_again_where_that_makes_nothing_twice() -> None:
    """On record twice; it waits, and is decided again before it leaves as the same post."""
    house = await _unclear("eins", then=(SENT,))

    assert await _reconcile(house, _Lookup({"eins": ABSENT}))() == 1
    assert house.states == ["queued"]
    assert _found_out(house) == [("absent", "lookup", None)]
    assert house.log.records[-1].data == {"from": "absent", "to": "queued", "reason": "resend"}

    (waiting,) = await house.posts.due(house.clock.now(), limit=9)
    assert waiting.tries == 1
    await house.deliver(waiting)
    first, second = (released.post for released, _ in house.publisher.published)
    assert house.states == ["published"]
    assert (first.id, first.canonical()) == (second.id, second.canonical())
    assert [one.number for one in house.log.tables.attempts.values()] == [1, 2]


async def test_what_is_absent_waits_for_a_person_where_a_repetition_would_be_another_post() -> None:
    """Nothing is sent by itself."""
    house = await _unclear("eins")

    assert await _reconcile(house, _Lookup({"eins": Look(absent=True)}))() == 1
    assert (house.states, house.log.tables.outbox) == (["absent"], {})


async def test_what_may_have_been_taken_away_is_not_sent_again() -> None:
    """Its author deleted something since."""
    house = GateHouse(UNCLEAR, SENT)
    await house.submit("eins")
    house.clock.advance(1)
    draft = make_draft("115")
    object.__setattr__(draft, "operation", "status.delete")
    await house.submit_draft(draft)
    house.clock.advance(LEASE_S + SETTLE.total_seconds())

    assert await _reconcile(house, _Lookup({"eins": ABSENT}))() == 1
    assert house.states[0] == "absent"


async def test_after_its_time_nothing_is_sent_again_by_itself() -> None:
    """A post of yesterday is not news."""
    house = await _unclear("eins")
    patience = Patience(resend=timedelta(minutes=3))

    assert await _reconcile(house, _Lookup({"eins": ABSENT}), patience=patience)() == 1
    assert house.states == ["absent"]
