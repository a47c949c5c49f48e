"""
Reading without blocking the event loop: a small pool of threads, each read one hop.

Reads see the newest commit; nothing is cached. What a database error quotes stays here.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from proxy.core.errors import GateUnavailable
from proxy.storage.failures import name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection, Engine

Value = TypeVar("Value")


class Reads:
    """Runs read functions on connections of one engine."""

    def __init__(self, engine: Engine, *, threads: int = 4) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="postgate-reads")

    async def run(self, read: Callable[[Connection], Value]) -> Value:
        """
        Run a function with a connection, in a thread.

        Raises:
            GateUnavailable: the database does not answer.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.run_blocking, read)

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
            raise GateUnavailable(expected="a database that answers", found=name_of(error)) from None

    async def close(self) -> None:
        """End the threads and close their connections."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._engine.dispose)
        self._threads.shutdown(wait=False)
