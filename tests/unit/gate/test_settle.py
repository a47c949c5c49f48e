"""What people find out about unclear posts, on record with who said it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import NotFound, StillInProgress
from proxy.core.model import Principal
from proxy.gate.lifecycle import State
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.settle import ASKED, Said, Settle, Then
from proxy.gate.unclear import SETTLE
from tests.fakes.gate_house import GateHouse
from tests.fakes.unclear import MemoryUnclearPosts

if TYPE_CHECKING:
    from proxy.gate.settle import UnclearRow

UNCLEAR = Outcome(kind=OutcomeKind.UNKNOWN, reason="closed")
SENT = Outcome(kind=OutcomeKind.PUBLISHED, upstream_id="115")
LEASE_S = 60
OTTO = Principal(ref="a_otto", kind="employee", scopes=frozenset({"deliver"}), token_prefix="pgt_test")


class House(GateHouse):
    """A gate with one unclear post, and whoever settles it."""

    def __init__(self, *then: Outcome) -> None:
        super().__init__(UNCLEAR, *then)
        self.unclear = MemoryUnclearPosts(self.log)
        self.settle = Settle(self.unclear, audit=self.log, clock=self.clock, ids=self.ports.ids)

    async def begin(self) -> str:
        """Return the name of the decision of a post that is unclear for long enough."""
        await self.submit("eins")
        self.clock.advance(LEASE_S + SETTLE.total_seconds())
        return (await self.settle.all())[0].decision_id

    async def say(self, name: str, said: Said) -> UnclearRow:
        """Say what is there."""
        return await self.settle(name, said, by=OTTO)

    def told(self) -> list[tuple[str, str, object]]:
        """Return code, actor and result of what was recorded after the outcome."""
        after = self.log.records[3:]
        return [(one.code, one.actor.ref, one.data.get("result", one.data.get("to"))) for one in after]


async def test_what_is_there_was_published() -> None:
    """Under the id that a person found."""
    house = House()
    row = await house.say(await house.begin(), Said(platform_id="115"))

    assert (row.status, house.states) == ("published", ["published"])
    assert house.told() == [("PG-104", OTTO.ref, "published")]
    assert house.log.records[-1].data["method"] == "person"
    assert list(house.log.tables.platform_ids.values()) == ["115"]


@pytest.mark.parametrize(
    ("then", "status", "told"),
    [
        (Then.WAIT, "absent", []),
        (Then.CLOSE, "failed", [("PG-105", OTTO.ref, "failed")]),
        (Then.RESEND, "queued", [("PG-105", OTTO.ref, "queued")]),
    ],
)
async def test_what_is_not_there_is_sent_again_closed_or_waits(
    then: Then, status: str, told: list[tuple[str, str, object]]
) -> None:
    """At once, or in two steps."""
    house = House(SENT)
    row = await house.say(await house.begin(), Said(then=then))
    assert (row.status, house.states) == (status, [status])
    assert house.told() == [("PG-104", OTTO.ref, "absent"), *told]

    two = House(SENT)
    name = await two.begin()
    await two.say(name, Said())
    if then is not Then.WAIT:
        assert (await two.say(name, Said(then=then))).status == status
    assert two.told() == house.told()
    assert two.log.tables.outbox == house.log.tables.outbox


async def test_what_is_sent_again_is_decided_again() -> None:
    """And is an attempt of its own."""
    house = House(SENT)
    await house.say(await house.begin(), Said(then=Then.RESEND))
    (waiting,) = await house.posts.due(house.clock.now(), limit=9)
    await house.deliver(waiting)

    assert (house.states, house.sent) == (["published"], ["eins", "eins"])
    assert house.log.codes()[-3:] == ["PG-101", "PG-102", "PG-103"]


async def test_nobody_settles_what_may_still_be_going_on() -> None:
    """Its sender may be frozen, or the platform show it late."""
    house = House()
    name = await house.begin()
    house.clock.jump(-1)
    with pytest.raises(StillInProgress):
        await house.say(name, Said(then=Then.RESEND))
    assert house.states == ["unknown"]


@pytest.mark.parametrize("said", [Said(platform_id="115"), Said()])
async def test_what_is_known_to_be_absent_is_only_sent_again_or_closed(said: Said) -> None:
    """It is not found out twice."""
    house = House()
    name = await house.begin()
    await house.say(name, Said())
    with pytest.raises(NotFound):
        await house.say(name, said)


async def test_only_unclear_posts_are_settled() -> None:
    """Neither one that is published nor one that nobody knows."""
    house = House()
    name = await house.begin()
    await house.say(name, Said(platform_id="115"))
    for other in (name, "d-unbekannt"):
        with pytest.raises(NotFound):
            await house.say(other, Said(then=Then.CLOSE))


async def test_who_is_first_counts() -> None:
    """A look found it at the same moment."""
    house = House()
    name = await house.begin()
    tables, commit = house.log.tables, house.log.commit

    async def raced(work: object) -> object:
        house.log.commit = commit  # type: ignore[method-assign]
        house.log.tables.states.update(dict.fromkeys(tables.states, State.PUBLISHED))
        return await commit(work)  # type: ignore[arg-type]

    house.log.commit = raced  # type: ignore[method-assign,assignment]
    with pytest.raises(StillInProgress):
        await house.say(name, Said(then=Then.RESEND))
    assert house.told() == []


async def test_rows_say_what_is_to_be_done() -> None:
    """After half an hour a person has to look; no text is shown."""
    house = House()
    name = await house.begin()
    (row,) = await house.settle.all()
    house.clock.advance(ASKED.total_seconds())
    (later,) = await house.settle.all()

    assert (row.decision_id, row.account, row.platform, row.status, row.attempts) == (
        name,
        "mastodon:presse",
        "mastodon",
        "unknown",
        1,
    )
    assert row.sent_at == "2026-11-23T09:00:00.000000Z"
    assert (row.overdue, later.overdue) == (False, True)
