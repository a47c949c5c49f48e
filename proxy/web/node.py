"""
One running process: what starts before what, and in which order it ends.

    operations listener -> store and detectors -> policies -> started on record -> doors -> background tasks

and back in the opposite order, after the requests in flight have ended. A store that is down at the start is waited
for: the process lives, is not ready, and opens no door.
"""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from proxy.observability.logs import Log
    from proxy.web.server import Listener, Server

_RETRY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that is started and stopped with the process."""

    name: str
    start: Callable[[], Awaitable[None]]
    stop: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """A task that runs as long as the doors are open."""

    name: str
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a node consists of."""

    server: Server
    operations: tuple[str, int]
    parts: Sequence[Part]
    """In starting order; those of one stage are started at the same time by being one Part."""
    listeners: Callable[[], Sequence[Listener]]
    """Asked once the parts are up."""
    background: Sequence[Background]
    reload: Callable[[], Awaitable[bool]]
    """Reads the policy files again; called on SIGHUP."""
    log: Log


class Node:
    """Starts, serves and stops a process."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._started: list[Part] = []
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def server(self) -> Server:
        """Return the listeners of this process."""
        return self._plan.server

    @property
    def log(self) -> Log:
        """Return the log of this process."""
        return self._plan.log

    async def start(self) -> None:
        """
        Start everything; whatever was started is stopped again when a later part cannot start.

        Raises:
            ConfigurationError: something is configured wrongly; nothing is served.
        """
        try:
            await self._plan.server.open_operations(self._plan.operations)
            for part in self._plan.parts:
                await self._start(part)
            await self._plan.server.open_doors(self._plan.listeners())
        except BaseException:  # a failed or interrupted start must not leave workers behind; the error goes on
            await self._stop_parts()
            await self._plan.server.close()
            raise
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._watched(item), name=item.name) for item in self._plan.background]

    async def _start(self, part: Part) -> None:
        self._started.append(part)
        while True:
            try:
                await part.start()
            except GateUnavailable as error:
                self._failed(part.name, error)
                await asyncio.sleep(_RETRY_S)
            else:
                return

    async def _watched(self, item: Background) -> None:
        """Run a background task; one that fails is started again, and the failure shows."""
        while True:
            try:
                await item.run()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - logged by class name; the task must not end unseen
                self._failed(item.name, error)
            await asyncio.sleep(_RETRY_S)

    async def serve_until_signal(self) -> bool:
        """Serve until SIGTERM or SIGINT, then stop; SIGHUP reloads. Return whether all in flight ended in time."""
        loop = asyncio.get_running_loop()
        reloads: set[asyncio.Task[None]] = set()

        def reload() -> None:
            task = loop.create_task(self._reload())
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        loop.add_signal_handler(signal.SIGHUP, reload)
        try:
            clean = await self._plan.server.serve_until_signal()
            await self._end()
        finally:  # only now: without a handler the signal would kill a process that is still writing its last records
            loop.remove_signal_handler(signal.SIGHUP)
        return clean

    async def _reload(self) -> None:
        await self._plan.reload()

    async def stop(self) -> bool:
        """Stop; return whether everything in flight ended in time."""
        clean = await self._plan.server.stop()
        await self._end()
        return clean

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._stop_parts()

    async def _stop_parts(self) -> None:
        while self._started:
            part = self._started.pop()
            try:
                await part.stop()
            except Exception as error:  # noqa: BLE001 - the process ends; the other parts must be stopped too
                self._failed(part.name, error)

    def _failed(self, name: str, error: Exception) -> None:
        self._plan.log.error("task.failed", task=name, error=type(error).__name__)
