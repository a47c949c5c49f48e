"""What a node learns from attempts: to leave a platform alone, and to wait for an account's turn."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from proxy.core.model import Account
from proxy.delivery.traffic import LIMITED_S, LONGEST_S, Road, Roads
from proxy.gate.outcome import Outcome, OutcomeKind
from tests.fakes.clock import ManualClock
from tests.fakes.fast_loop import LoopClock, run_fast

PRESS = Account(id="mastodon:presse", platform="mastodon", door="presse")
BOARD = Account(id="mastodon:vorstand", platform="mastodon", door="vorstand")
OTHER = Account(id="bluesky:presse", platform="bluesky", door="blau")
SENT = Outcome(kind=OutcomeKind.PUBLISHED, upstream_id="1")
UNCLEAR = Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout")
UNREACHED = Outcome(kind=OutcomeKind.NOT_SENT, reason="connect")
LIMITED = Outcome(kind=OutcomeKind.REJECTED, reason="rate_limited")


class House:
    """Two doors to one host, and a third to another."""

    def __init__(self, *, pace_s: float = 0.0, clock: ManualClock | None = None) -> None:
        self.clock = clock or ManualClock()
        self.answers = False
        self.asked: list[str] = []
        self.told: list[tuple[str, bool]] = []
        host = Road(host="https://a.test", platform="mastodon", probe=self._probe)
        self.roads = Roads(
            {"presse": host, "vorstand": host, "blau": replace(host, host="https://b.test", platform="bluesky")},
            monotonic=self.clock.monotonic,
            changed=lambda platform, broken: self.told.append((platform, broken)),
            pace_s=pace_s,
        )

    async def _probe(self, account: Account) -> bool:
        self.asked.append(account.id)
        return self.answers

    def break_host(self) -> None:
        """Let five attempts fail."""
        for _ in range(5):
            self.roads.note(PRESS, UNCLEAR)


@pytest.mark.parametrize("outcome", [UNCLEAR, UNREACHED, replace(UNREACHED, reason="tls")])
def test_failures_of_a_host_count_for_all_its_doors(outcome: Outcome) -> None:
    """And for nobody else."""
    house = House()
    for account in (PRESS, BOARD, PRESS, BOARD, PRESS):
        house.roads.note(account, outcome)

    assert [house.roads.broken(account) for account in (PRESS, BOARD, OTHER)] == [30, 30, 0]
    assert house.roads.wait(BOARD) == 30
    assert house.told == [("mastodon", True)]


@pytest.mark.parametrize(
    "outcome", [SENT, LIMITED, replace(UNREACHED, reason="media"), replace(UNREACHED, reason="calendar")]
)
def test_what_is_not_the_platforms_failure_does_not_count(outcome: Outcome) -> None:
    """A clear answer, or a reason of the house's own."""
    house = House()
    for _ in range(20):
        house.roads.note(PRESS, outcome)

    assert house.roads.broken(PRESS) == 0
    assert house.told == []


async def test_the_platform_is_asked_after_half_a_minute_and_then_used_again() -> None:
    """With the account whose post failed; until it answers, nothing is sent."""
    house = House()
    house.break_host()
    house.roads.note(BOARD, UNCLEAR)
    await house.roads.once()
    assert house.asked == []

    house.clock.advance(30)
    await house.roads.once()
    assert house.asked == [BOARD.id]
    assert house.roads.broken(PRESS) == 30

    house.clock.advance(30)
    house.answers = True
    await house.roads.once()
    await house.roads.once()
    assert house.asked == [BOARD.id] * 2
    assert house.roads.broken(PRESS) == 0
    assert house.told == [("mastodon", True), ("mastodon", False)]


def test_platforms_are_asked_for_as_long_as_the_node_runs() -> None:
    """Once a second is looked whether one has been left alone for long enough."""

    async def scene() -> list[str]:
        house = House(clock=LoopClock())
        house.break_host()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(65):
                await house.roads.run()
        return house.asked

    assert run_fast(scene()) == [PRESS.id] * 2


@pytest.mark.parametrize(
    ("outcome", "seconds"),
    [
        (replace(LIMITED, retry_after=7), 7),
        (LIMITED, LIMITED_S),
        (replace(LIMITED, retry_after=99_999), LONGEST_S),
        (replace(LIMITED, retry_after=5, pause=90), 90),
        (replace(SENT, pause=40), 40),
        (replace(SENT, pause=99_999), LONGEST_S),
        (SENT, 0),
    ],
)
def test_an_account_waits_for_as_long_as_its_platform_says(outcome: Outcome, seconds: float) -> None:
    """Only posts that can wait, and only of this account."""
    house = House()
    house.roads.note(PRESS, outcome)

    assert house.roads.wait(PRESS) == seconds
    assert (house.roads.broken(PRESS), house.roads.wait(BOARD)) == (0, 0)
    house.clock.advance(LONGEST_S)
    assert house.roads.wait(PRESS) == 0


def test_posts_of_an_account_take_turns() -> None:
    """The house's own floor: whoever may go takes the turn."""
    house = House(pace_s=10)

    assert [house.roads.wait(account) for account in (PRESS, PRESS, BOARD)] == [0, 10, 0]
    house.clock.advance(10)
    assert [house.roads.wait(PRESS), house.roads.wait(PRESS)] == [0, 10]


def test_without_a_floor_posts_go_as_they_come() -> None:
    """Nobody's turn is remembered."""
    house = House()
    assert [house.roads.wait(PRESS) for _ in range(3)] == [0, 0, 0]


def test_a_door_that_the_node_does_not_have_is_no_matter() -> None:
    """Nothing is known of it, nothing is learnt."""
    house = House()
    elsewhere = replace(PRESS, door="anderswo")
    for _ in range(9):
        house.roads.note(elsewhere, UNCLEAR)

    assert house.roads.broken(elsewhere) == 0
    assert house.told == []
