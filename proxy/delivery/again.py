"""
Calls something again and again for as long as the node runs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.core.errors import PostgateError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Again:
    """Calls a use case at a fixed interval."""

    def __init__(
        self,
        look: Callable[[], Awaitable[object]],
        *,
        failed: Callable[[str], None],
        interval_s: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """
        Remember what is called.

        Args:
            look: one round.
            failed: told the code of an error by which a round ended.
            interval_s: pause after each round.
            sleep: how to pause.
        """
        self._look = look
        self._failed = failed
        self._interval_s = interval_s
        self._sleep = sleep

    async def run(self) -> None:
        """Run until cancelled. A database that is down is a matter of readiness; the next round tries again."""
        while True:
            try:
                await self._look()
            except PostgateError as error:
                self._failed(error.code)
            await self._sleep(self._interval_s)
