"""What starts before what, and in which order it ends."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable, ConfigurationError
from proxy.observability.faults import FaultPoints
from proxy.web.node import Background, Node, Part, Plan
from proxy.web.operations import Operations
from proxy.web.server import Listener, Server, ServerPorts
from tests.fakes.door_house import DoorHouse
from tests.fakes.fast_loop import run_fast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from proxy.gate.ports import Refusals

LOOPBACK = ("127.0.0.1", 0)


class House:
    """A node of scripted parts that remembers what happened."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.failing: dict[str, list[BaseException]] = {}
        """What `start NAME` and `stop NAME` raise, one after the other, before they succeed."""
        self.door = DoorHouse()
        self.background: list[Background] = []
        self.door_address = LOOPBACK
        self.reloads = 0

    def _step(self, name: str) -> Callable[[], Awaitable[None]]:
        async def step() -> None:
            self.told.append(name)
            if self.failing.get(name):
                raise self.failing[name].pop(0)

        return step

    def _part(self, name: str) -> Part:
        return Part(name=name, start=self._step(f"start {name}"), stop=self._step(f"stop {name}"))

    def _listeners(self) -> list[Listener]:
        self.told.append("doors")
        refusals: Refusals = self.door.refusals
        return [Listener(name="m", address=self.door_address, handler=self.door.door(), refusals=refusals)]

    async def _finished(self, _seconds: float) -> bool:
        self.told.append("finished")
        return True

    async def _reload(self) -> bool:
        self.reloads += 1
        return True

    def node(self, *parts: str) -> Node:
        """Return a node of these parts."""
        ports = ServerPorts(
            flight=self.door.flight,
            operations=Operations({}, metrics=self.door.metrics, log=self.door.log),
            log=self.door.log,
            metrics=self.door.metrics,
            faults=FaultPoints(),
            finish=self._finished,
        )
        return Node(
            Plan(
                server=Server(ports, limits=self.door.limits, withdraw=0.0, drain=1.0),
                operations=LOOPBACK,
                parts=[self._part(name) for name in parts or ("store", "policies")],
                listeners=self._listeners,
                background=self.background,
                reload=self._reload,
                log=self.door.log,
            )
        )


async def test_parts_end_in_the_opposite_order_of_their_start() -> None:
    """Doors open last and close first; what was in flight has ended before a part goes."""
    house = House()
    node = house.node("log", "store", "policies")
    await node.start()
    assert len(node.server.addresses) == 2
    assert await node.stop()

    assert house.told == [
        "start log", "start store", "start policies", "doors", "finished", "stop policies", "stop store", "stop log",
    ]  # fmt: skip
    assert node.server.addresses == []


async def test_a_failed_start_leaves_nothing_behind() -> None:
    """What was begun is ended, also the part that failed; no door was opened, no listener stays; the error goes on."""
    house = House()
    house.failing = {"start store": [ConfigurationError(())]}
    node = house.node("log", "store", "policies")
    with pytest.raises(ConfigurationError):
        await node.start()

    assert house.told == ["start log", "start store", "stop store", "stop log"]
    assert node.server.addresses == []


async def test_a_door_that_cannot_open_ends_the_start() -> None:
    """Another process listens there: everything is stopped again."""
    house = House()
    node = house.node()
    async with asyncio.TaskGroup():
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), *LOOPBACK)
        house.door_address = server.sockets[0].getsockname()[:2]
        with pytest.raises(ConfigurationError):
            await node.start()
        server.close()

    assert house.told[-2:] == ["stop policies", "stop store"]
    assert node.server.addresses == []


def test_a_store_that_is_down_is_waited_for_with_closed_doors() -> None:
    """The process lives and can be asked why it is not ready; later parts and doors wait."""
    house = House()
    house.failing = {"start store": [AuditUnavailable(found="Kanarienvogel"), AuditUnavailable()]}
    doors: list[int] = []

    async def scenario() -> None:
        node = house.node()
        house.told = _Spy(lambda: doors.append(len(node.server.addresses)))
        await node.start()
        await node.stop()

    run_fast(scenario())
    assert house.told[:4] == ["start store"] * 3 + ["start policies"]
    assert set(doors[:4]) == {1}
    assert house.door.logged().count('"task.failed"') == 2
    assert "Kanarienvogel" not in house.door.logged()


