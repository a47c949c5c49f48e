"""
The operations listener, and the order in which a process stops.
"""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import ConfigurationError
from proxy.gate.shield import Shield
from proxy.gate.wire import WireAnswer
from proxy.observability.faults import FaultPoints
from proxy.web.operations import Check, Operations
from proxy.web.server import Listener, Server, ServerPorts
from tests.fakes.door_house import DoorHouse, status_of
from tests.fakes.door_platform import ScriptedSubmit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from proxy.web.connections import Proxies
    from proxy.web.tls import Certificate

LOOPBACK = ("127.0.0.1", 0)


def _check(*, ok: bool, detail: str = "") -> Callable[[], Awaitable[Check]]:
    async def look() -> Check:
        return Check(ok=ok, detail=detail)

    return look


async def _broken() -> Check:
    message = "Kanarienvogel"
    raise RuntimeError(message)


async def _hangs() -> Check:
    await asyncio.Event().wait()
    return Check(ok=True)


class Process:
    """A server with one door and an operations listener on free ports."""

    def __init__(
        self,
        house: DoorHouse,
        *,
        checks: dict[str, Callable[[], Awaitable[Check]]] | None = None,
        withdraw: float = 0.0,
        drain: float = 5.0,
    ) -> None:
        self.house = house
        self.shield = Shield()
        self.faults: list[str] = []
        self.operations = Operations(
            {"store": _check(ok=True)} if checks is None else checks,
            metrics=house.metrics,
            log=house.log,
            check_seconds=0.1,
        )
        ports = ServerPorts(
            flight=house.flight,
            operations=self.operations,
            log=house.log,
            metrics=house.metrics,
            faults=FaultPoints(self.faults.append),
            finish=self.shield.drain,
        )
        self.server = Server(ports, limits=house.limits, withdraw=withdraw, drain=drain)

    @asynccontextmanager
    async def running(
        self, *, certificate: Certificate | None = None, proxies: Proxies | None = None
    ) -> AsyncIterator[Process]:
        """Open both listeners."""
        await self.server.open_operations(LOOPBACK)
        listener = Listener(
            name="m",
            address=LOOPBACK,
            handler=self.house.door(behind_proxy=proxies is not None),
            refusals=self.house.refusals,
            certificate=certificate,
            proxies=proxies,
        )
        await self.server.open_doors([listener])
        self.house.port = self.server.addresses[1][1]
        self.port = self.server.addresses[0][1]
        try:
            yield self
        finally:
            if self.server.addresses:
                await self.server.stop()

    async def get(self, path: str, method: str = "GET") -> tuple[int, bytes, bytes]:
        """Ask the operations listener."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: ops\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        head, _, body = answer.partition(b"\r\n\r\n")
        return status_of(answer), head, body


async def test_livez_is_true_whatever_else_is_broken() -> None:
    """A dead database must not restart the process."""
    async with Process(DoorHouse(), checks={"store": _broken}).running() as process:
        status, _, body = await process.get("/livez")
    assert (status, json.loads(body)) == (200, {"ok": True})


async def test_readyz_names_every_check() -> None:
    """All checks hold: 200 and each by name."""
    async with Process(DoorHouse()).running() as process:
        status, head, body = await process.get("/readyz")
    assert status == 200
    assert json.loads(body) == {name: {"ok": True, "detail": ""} for name in ("store", "doors", "draining")}
    assert b"application/json" in head


@pytest.mark.parametrize(
    ("check", "detail"),
    [(_check(ok=False, detail="locked"), "locked"), (_broken, "RuntimeError"), (_hangs, "no-answer")],
)
async def test_readyz_is_false_when_one_check_is(check: Callable[[], Awaitable[Check]], detail: str) -> None:
    """One check that fails, raises or hangs makes the process not ready; the text of an error is not shown."""
    house = DoorHouse()
    async with Process(house, checks={"store": check, "clock": _check(ok=True)}).running() as process:
        status, _, body = await process.get("/readyz")
    assert status == 503
    assert json.loads(body)["store"] == {"ok": False, "detail": detail}
    assert json.loads(body)["clock"]["ok"] is True
    assert "Kanarienvogel" not in house.logged() + body.decode()
    changed = [event for event in house.lines.events() if event["event"] == "readiness.changed"]
    assert {("store", False), ("clock", True)} <= {(event["check"], event["ok"]) for event in changed}


async def test_who_reads_the_numbers_alone_sees_what_is_unfit_now() -> None:
    """A node that nobody asks for readiness says so all the same."""
    async with Process(DoorHouse(), checks={"store": _check(ok=False)}).running() as process:
        _, _, body = await process.get("/metrics")
    assert b'postgate_ready{check="store"} 0.0' in body
    assert b'postgate_ready{check="doors"} 1.0' in body


async def test_metrics_come_from_their_own_registry() -> None:
    """The page has our numbers and none of the interpreter's or of other libraries."""
    async with Process(DoorHouse()).running() as process:
        await process.house.ask("GET", "/instance")
        status, head, body = await process.get("/metrics")
    assert status == 200
    assert b"text/plain" in head
    assert b'postgate_requests_total{door="m",status_class="2xx"} 1.0' in body
    names = {line.split(b" ")[2] for line in body.splitlines() if line.startswith(b"# TYPE")}
    assert all(name.startswith(b"postgate_") for name in names)


