"""
Calls that may never come back, as those to a share whose server is gone: each in a thread of its own, with a limit.

A thread that hangs in the kernel cannot be ended, so it is left behind: no other call waits for it, the place it asks
is not asked again until it came back, and the process ends without it.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")


class Apart:
    """One place that is asked in threads of its own, one question at a time."""

    def __init__(self, name: str, *, limit_s: float) -> None:
        self._name = name
        self._limit_s = limit_s
        self._busy = False

    async def run(self, call: Callable[[], Value]) -> Value:
        """
        Return what the call returns, or raise what it raises.

        Raises:
            TimeoutError: it did not come back in time, or the one before did not come back yet.
        """
        if self._busy:
            raise TimeoutError
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Value] = loop.create_future()

        def work() -> None:
            tell: Callable[[], None]
            try:
                tell = partial(told.set_result, call())
            except Exception as error:  # noqa: BLE001  whatever it is, whoever waits gets it
                tell = partial(told.set_exception, error)
            with suppress(RuntimeError):  # the loop was closed meanwhile, nobody waits
                loop.call_soon_threadsafe(self._come_back, told, tell)

        self._busy = True
        threading.Thread(target=work, name=f"postgate-{self._name}", daemon=True).start()
        async with asyncio.timeout(self._limit_s):
            return await told

    def _come_back(self, told: asyncio.Future[Value], tell: Callable[[], None]) -> None:
        self._busy = False
        if not told.done():
            tell()
