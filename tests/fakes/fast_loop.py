"""
An event loop in which waiting costs no time: when nothing else is to be done, its clock jumps to the next timer.

For code whose pauses are part of its behaviour; tests run it to the end and see every retry.
"""

from __future__ import annotations

import asyncio
import selectors
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from tests.fakes.clock import ManualClock

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

Value = TypeVar("Value")


class _Skipping(selectors.SelectSelector):
    """Waits for no timer; remembers how much waiting it saved."""

    saved = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now; only without any timer wait for something to happen."""
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(0)
        if not ready:
            self.saved += timeout
        return ready


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop whose time runs as fast as it can."""

    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        """Return the time that would be, had every timer been waited for."""
        return super().time() + self._skipping.saved


class LoopClock(ManualClock):
    """A manual clock that also moves with the time of the loop it was made in."""

    def __init__(self) -> None:
        super().__init__()
        self._base = asyncio.get_running_loop().time()

    def _passed(self) -> float:
        return asyncio.get_running_loop().time() - self._base

    def now(self) -> datetime:
        """Return the wall time."""
        return super().now() + timedelta(seconds=self._passed())

    def monotonic(self) -> float:
        """Return the monotonic seconds."""
        return super().monotonic() + self._passed()


def run_fast(work: Coroutine[object, object, Value]) -> Value:
    """Run a coroutine in a fast loop."""
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(work)
