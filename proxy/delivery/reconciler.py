"""
Asks platforms about posts that may have been published, for as long as the node runs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable
from proxy.gate.reconcile import SETTLE, reconcile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import timedelta

    from proxy.gate.examine import Ports
    from proxy.gate.reconcile import Lookup, UnclearPosts

INTERVAL_S = 60.0


class Reconciler:
    """Looks at a fixed interval."""

    def __init__(
        self,
        ports: Ports,
        posts: UnclearPosts,
        lookups: Mapping[str, Lookup],
        *,
        found: Callable[[int], None],
        settle: timedelta = SETTLE,
        interval_s: float = INTERVAL_S,
    ) -> None:
        self._ports = ports
        self._posts = posts
        self._lookups = lookups
        """By door name."""
        self._found = found
        self._settle = settle
        self._interval_s = interval_s

    async def run(self) -> None:
        """Run until cancelled. A database that is down is a matter of readiness; the next round tries again."""
        while True:
            try:
                self._found(await reconcile(self._ports, self._posts, self._lookups, settle=self._settle))
            except GateUnavailable:
                self._found(0)
            await asyncio.sleep(self._interval_s)
