"""
Reading without blocking the event loop: what is asked at the same time is read in one hop to a thread.

    asked -> waits while a batch is being read -> the next batch takes all that wait -> told

A hop costs several times what an indexed read does, so posts in flight share it; one that is alone in flight waits for
nobody. When a batch takes long, such as one
with an image or on a slow server, those that came after it go to another thread. Reads see the newest commit; nothing
is cached. What a database error quotes stays here.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from proxy.core.errors import GateUnavailable
from proxy.storage.failures import name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection, Engine

Value = TypeVar("Value")

MOST_TOGETHER = 64
"""Reads of one batch."""
_GATHER_S = 0.005
"""How long a read waits for others: less than it takes to make a record durable, and it spares them a hop each."""


def _many() -> int:
    """Stand in for a number of requests in flight that nobody counts."""
    return MOST_TOGETHER


@dataclass(slots=True, eq=False, kw_only=True)
class _Asked:
    read: Callable[[Connection], object]
    told: asyncio.Future[Any]
    value: object = None
    error: Exception | None = None

    def tell(self) -> None:
        if self.told.done():  # the one who asked was cancelled
            return
        if self.error is None:
            self.told.set_result(self.value)
        else:
            self.told.set_exception(self.error)


class Reads:
    """Runs read functions on connections of one engine."""

    def __init__(
        self,
        engine: Engine,
        *,
        threads: int = 4,
        gather_s: float = _GATHER_S,
        patience_s: float = 0.01,
        in_flight: Callable[[], int] = _many,
    ) -> None:
        """
        Remember the engine; connections are made when they are needed.

        Args:
            engine: whose connections are read on.
            threads: batches that may be read at the same time.
            gather_s: how long a read waits for others.
            patience_s: how long reads wait for a batch before them until they get a thread of their own.
            in_flight: how many requests there are; when as many reads wait, nobody is left to wait for.
        """
        self._engine = engine
        self._gather_s = gather_s
        self._patience_s = patience_s
        self._in_flight = in_flight
        self._most = threads
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="postgate-reads")
        self._waiting: deque[_Asked] = deque()
        self._own = threading.local()
        self._open: list[Connection] = []
        """The connections of all threads."""
        self._reading = 0
        self._next: asyncio.Handle | None = None
        """The planned start of the next batch."""

    async def run(self, read: Callable[[Connection], Value]) -> Value:
        """
        Run a function with a connection, in a thread.

        Raises:
            GateUnavailable: the database does not answer.
        """
        loop = asyncio.get_running_loop()
        asked = _Asked(read=read, told=loop.create_future())
        self._waiting.append(asked)
        self._plan(loop)
        value: Value = await asked.told
        return value

    def run_blocking(self, read: Callable[[Connection], Value]) -> Value:
        """
        Run a function with a connection, here; for commands without an event loop.

        Raises:
            GateUnavailable: the database does not answer.
        """
        try:
            with self._engine.connect() as connection:
                return read(connection)
        except sa.exc.SQLAlchemyError as error:
            raise _unavailable(error) from None

    async def close(self) -> None:
        """End the threads and close their connections."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._threads.shutdown(wait=True)
        for connection in self._open:
            connection.close()
        self._open.clear()
        self._engine.dispose()

    def _plan(self, loop: asyncio.AbstractEventLoop) -> None:
        """
        Start a batch once others had a moment to join it, or after some patience when one is being read.

        It starts at once, with all that are asked in this turn of the loop, when no other request is in flight.
        """
        if not self._waiting or self._reading >= self._most:
            return
        complete = not self._reading and len(self._waiting) >= self._in_flight()
        if self._next is not None:
            if not complete:
                return
            self._next.cancel()
        pause = self._patience_s if self._reading else self._gather_s
        self._next = loop.call_soon(self._begin, loop) if complete else loop.call_later(pause, self._begin, loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._next = None
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        batch = [asked for asked in batch if not asked.told.done()]
        if batch:
            self._reading += 1
            try:
                self._threads.submit(self._read, batch, loop)
            except RuntimeError:  # closed
                for asked in batch:
                    asked.error = GateUnavailable(expected="a database that answers", found="closed")
                self._ended(batch, loop)
        self._plan(loop)

    def _read(self, batch: list[_Asked], loop: asyncio.AbstractEventLoop) -> None:
        """Read a batch; in a thread."""
        waiting = deque(batch)
        while waiting:
            try:
                connection = self._connection()
            except sa.exc.SQLAlchemyError as error:
                for asked in waiting:
                    asked.error = _unavailable(error)
                break
            if not _read_some(connection, waiting):
                self._forget(connection)
        loop.call_soon_threadsafe(self._ended, batch, loop)

    def _connection(self) -> Connection:
        """Return this thread's own connection; fetching one from the pool for each batch costs more than a read."""
        connection: Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self._engine.connect()
            self._open.append(connection)
        return connection

    def _forget(self, connection: Connection) -> None:
        """Give a connection up after an error; the next read gets a new one."""
        self._own.connection = None
        self._open.remove(connection)
        with suppress(sa.exc.SQLAlchemyError):
            connection.invalidate()
            connection.close()

    def _ended(self, batch: list[_Asked], loop: asyncio.AbstractEventLoop) -> None:
        self._reading -= 1
        for asked in batch:
            asked.tell()
        if self._next is not None and self._reading == 0:
            self._next.cancel()
            self._next = None
        self._plan(loop)


def _read_some(connection: Connection, waiting: deque[_Asked]) -> bool:
    """Read until the first error of the database; return whether the connection may be used for others."""
    while waiting:
        asked = waiting.popleft()
        try:
            asked.value = asked.read(connection)
        except sa.exc.SQLAlchemyError as error:
            asked.error = _unavailable(error)
            return False
        except Exception as error:  # noqa: BLE001  it belongs to the one who asked, and is raised there
            asked.error = error
    return True


def _unavailable(error: sa.exc.SQLAlchemyError) -> GateUnavailable:
    return GateUnavailable(expected="a database that answers", found=name_of(error))
