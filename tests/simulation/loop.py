"""
An event loop without a world outside: no socket, no thread, and its time passes only where nothing else is to be done.

Two runs of the same work in it are equal to the last step.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

Value = TypeVar("Value")


class Stuck(Exception):
    """Nothing is to be done, and no timer runs: what waits, waits for ever."""


class _Timers(selectors.SelectSelector):
    """Looks at no file; lets the time of the loop pass instead."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Pass the time."""
        if timeout is None:
            raise Stuck
        self.passed += max(timeout, 0.0)
        return []


class SimLoop(asyncio.SelectorEventLoop):
    """An event loop whose time begins at 0."""

    def __init__(self) -> None:
        self._timers = _Timers()
        super().__init__(self._timers)
        self._clock_resolution = 1e-6

    def time(self) -> float:
        """Return the seconds that passed."""
        return self._timers.passed


def run(work: Coroutine[object, object, Value]) -> Value:
    """Run a coroutine in a loop of its own; what it leaves behind is ended."""
    loop = SimLoop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(work)
    finally:
        while tasks := asyncio.all_tasks(loop):
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
        asyncio.set_event_loop(None)
        loop.close()
