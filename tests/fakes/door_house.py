"""
A door on a loopback port with scripted neighbours, and a client that sends raw bytes to it.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aiohttp import web

from proxy.core.errors import UnknownToken
from proxy.gate.wire import WireAnswer
from proxy.observability.logs import Log
from proxy.observability.metrics import Metrics
from proxy.settings.model import Limits
from proxy.web.body import Pace
from proxy.web.connections import Connections, EdgeServer, Watch
from proxy.web.door import Door, DoorPorts
from proxy.web.flight import Flight
from tests.fakes.door_platform import (
    MemoryLines,
    RecordingRefusals,
    ScriptedDoorPlatform,
    ScriptedIdentity,
    ScriptedReader,
    ScriptedSubmit,
    grant_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from proxy.gate.ports import DoorPlatform, Grant
    from proxy.gate.wire import Draft, Endpoint, WireRequest

HOST = "door.test"
TOKEN = "pgt_valid"


@dataclass(kw_only=True)
class DoorHouse:
    """Everything around one door; change a field before `open`."""

    platform: ScriptedDoorPlatform = field(default_factory=ScriptedDoorPlatform)
    identity: ScriptedIdentity = field(default_factory=lambda: ScriptedIdentity({TOKEN: grant_of()}))
    submit: ScriptedSubmit = field(default_factory=ScriptedSubmit)
    upload: ScriptedSubmit = field(default_factory=ScriptedSubmit)
    reader: ScriptedReader = field(default_factory=ScriptedReader)
    refusals: RecordingRefusals = field(default_factory=RecordingRefusals)
    lines: MemoryLines = field(default_factory=MemoryLines)
    limits: Limits = field(default_factory=Limits)
    connections: Connections = field(default_factory=lambda: Connections(total=50, per_peer=50))
    pace: Pace = field(default_factory=Pace)
    header_seconds: float = 5.0
    idle_seconds: float = 5.0
    port: int = 0
    log_in: bool = True
    """Whether the platform's clients log in."""

    def __post_init__(self) -> None:
        self.metrics = Metrics(
            version="0", doors=("m",), platforms=("scripted",), checks=("store", "doors", "draining")
        )
        self.log = Log(self.lines, strict=True)
        self.flight = Flight(self.limits, on_change=self.metrics.in_flight)
        self.owned: list[str] = []
        self.attached: list[str] = []
        self.refuses_images = False
        self.logins: list[tuple[str, bytes]] = []

    async def _own(self, endpoint: Endpoint, grant: Grant, platform: DoorPlatform) -> WireAnswer:
        assert grant.account.door == "m"
        self.owned.append(endpoint.name)
        return WireAnswer(status=200, body=platform.name.encode())

    async def _login(self, endpoint: Endpoint, request: WireRequest) -> WireAnswer:
        self.logins.append((endpoint.name, request.body))
        if b"wrong" in request.body:
            raise UnknownToken(found="no listed token")
        return WireAnswer(status=200, body=b'{"logged":"in"}')

    async def _attach(
        self, endpoint: Endpoint, draft: Draft, grant: Grant, platform: DoorPlatform
    ) -> Draft | WireAnswer:
        assert grant.account.door == "m"
        self.attached.append(endpoint.name)
        if self.refuses_images:
            return WireAnswer(status=200, body=platform.name.encode())
        return replace(draft, uploads=(), media=("m-1",))

    def door(self, *, behind_proxy: bool = False) -> Door:
        """Return the door alone."""
        ports = DoorPorts(
            platform=self.platform,
            identity=self.identity,
            submit=self.submit,
            upload=self.upload,
            attach=self._attach,
            own=self._own,
            reader=self.reader,
            refusals=self.refusals,
            metrics=self.metrics,
            log=self.log,
            flight=self.flight,
            monotonic=lambda: 1.0,
            sessions=self._login if self.log_in else None,
        )
        return Door(ports, name="m", host=HOST, limits=self.limits, pace=self.pace, behind_proxy=behind_proxy)

    @asynccontextmanager
    async def open(
        self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]] | None = None
    ) -> AsyncIterator[DoorHouse]:
        """Listen on a free loopback port; with a handler, that one answers instead of the door."""
        watch = Watch(
            door="m",
            connections=self.connections,
            log=self.log,
            metrics=self.metrics,
            refusals=self.refusals,
            header_seconds=self.header_seconds,
            idle_seconds=self.idle_seconds,
            linger_seconds=0.2,
        )
        runner = web.ServerRunner(EdgeServer(handler or self.door(), watch=watch), shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open one connection to the door and close it at the end, whatever became of it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def raw(self, request: bytes = b"") -> bytes:
        """Send bytes on a connection of their own and return everything until the door closes it."""
        async with self.connect() as (reader, writer):
            try:
                writer.write(request)
                await writer.drain()
                async with asyncio.timeout(10):
                    return await reader.read()
            except ConnectionError:
                return b""

    async def ask(
        self, method: str, target: str, *headers: str, body: bytes | None = None, token: str | None = TOKEN
    ) -> tuple[int, bytes, bytes]:
        """Send one well-formed request; return status, head and body of the answer."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {HOST}", "Connection: close", *headers]
        lines += [f"Authorization: Bearer {token}"] if token is not None else []
        lines += [f"Content-Length: {len(body)}"] if body is not None else []
        answer = await self.raw("\r\n".join([*lines, "", ""]).encode() + (body or b""))
        head, _, rest = answer.partition(b"\r\n\r\n")
        return status_of(answer), head, rest

    def logged(self) -> str:
        """Return the whole log."""
        return "\n".join(self.lines.lines)


def status_of(answer: bytes) -> int:
    """Return the status of a raw answer, 0 when there is none."""
    return int(answer[9:12]) if answer.startswith(b"HTTP/") else 0
