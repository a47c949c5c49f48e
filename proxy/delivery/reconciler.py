"""
Asks platforms about posts that may have been published, for as long as the node runs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

INTERVAL_S = 30.0


class Reconciler:
    """Looks at a fixed interval."""

    def __init__(
        self,
        reconcile: Callable[[], Awaitable[int]],
        *,
        clear: Callable[[int], None],
        standing: Callable[[], Awaitable[None]],
        interval_s: float = INTERVAL_S,
    ) -> None:
        self._reconcile = reconcile
        """`gate.reconcile.Reconcile`."""
        self._clear = clear
        """Told how many posts became clear in a round."""
        self._standing = standing
        """Tells operators how many are left."""
        self._interval_s = interval_s

    async def run(self) -> None:
        """Run until cancelled. A database that is down is a matter of readiness; the next round tries again."""
        while True:
            try:
                self._clear(await self._reconcile())
                await self._standing()
            except GateUnavailable:
                self._clear(0)
            await asyncio.sleep(self._interval_s)
