"""
Starting and stopping the listeners of one process.

Stopping, in this order: not ready -> wait, so that a load balancer notices -> accept nothing new -> let requests in
flight end -> close. A second signal ends the process at once, as a crash would; the log and the outbox are built for
that.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from aiohttp import web

from proxy.core.errors import ConfigurationError, Localised, Problem
from proxy.web.connections import Connections, EdgeServer, Proxies, Watch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from proxy.gate.ports import Refusals
    from proxy.observability.logs import Log
    from proxy.observability.metrics import Metrics
    from proxy.settings.model import Limits
    from proxy.web.flight import Flight
    from proxy.web.operations import Operations
    from proxy.web.tls import Certificate

_OPERATIONS = "operations"
_OPERATIONS_CONNECTIONS = 64
_BACKLOG = 512
_OTHER_FILES = 256
"""Descriptors for the database, workers, logs and outgoing connections beside one for each request in flight."""
_LAST_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Where one door listens, and what answers there."""

    name: str
    address: tuple[str, int]
    handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
    refusals: Refusals | None = None
    certificate: Certificate | None = None
    """None: it is reached unencrypted, by its proxies or on this machine."""
    proxies: Proxies | None = None
    """Who may connect; None: everybody."""


class _Site(web.TCPSite):
    """A listener whose handshakes have a deadline: aiohttp gives them a minute and no way to say otherwise."""

    def __init__(self, runner: web.ServerRunner, listener: Listener, *, handshake_seconds: float) -> None:
        host, port = listener.address
        super().__init__(runner, host, port, backlog=_BACKLOG)
        self._listener = listener
        self._handshake_seconds = handshake_seconds

    async def start(self) -> None:
        """Listen."""
        if self._listener.certificate is None:
            await super().start()
            return
        await web.BaseSite.start(self)
        host, port = self._listener.address
        self._server = await asyncio.get_running_loop().create_server(
            cast("web.Server", self._runner.server),  # it is there: the runner was set up
            host,
            port,
            ssl=self._listener.certificate.context,
            ssl_handshake_timeout=self._handshake_seconds,
            backlog=_BACKLOG,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPorts:
    """What the server is given."""

    flight: Flight
    operations: Operations
    log: Log
    metrics: Metrics
    faults: Callable[[str], None]
    finish: Callable[[float], Awaitable[bool]]
    """Waits some seconds for work that outlives its request; returns whether all of it ended (`Shield.drain`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    runner: web.ServerRunner
    site: web.TCPSite


class Server:
    """The listeners of this process."""

    def __init__(self, ports: ServerPorts, *, limits: Limits, withdraw: float, drain: float) -> None:
        self._ports = ports
        self._limits = limits
        self._withdraw = withdraw
        self._drain = drain
        self._connections = Connections(total=limits.connections, per_peer=limits.per_peer)
        self._operations: list[_Open] = []
        self._doors: list[_Open] = []

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Return the addresses that are listened on: operations, then the doors in the order of their opening."""
        opened = (*self._operations, *self._doors)
        return [(str(address[0]), int(address[1])) for item in opened for address in item.runner.addresses]

    async def open_operations(self, address: tuple[str, int]) -> None:
        """
        Open the operations listener; it comes first, so that a start can be watched.

        Raises:
            ConfigurationError: its address cannot be listened at.
        """
        self._ports.operations.starting()
        connections = Connections(total=_OPERATIONS_CONNECTIONS, per_peer=_OPERATIONS_CONNECTIONS)
        listener = Listener(name=_OPERATIONS, address=address, handler=self._ports.operations)
        self._operations.append(await self._open(listener, connections=connections))

    async def open_doors(self, listeners: Sequence[Listener]) -> None:
        """
        Open the doors.

        Raises:
            ConfigurationError: an address cannot be listened at; those opened before stay open until `close`.
        """
        for listener in listeners:
            self._doors.append(await self._open(listener, connections=self._connections))
        self._ports.operations.opened()

    async def _open(self, listener: Listener, *, connections: Connections) -> _Open:
        watch = Watch(
            door=listener.name,
            connections=connections,
            log=self._ports.log,
            metrics=self._ports.metrics,
            refusals=listener.refusals,
            proxies=listener.proxies,
            header_seconds=self._limits.header_seconds,
            idle_seconds=self._limits.idle_seconds,
        )
        runner = web.ServerRunner(EdgeServer(listener.handler, watch=watch), shutdown_timeout=_LAST_SECONDS)
        await runner.setup()
        host, port = listener.address
        site = _Site(runner, listener, handshake_seconds=self._limits.header_seconds)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            raise ConfigurationError((_not_free(listener.name, f"{host}:{port}", error),)) from error
        self._ports.log.info("server.started", door=listener.name, host=host, port=port)
        return _Open(runner=runner, site=site)

    async def stop(self) -> bool:
        """Stop everything in order; return whether every request in flight ended in time."""
        self._ports.operations.withdraw()
        self._ports.log.info("server.not_ready", seconds=self._withdraw)
        await asyncio.sleep(self._withdraw)
        self._ports.faults("drain_started")
        self._ports.log.info("server.draining", seconds=self._drain, in_flight=self._ports.flight.requests)
        self._ports.flight.drain()
        for door in self._doors:
            await door.site.stop()
        clean = await self._finished()
        await self.close()
        self._ports.log.info("server.stopped", clean=clean)
        return clean

    async def close(self) -> None:
        """Close all listeners at once."""
        for item in (*self._doors, *self._operations):
            await item.runner.cleanup()
        self._doors.clear()
        self._operations.clear()

    async def _finished(self) -> bool:
        """Wait for the requests in flight, then for what outlives them, in one allowance of time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._drain
        landed = await self._ports.flight.landed(self._drain)
        finished = await self._ports.finish(max(until - loop.time(), _LAST_SECONDS))
        return landed and finished

    async def serve_until_signal(self, *, exit_now: Callable[[int], object] = os._exit) -> bool:
        """Wait for SIGTERM or SIGINT, then stop; the second signal calls `exit_now`. Return as `stop` does."""
        loop = asyncio.get_running_loop()
        asked = asyncio.Event()

        def on_signal(number: int) -> None:
            if asked.is_set():
                self._ports.log.warning("server.killed", signal=number)
                exit_now(128 + number)
            asked.set()

        numbers = (signal.SIGTERM, signal.SIGINT)
        for number in numbers:
            loop.add_signal_handler(number, on_signal, int(number))
        try:
            await asked.wait()
            return await self.stop()
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)


def _get_files() -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_NOFILE)


def _set_files(soft: int, hard: int) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def ensure_file_descriptors(
    limits: Limits,
    *,
    get: Callable[[], tuple[int, int]] = _get_files,
    put: Callable[[int, int], None] = _set_files,
) -> int:
    """
    Raise this process's soft limit of open files to what the connection limits need; return the soft limit.

    Raises:
        ConfigurationError: the hard limit is too low.
    """
    soft, hard = get()
    needed = limits.connections + limits.in_flight + _OPERATIONS_CONNECTIONS + _OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return soft
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise ConfigurationError((_too_few(hard, needed),))
    try:
        put(needed, hard)
    except (ValueError, OSError) as error:
        raise ConfigurationError((_too_few(soft, needed),)) from error
    return needed


def _not_free(door: str, address: str, error: OSError) -> Problem:
    why = os.strerror(error.errno) if error.errno else type(error).__name__
    return Problem(
        file="listen",
        line=0,
        column=0,
        code="cannot-listen",
        message=Localised(
            de=f"{door} kann nicht auf {address} lauschen: {why}.",
            en=f"{door} cannot listen at {address}: {why}.",
        ),
        remedy=Localised(
            de="Eine freie Adresse dieser Maschine nennen, oder beenden, was dort schon lauscht.",
            en="Name a free address of this machine, or stop what listens there already.",
        ),
    )


def _too_few(limit: int, needed: int) -> Problem:
    return Problem(
        file="limits",
        line=0,
        column=0,
        code="file-descriptors",
        message=Localised(
            de=f"Der Prozess darf nur {limit} Dateien öffnen, für limits.connections braucht er {needed}.",
            en=f"The process may open only {limit} files; limits.connections needs {needed}.",
        ),
        remedy=Localised(
            de="LimitNOFILE (systemd) oder ulimit -n erhöhen, oder limits.connections senken.",
            en="Raise LimitNOFILE (systemd) or ulimit -n, or lower limits.connections.",
        ),
    )
