"""
Looks after attempts whose sender died, for as long as the node runs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable
from proxy.gate.recover import settle_overdue

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.gate.examine import Ports


class Reaper:
    """Settles overdue attempts at a fixed interval."""

    def __init__(self, ports: Ports, *, settled: Callable[[int], None], interval_s: float = 5.0) -> None:
        self._ports = ports
        self._settled = settled
        self._interval_s = interval_s

    async def run(self) -> None:
        """Run until cancelled. A database that is down is a matter of readiness; the next round tries again."""
        while True:
            try:
                self._settled(await settle_overdue(self._ports))
            except GateUnavailable:
                self._settled(0)
            await asyncio.sleep(self._interval_s)