class _Spy(list[str]):
    """A list that tells when something is added."""

    def __init__(self, told: Callable[[], None]) -> None:
        super().__init__()
        self._told = told

    def append(self, item: str) -> None:
        """Add, and tell."""
        self._told()
        super().append(item)


def test_an_interrupted_start_leaves_nothing_behind() -> None:
    """SIGINT while waiting for a database: what was begun is ended."""
    house = House()
    house.failing = {"start store": [AuditUnavailable() for _ in range(1000)]}

    async def scenario() -> None:
        node = house.node("log", "store", "policies")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await node.start()
        assert node.server.addresses == []

    run_fast(scenario())
    assert house.told.count("start store") >= 10
    assert house.told[-2:] == ["stop store", "stop log"]


def test_a_background_task_that_fails_shows_and_goes_on() -> None:
    """Logged by the class of its error, without its text, and begun again after a pause; so is one that just ends."""
    house = House()
    runs: list[int] = []

    async def work() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            message = "Kanarienvogel"
            raise ValueError(message)
        if len(runs) > 2:
            await asyncio.Event().wait()

    async def scenario() -> None:
        house.background = [Background(name="reaper", run=work)]
        node = house.node()
        await node.start()
        await asyncio.sleep(5)
        await node.stop()

    run_fast(scenario())
    assert len(runs) == 3
    (failed,) = [event for event in house.door.lines.events() if event["event"] == "task.failed"]
    assert (failed["task"], failed["error"]) == ("reaper", "ValueError")
    assert "Kanarienvogel" not in house.door.logged()


async def test_background_tasks_end_before_the_parts_they_use() -> None:
    """A reaper must not find its database closed."""
    house, begun = House(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            house.told.append("reaper ended")

    house.background = [Background(name="reaper", run=work)]
    node = house.node("store")
    await node.start()
    await begun.wait()
    await node.stop()

    assert house.told[-2:] == ["reaper ended", "stop store"]


async def test_a_part_that_cannot_stop_does_not_keep_the_others() -> None:
    """Its failure shows; the parts before it are stopped all the same."""
    house = House()
    house.failing = {"stop policies": [AuditUnavailable()]}
    node = house.node()
    await node.start()
    await node.stop()

    assert house.told[-2:] == ["stop policies", "stop store"]
    assert "AuditUnavailable" in house.door.logged()


async def test_signals_reload_and_stop() -> None:
    """SIGHUP reads the policies again and stops nothing; SIGTERM ends in order."""
    house = House()
    node = house.node()
    await node.start()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        serving = group.create_task(node.serve_until_signal())
        await asyncio.sleep(0)
        for _ in range(2):
            signal.raise_signal(signal.SIGHUP)
        while house.reloads < 2:  # noqa: ASYNC110  signals arrive through the loop
            await asyncio.sleep(0.001)
        assert not serving.done()
        signal.raise_signal(signal.SIGTERM)

    assert serving.result() is True
    assert house.told[-1] == "stop store"


async def test_a_reload_signal_while_stopping_does_not_kill() -> None:
    """Until the last record is written the signal has a handler: its default would end the process."""
    house = House()
    stopped: list[int] = []
    node = house.node()
    await node.start()

    def hang_up() -> None:
        if "stop policies" in house.told or house.told[-1:] == ["finished"]:
            signal.raise_signal(signal.SIGHUP)
            stopped.append(1)

    house.told = _Spy(hang_up)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(node.serve_until_signal())
        await asyncio.sleep(0)
        signal.raise_signal(signal.SIGTERM)

    assert house.told[-2:] == ["stop policies", "stop store"]
    assert stopped
