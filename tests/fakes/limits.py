"""
Limits for tests: counts in memory, and terms that a test says.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable
from proxy.gate.limits import GRAIN_S, LimitPorts, Limits, LimitTerms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from proxy.gate.examine import Ports
    from proxy.gate.limits import Counted, Counts

WIDE = LimitTerms(
    checks_per_minute=60,
    stopped_per_hour=100_000,
    register_hits_per_hour=100_000,
    account_register_hits_per_hour=100_000,
)
"""For houses in which one person posts all there is to stop."""


class MemoryCounts:
    """Twin of `SqlCounts`."""

    def __init__(self) -> None:
        self.rows: Counter[tuple[str, int]] = Counter()
        self.down = False

    async def read(self, counted: Sequence[Counted], *, now: datetime) -> tuple[int, ...]:
        """Return how often each was counted."""
        return self._totals(counted, now)

    async def take(self, counted: Sequence[Counted], *, now: datetime, times: int = 1) -> tuple[int, ...]:
        """Count each so many times more."""
        self._up()
        for name in {one.name for one in counted}:
            self.rows[name, int(now.timestamp()) // GRAIN_S * GRAIN_S] += times
        return self._totals(counted, now)

    async def forget(self, before: datetime) -> None:
        """Delete what was counted before a time."""
        self._up()
        for name, at in list(self.rows):
            if at <= int(before.timestamp()):
                del self.rows[name, at]

    def _totals(self, counted: Sequence[Counted], now: datetime) -> tuple[int, ...]:
        self._up()
        moment = int(now.timestamp())
        return tuple(
            sum(times for (name, at), times in self.rows.items() if name == one.name and at > moment - one.seconds)
            for one in counted
        )

    def _up(self) -> None:
        if self.down:
            raise GateUnavailable(found="a twin that does not answer")


def make_limits(
    ports: Ports,
    terms: LimitTerms = WIDE,
    *,
    counts: Counts | None = None,
    exempt: frozenset[str] = frozenset(),
) -> Limits:
    """Return limits over the ports of a gate."""
    needed = LimitPorts(
        counts=counts or MemoryCounts(),
        audit=ports.audit,
        clock=ports.clock,
        ids=ports.ids,
        observer=ports.observer,
        digest=ports.envelope.digest,
    )
    return Limits(needed, terms, exempt=exempt)
