"""
Work that ends even when its client goes away.

From the commit of a decision on, cancelling the request must not cancel the sending or its record. The drain at
shutdown waits for what still runs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

Value = TypeVar("Value")


class Shield:
    """Runs coroutines that outlive their callers, and knows which still run."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[object]] = set()

    async def run(self, coroutine: Coroutine[object, object, Value]) -> Value:
        """Run to the end whatever happens to the caller; return the value when the caller is still there."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen here, so that a caller who left causes no "never retrieved" report

    async def drain(self, seconds: float) -> bool:
        """Wait for everything that runs; return whether all of it ended in time."""
        if not self._running:
            return True
        _done, pending = await asyncio.wait(set(self._running), timeout=seconds)
        return not pending