@pytest.mark.parametrize(
    ("path", "method"), [("/", "GET"), ("/readyz/", "GET"), ("/metrics", "POST"), ("/debug", "GET"), ("//livez", "GET")]
)
async def test_nothing_else_is_there(path: str, method: str) -> None:
    """Any other path or method is not found."""
    async with Process(DoorHouse()).running() as process:
        assert (await process.get(path, method))[0] == 404


async def test_malformed_requests_are_answered_without_echo() -> None:
    """The operations listener has the same edge and does not note refusals of posts."""
    house = DoorHouse()
    async with Process(house).running() as process:
        status, _, body = await process.get("/livez HTTP/9.9\r\nKanarienvogel")
    assert status == 400
    assert b"Kanarienvogel" not in body
    assert house.refusals.noted == []


async def test_stopping_lets_requests_in_flight_end() -> None:
    """Not ready first, then no new connections, and the request that was in flight gets its answer."""
    begun, go = asyncio.Event(), asyncio.Event()

    async def then() -> WireAnswer:
        begun.set()
        await go.wait()
        return WireAnswer(status=200, body=b"{}")

    house = DoorHouse(submit=ScriptedSubmit(then))
    process = Process(house, withdraw=0.1)
    async with process.running(), asyncio.timeout(10), asyncio.TaskGroup() as group:
        asked = group.create_task(house.ask("POST", "/posts", body=b"{}"))
        await begun.wait()
        stopping = group.create_task(process.server.stop())
        while not house.logged().count("server.not_ready"):  # noqa: ASYNC110 - the log is the only sign outside
            await asyncio.sleep(0.01)
        status, _, body = await process.get("/readyz")
        assert (status, json.loads(body)["draining"]["ok"]) == (503, False)
        assert (await house.ask("GET", "/instance"))[0] == 200
        while not process.faults:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        with pytest.raises(ConnectionRefusedError):
            await house.ask("GET", "/instance")
        go.set()
    assert asked.result()[0] == 200
    assert stopping.result() is True
    assert process.faults == ["drain_started"]


async def test_stopping_waits_for_what_outlives_its_request() -> None:
    """A shielded post whose client left is waited for as well."""
    ended = asyncio.Event()

    async def then() -> WireAnswer:
        await asyncio.sleep(0.2)
        ended.set()
        return WireAnswer(status=200)

    process = Process(DoorHouse())
    async with process.running(), asyncio.timeout(10):
        with suppress(TimeoutError):
            async with asyncio.timeout(0.01):
                await process.shield.run(then())
        assert await process.server.stop() is True
    assert ended.is_set()


async def test_stopping_gives_up_after_the_drain_time() -> None:
    """A request that does not end is cancelled and the stop is reported as not clean."""
    begun = asyncio.Event()

    async def then() -> WireAnswer:
        begun.set()
        await asyncio.Event().wait()
        return WireAnswer(status=200)

    house = DoorHouse(submit=ScriptedSubmit(then))
    process = Process(house, drain=0.1)
    async with process.running(), asyncio.timeout(20), asyncio.TaskGroup() as group:
        asked = group.create_task(house.ask("POST", "/posts", body=b"{}"))
        await begun.wait()
        assert await process.server.stop() is False
    assert asked.result()[0] == 0
    assert house.lines.events()[-1] == house.lines.events()[-1] | {"event": "server.stopped", "clean": False}


async def test_the_first_signal_stops_and_the_second_ends_at_once() -> None:
    """SIGTERM drains; while that goes on, another one calls the exit with the usual status."""
    house = DoorHouse()
    process = Process(house, withdraw=0.3)
    exits: list[int] = []
    async with process.running(), asyncio.timeout(10), asyncio.TaskGroup() as group:
        serving = group.create_task(process.server.serve_until_signal(exit_now=exits.append))
        await asyncio.sleep(0)
        signal.raise_signal(signal.SIGTERM)
        while "server.not_ready" not in house.logged():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert exits == []
        signal.raise_signal(signal.SIGTERM)
    assert serving.result() is True
    assert exits == [128 + signal.SIGTERM]


async def test_an_occupied_address_is_an_error_at_start() -> None:
    """A second process on the same port does not start silently without its door."""
    async with Process(DoorHouse()).running() as process:
        taken = process.server.addresses[0]
        other = Process(DoorHouse())
        with pytest.raises(ConfigurationError) as caught:
            await other.server.open_operations(taken)
        assert [problem.code for problem in caught.value.problems] == ["cannot-listen"]
        assert other.server.addresses == []
