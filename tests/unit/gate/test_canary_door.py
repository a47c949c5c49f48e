"""An invented leak through each door."""

from __future__ import annotations

import asyncio

import pytest

from proxy.core.errors import UnknownToken
from proxy.core.model import Verdict
from proxy.gate.canary import CLEAN_TEXT, Canary, CanaryPorts
from proxy.gate.canary_door import CanaryDoors, DoorAnswer, PublicDoor
from tests.factories import CREATE, make_draft, make_grant
from tests.fakes.door_platform import ScriptedIdentity
from tests.fakes.gate_house import GateHouse
from tests.policies import make_bundle, make_policy, make_rule
from tests.unit.gate.test_canary import Told

LEAK = "Meine IBAN"
TOKEN = "pgt_canary"


class House(GateHouse):
    """A gate with two doors, whose client posts to them without a network."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Told()
        ports = CanaryPorts(
            scanner=self.scanner, policies=self.policies, audit=self.log, clock=self.clock, ids=self.ports.ids
        )
        self.canary_ports = ports
        self.canary = Canary(ports, leaks=(), platforms=("mastodon",), watch=self.told)
        self.doors = CanaryDoors(
            ports,
            self,
            token=TOKEN,
            doors=[PublicDoor(name="presse", platform="mastodon"), PublicDoor(name="filiale", platform="mastodon")],
            text=LEAK,
        )
        self.away: set[str] = set()
        self.away_after = 100
        self.asked: list[str] = []
        self.instead: DoorAnswer | None = None

    async def post(self, door: PublicDoor, text: str, *, token: str) -> DoorAnswer | None:
        """Be the client and the door."""
        self.asked.append(door.name)
        if door.name in self.away or len(self.asked) > self.away_after:
            return None
        grant = await self.doors.identity(ScriptedIdentity({})).authenticate(token, door=door.name)
        answer = await self.doors.taking(self.gate)(CREATE, make_draft(text), grant, self.platform)
        status = 422 if b'"Blocked"' in answer.body else answer.status
        return self.instead or DoorAnswer(status=status, body=answer.body)

    async def look(self) -> bool:
        """Look at all doors and return what was told."""
        await self.doors.once(self.canary)
        return self.told.last["door"]


async def test_the_leak_is_stopped_at_every_door() -> None:
    """Nothing is recorded, kept, counted or sent."""
    house = House()

    assert await house.look()
    assert house.asked == ["presse", "filiale"]
    assert (house.log.records, house.log.tables.posts, house.sent) == ([], {}, [])
    assert house.observer.verdicts == []


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.REDACT])
async def test_a_leak_that_waits_or_is_changed_is_stopped_too(verdict: Verdict) -> None:
    """No review is opened for it."""
    house = House()
    house.policies.bundle = make_bundle(make_policy(make_rule(action=verdict)))

    assert await house.look()
    assert house.log.tables.reviews == {}


async def test_a_leak_that_would_pass_is_noticed_and_not_sent() -> None:
    """Whether a rule is off, or a detector does not look."""
    house = House()
    house.scanner.words.clear()
    assert not await house.look()
    house.scanner.words["IBAN"] = "IBAN_CODE"
    house.scanner.missing = {"presidio"}
    assert not await house.look()

    assert (house.log.records, house.sent) == ([], [])


@pytest.mark.parametrize(
    "answer",
    [
        DoorAnswer(status=200, body=b"{}"),
        DoorAnswer(status=422, body=b'{"error": "another refusal"}'),
        DoorAnswer(status=503, body=b"{}"),
    ],
)
async def test_only_the_refusal_of_that_decision_counts(answer: DoorAnswer) -> None:
    """A door that refuses everything, or is busy, has stopped nothing."""
    house = House()
    house.instead = answer

    assert not await house.look()


async def test_a_door_that_does_not_answer_is_noticed() -> None:
    """The others are looked at all the same; it turns good again."""
    house = House()
    house.away = {"presse"}
    assert not await house.look()
    assert house.asked == ["presse", "filiale"]
    house.away = set()
    assert await house.look()


@pytest.mark.parametrize("works", [True, False])
async def test_a_clean_post_goes_the_whole_way_to_the_built_in_platform(works: bool) -> None:
    """Recorded and sent; the leak before it is not. A platform that takes nothing is noticed."""
    house = House()
    doors = [PublicDoor(name="mastodon", platform="mastodon", sandboxed=True)]
    house.doors = CanaryDoors(house.canary_ports, house, token=TOKEN, doors=doors, text=LEAK)
    if not works:
        house.away_after = 1
    await house.look()

    assert house.told.last == {"door": True, "sandbox": works}
    assert house.asked == ["mastodon", "mastodon"]
    assert house.sent == [CLEAN_TEXT] * works
    assert house.log.codes() == ["PG-101", "PG-102", "PG-103"] * works


async def test_a_leak_is_not_sent_to_the_built_in_platform_either() -> None:
    """Also when no rule stops it."""
    house = House()
    house.scanner.words.clear()
    doors = [PublicDoor(name="mastodon", platform="mastodon", sandboxed=True)]
    house.doors = CanaryDoors(house.canary_ports, house, token=TOKEN, doors=doors, text=LEAK)
    assert not await house.look()

    assert house.sent == [CLEAN_TEXT]


async def test_everybody_else_is_known_as_before() -> None:
    """Other tokens go to who knows them, other posts to the gate."""
    house = House()
    identity = house.doors.identity(ScriptedIdentity({}))
    for token in (None, "", "pgt_canarx", "pgt_canary "):
        with pytest.raises(UnknownToken):
            await identity.authenticate(token, door="presse")
    answer = await house.doors.taking(house.gate)(
        CREATE, make_draft("Schönes Wochenende!"), make_grant(), house.platform
    )

    assert answer.status == 200
    assert house.sent == ["Schönes Wochenende!"]


@pytest.mark.parametrize("reached", [True, False])
async def test_it_looks_until_it_is_cancelled(reached: bool) -> None:
    """A pause comes first; without a door that can be reached nothing is told, good or bad."""
    house = House()
    if not reached:
        house.doors = CanaryDoors(house.canary_ports, house, token=TOKEN, doors=[], text=LEAK)
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 2:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await house.doors.run(house.canary, 900.0, sleep)

    assert pauses == [900.0] * 3
    assert len(house.asked) == 4 * reached
    assert house.told.last == ({"door": True} if reached else {})


async def test_the_canary_has_no_account_on_a_platform() -> None:
    """Its account is the same at every door, and in no table."""
    house = House()
    grant = house.doors.known(TOKEN, "presse")

    assert grant is not None
    assert (grant.account.id, grant.account.door, grant.principal.ref) == ("canary", "presse", "canary")
    assert grant.principal.scopes == frozenset()
