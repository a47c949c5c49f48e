"""Invented leaks that must be stopped, and a clean post that must pass."""

from __future__ import annotations

import asyncio

import pytest

from proxy.core.errors import AuditUnavailable
from proxy.core.model import Verdict
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.gate.canary import CLEAN, LEAKS, RED_S, ROUND_S, Canary, CanaryPorts
from proxy.gate.canary_door import KIND, SANDBOX
from proxy.observability.metrics import CANARIES
from proxy.settings.canary import LEAKS as NAMES
from tests.fakes.gate_house import GateHouse
from tests.fakes.scanner import ScriptedScanner
from tests.policies import make_bundle, make_policy, make_rule


class Told:
    """Remembers what was told of each kind last."""

    def __init__(self) -> None:
        self.last: dict[str, bool] = {}

    def canary(self, kind: str, *, ok: bool) -> None:
        """Remember."""
        self.last[kind] = ok


class House(GateHouse):
    """A gate with a canary that knows the word `IBAN` of two leaks."""

    def __init__(self, *, leaks: tuple[str, ...] = ("iban", "spelled")) -> None:
        super().__init__(
            scanner=ScriptedScanner({"DE02": "IBAN_CODE", "D E 0 2": "IBAN_CODE", "überweisen": "DISCLOSURE"})
        )
        self.told = Told()
        ports = CanaryPorts(
            scanner=self.scanner, policies=self.policies, audit=self.log, clock=self.clock, ids=self.ports.ids
        )
        self.canary = Canary(ports, leaks=leaks, platforms=("mastodon", "bluesky"), watch=self.told)

    async def rounds(self, number: int) -> None:
        """Let time pass and look, so many times."""
        for _ in range(number):
            self.clock.advance(ROUND_S)
            await self.canary.once()

    @property
    def kept(self) -> list[dict[str, object]]:
        """Return what is on record of the canary."""
        return [record.data for record in self.log.records if record.code == "PG-605"]


def test_every_name_is_known_everywhere() -> None:
    """A leak can be left out in the settings, and has a number of its own."""
    assert tuple(leak.name for leak in LEAKS) == NAMES
    assert (*NAMES, CLEAN, KIND, SANDBOX) == CANARIES


async def test_while_all_is_well_nothing_is_recorded() -> None:
    """It is green, its node is fit, and no record, post or key is left of its looks."""
    house = House()
    before = house.canary.state()
    await house.rounds(5)

    assert (before, house.canary.state(), house.canary.fit(), house.canary.detail()) == ("untested", "green", True, "")
    assert house.told.last == {"iban": True, "spelled": True, "clean": True}
    assert (house.log.records, house.log.tables.posts, house.sent) == ([], {}, [])


async def test_each_round_is_about_the_next_platform() -> None:
    """A policy that is missing for one platform shows."""
    house = House()
    house.policies.bundle = make_bundle(make_policy(platforms=frozenset({"mastodon"})), default=Verdict.ALLOW)
    await house.rounds(1)
    first = house.canary.state()
    await house.rounds(1)

    assert (first, house.canary.state()) == ("green", "red")


@pytest.mark.parametrize(
    ("off", "red"),
    [("rule", "iban,spelled"), ("words", "iban"), ("detector", "clean"), ("worker", "clean,iban,spelled")],
)
async def test_what_is_off_makes_the_node_unfit_within_two_minutes(off: str, red: str) -> None:
    """A rule, a recognizer, a detector that does not look; the metric shows it after one round."""
    house = House()
    await house.rounds(2)
    match off:
        case "rule":
            house.policies.bundle = make_bundle(make_policy(make_rule(when=FindingSpec(entities=("CREDIT_CARD",)))))
        case "words":
            del house.scanner.words["DE02"]
        case "detector":
            house.scanner.missing = {"presidio"}
        case _:
            house.scanner.words.clear()
            house.scanner.missing = {"identifiers", "presidio"}
    begun = house.clock.monotonic()
    await house.rounds(1)
    at_once = (house.canary.fit(), house.canary.detail(), house.canary.state())
    while house.canary.fit():
        await house.rounds(1)

    assert at_once == (True, red, "red")
    assert {kind for kind, ok in house.told.last.items() if not ok} == set(red.split(","))
    assert house.clock.monotonic() - begun <= 120
    assert house.kept == [{"state": "red", "kinds": red.split(",")}]


async def test_it_turns_green_again() -> None:
    """At the first good round; both changes are on record, a further kind is one too."""
    house = House()
    found = dict(house.scanner.words)
    del house.scanner.words["DE02"]
    await house.rounds(4)
    house.scanner.missing = {"presidio"}
    await house.rounds(2)
    house.scanner.missing, house.scanner.words = set(), found
    await house.rounds(1)

    assert (house.canary.fit(), house.canary.state()) == (True, "green")
    assert house.kept == [
        {"state": "red", "kinds": ["iban"]},
        {"state": "red", "kinds": ["clean", "iban"]},
        {"state": "green", "kinds": []},
    ]


async def test_what_could_not_be_recorded_is_recorded_later() -> None:
    """The change is not lost with a database that is down."""
    house = House()
    del house.scanner.words["DE02"]
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await house.rounds(1)
    house.log.down = False
    await house.rounds(1)

    assert house.kept == [{"state": "red", "kinds": ["iban"]}]


async def test_a_canary_that_does_not_look_is_no_good_sign() -> None:
    """When its looks hang, the node is not fit; that is told apart."""
    house = House()
    await house.rounds(1)
    house.clock.advance(ROUND_S + RED_S + 1)

    assert (house.canary.fit(), house.canary.detail()) == (False, "too-old")


async def test_others_may_look_too() -> None:
    """What comes through a door is one more kind."""
    house = House()
    await house.rounds(1)
    house.canary.told("door", ok=False)
    await house.rounds(3)

    assert (house.canary.fit(), house.canary.detail()) == (False, "door")
    house.canary.told("door", ok=True)
    assert house.canary.fit()


async def test_it_looks_until_it_is_cancelled() -> None:
    """A pause comes before each round, so that a start is not slower."""
    house = House()
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 2:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await house.canary.run(sleep)

    assert pauses == [ROUND_S] * 3
    assert house.canary.state() == "green"
