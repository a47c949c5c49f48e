"""Posts that may have been published, and a platform that can be asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proxy.core.errors import SealBroken
from proxy.core.model import PostKind
from proxy.gate.lifecycle import State
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.reconcile import LONGEST, SETTLE, reconcile
from tests.fakes.envelope import PlainEnvelope
from tests.fakes.gate_house import GateHouse
from tests.fakes.log import MemoryPosts

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.core.model import Post
    from proxy.gate.ports import DataKey

UNCLEAR = Outcome(kind=OutcomeKind.UNKNOWN, reason="closed")
LEASE_S = 60


@dataclass(slots=True)
class _Lookup:
    """A platform that has these texts."""

    there: dict[str, str] = field(default_factory=dict)
    asked: list[Post] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    async def find(self, post: Post) -> str | None:
        self.asked.append(post)
        self.meanwhile()
        return self.there.get(post.parts[0].text)


class _Broken(PlainEnvelope):
    """Opens nothing."""

    def unwrap(self, *, key_id: str, wrapped: bytes, kek_id: str) -> DataKey:
        raise SealBroken


async def _unclear(*texts: str) -> GateHouse:
    """Return a gate whose posts with these texts ended without a clear answer, long enough ago."""
    house = GateHouse(*(UNCLEAR for _ in texts))
    for text in texts:
        await house.submit(text)
    house.clock.advance(LEASE_S + SETTLE.total_seconds())
    return house


async def _reconcile(house: GateHouse, lookup: _Lookup, door: str = "mastodon") -> int:
    return await reconcile(house.ports, MemoryPosts(house.log), {door: lookup})


async def test_what_the_platform_has_was_published() -> None:
    """On record, with how it was found out; the rest stays unclear, and nothing is sent."""
    house = await _unclear("eins", "zwei")
    lookup = _Lookup({"zwei": "at://two"})

    assert await _reconcile(house, lookup) == 1
    assert house.states == ["unknown", "published"]
    (record,) = [record for record in house.log.records if record.code == "PG-104"]
    assert (record.data["result"], record.data["method"], record.data["upstream_id"]) == (
        "published",
        "lookup",
        "at://two",
    )
    assert list(house.log.tables.platform_ids.values()) == ["at://two"]
    assert len(house.sent) == 2
    assert house.reached.count("reconcile_found") == 1


async def test_the_platform_is_asked_about_the_post_as_it_was_sent() -> None:
    """With its id, from which places on the platform follow."""
    house = await _unclear("eins")
    lookup = _Lookup()
    await _reconcile(house, lookup)

    (post,) = lookup.asked
    ((released, _),) = house.publisher.published
    assert (post.id, post.parts, post.operation, post.kind) == (
        released.post.id,
        released.post.parts,
        "status.create",
        PostKind.POST,
    )


async def test_nobody_is_asked_too_early_or_for_ever() -> None:
    """A frozen sender may wake up; after a day a person was asked."""
    lookup = _Lookup({"eins": "1"})
    house = GateHouse(UNCLEAR)
    await house.submit("eins")
    house.clock.advance(LEASE_S + SETTLE.total_seconds() - 1)
    assert await _reconcile(house, lookup) == 0
    house.clock.advance(LONGEST.total_seconds() + 2)
    assert await _reconcile(house, lookup) == 0

    assert (lookup.asked, house.states) == ([], ["unknown"])


async def test_a_platform_that_cannot_tell_is_not_asked() -> None:
    """There is a look for some platforms only."""
    house = await _unclear("eins")

    assert await _reconcile(house, _Lookup({"eins": "1"}), door="other") == 0
    assert house.states == ["unknown"]


async def test_what_was_erased_cannot_be_compared() -> None:
    """The key is gone; the post stays unclear."""
    house = await _unclear("eins")
    house.log.tables.data_keys.clear()
    lookup = _Lookup({"eins": "1"})

    assert await _reconcile(house, lookup) == 0
    assert (lookup.asked, house.states) == ([], ["unknown"])


async def test_what_does_not_open_cannot_be_compared() -> None:
    """Under another key than it was sealed with; the post stays unclear."""
    house = await _unclear("eins")
    lookup = _Lookup({"eins": "1"})
    house.ports = replace(house.ports, envelope=_Broken())

    assert await _reconcile(house, lookup) == 0
    assert (lookup.asked, house.states) == ([], ["unknown"])


async def test_who_is_first_counts() -> None:
    """The late answer of the sender, or another node: there is one record."""
    house = await _unclear("eins")
    other = _Lookup({"eins": "1"})
    lookup = _Lookup({"eins": "2"})
    raced = house.log.tables

    def another_node() -> None:
        raced.states.update(dict.fromkeys(raced.states, State.PUBLISHED))

    lookup.meanwhile = another_node
    assert await _reconcile(house, lookup) == 0
    assert await _reconcile(house, other) == 0
    assert "PG-104" not in house.log.codes()
