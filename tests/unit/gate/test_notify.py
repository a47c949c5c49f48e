"""People are told what the log says, at least once."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from proxy.core.errors import GateUnavailable
from proxy.gate.notices import Notice, Place, Told
from proxy.gate.notify import Notify
from tests.fakes.clock import ManualClock
from tests.fakes.pending import MemoryNews
from tests.unit.gate.test_notices import HAPPENING


class Listener:
    """A channel that keeps what it is told, and answers as a test wants."""

    channel = "mail"

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answers: list[Told] = []
        self.nobody: set[str] = set()

    async def tell(self, notice: Notice) -> Told:
        """Keep it."""
        if notice.id in self.nobody:
            return Told.NOBODY
        answer = self.answers.pop(0) if self.answers else Told.SENT
        if answer is Told.SENT:
            self.heard.append(notice.id)
        return answer


class Memory:
    """A place that outlives a node."""

    def __init__(self) -> None:
        self.place: Place | None = None
        self.writes = 0

    async def read(self) -> Place | None:
        """Return it."""
        return self.place

    async def write(self, place: Place) -> None:
        """Keep it."""
        self.place = place
        self.writes += 1


class House:
    """A log, a channel, and nodes that tell."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.news = MemoryNews()
        self.listener = Listener()
        self.memory = Memory()
        self.results: list[tuple[str, str]] = []
        self.node = self.started()

    def started(self) -> Notify:
        """Return the node as it begins."""
        return Notify(self.news, self.listener, self.memory, clock=self.clock, node="n1", watch=self)

    def notified(self, channel: str, result: str) -> None:
        """Keep what became of a notice."""
        self.results.append((channel, result))

    def happens(self, *names: str, node: str = "n1", code: str = "PG-201") -> None:
        """Let something happen."""
        for name in names:
            self.news.add(replace(HAPPENING, id=name, code=code, node=node, at=self.clock.now()))

    async def rounds(self, number: int = 1, *, every_s: float = 10.0) -> None:
        """Let time pass and tell."""
        for _ in range(number):
            self.clock.advance(every_s)
            await self.node.once()


@pytest.fixture
async def house() -> House:
    """Return a house whose node has begun."""
    house = House()
    house.happens("before")
    await house.node.once()
    return house


async def test_everything_new_is_told_in_its_order(house: House) -> None:
    """Once; what happened before the first start is not."""
    house.happens("a", "b")
    await house.rounds()
    house.happens("c")
    await house.rounds(3)

    assert house.listener.heard == ["a", "b", "c"]
    assert house.results == [("mail", "sent")] * 3


async def test_a_node_tells_of_its_own_records_alone(house: House) -> None:
    """So each is told once, however many nodes there are."""
    house.happens("a")
    house.happens("b", node="n2")
    await house.rounds()

    assert house.listener.heard == ["a"]


async def test_a_node_goes_on_where_it_was(house: House) -> None:
    """What happened while it was away is told; a crash in between tells a notice twice rather than not at all."""
    house.happens("a")
    await house.rounds()
    house.happens("b", "c")
    house.node = house.started()
    await house.rounds()
    assert house.listener.heard == ["a", "b", "c"]

    assert house.memory.place is not None
    house.memory.place = replace(house.memory.place, seq=house.memory.place.seq - 1)
    house.node = house.started()
    await house.rounds()
    assert house.listener.heard == ["a", "b", "c", "c"]


async def test_a_channel_that_fails_is_tried_again_with_growing_pauses(house: House) -> None:
    """What is behind it waits, in order; nothing is lost."""
    house.happens("a", "b")
    house.listener.answers = [Told.FAILED] * 6
    await house.rounds(100)

    assert house.listener.heard == ["a", "b"]
    assert house.results == [("mail", "failed")] * 6 + [("mail", "sent")] * 2


async def test_the_pauses_end_with_the_failure(house: House) -> None:
    """And grow up to five minutes."""
    house.happens("a")
    house.listener.answers = [Told.FAILED] * 7
    moments = []
    for _ in range(400):
        before = len(house.results)
        await house.rounds(every_s=5.0)
        if len(house.results) > before:
            moments.append(house.clock.monotonic())

    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert pauses == [5, 15, 60, 300, 300, 300, 300]


async def test_what_is_refused_for_good_is_passed_over(house: House) -> None:
    """A wrong address stops nobody else's news."""
    house.happens("a", "b")
    house.listener.answers = [Told.REFUSED]
    await house.rounds()

    assert house.listener.heard == ["b"]
    assert house.results == [("mail", "refused"), ("mail", "sent")]


async def test_what_is_a_day_old_is_given_up(house: House) -> None:
    """Nobody needs it any more; that shows."""
    house.happens("a")
    house.clock.advance(timedelta(days=2).total_seconds())
    house.happens("b")
    await house.rounds()

    assert house.listener.heard == ["b"]
    assert house.results == [("mail", "given_up"), ("mail", "sent")]


async def test_what_concerns_nobody_costs_nothing(house: House) -> None:
    """The place is not kept for each record: only after a thousand, and with the next that is told."""
    house.listener.nobody = {"x"}
    writes = house.memory.writes
    house.happens("x")
    house.happens("y", code="PG-202")
    await house.rounds()
    assert (house.memory.writes, house.results) == (writes, [])

    house.news.skip(1500)
    await house.rounds()
    assert house.memory.writes == writes + 1


async def test_a_log_that_went_back_is_told_from_its_end() -> None:
    """A database that was restored is older than the memory of the node."""
    house = House()
    house.memory.place = Place(log=1, seq=900)
    house.happens("a")
    await house.node.once()
    house.happens("b")
    await house.rounds()

    assert house.listener.heard == ["b"]


async def test_the_next_log_is_told_too(house: House) -> None:
    """After a rotation its records count from their own beginning."""
    house.happens("a")
    house.news.rotate()
    house.happens("b")
    await house.rounds()

    assert house.listener.heard == ["a", "b"]


async def test_a_database_that_is_down_is_a_matter_of_the_next_round(house: House) -> None:
    """Nothing is passed over."""
    house.happens("a")
    house.news.unreadable = True
    with pytest.raises(GateUnavailable):
        await house.rounds()
    house.news.unreadable = False
    await house.rounds()

    assert house.listener.heard == ["a"]
