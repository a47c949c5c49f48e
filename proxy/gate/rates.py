"""
How often somebody may ask: a limit against probing, not a statistic.

Counts live for a minute in the memory of one node and are read by nobody; with several nodes each has its own.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from proxy.core.errors import Localised, RefusedRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.gate.ports import Clock

WINDOW_S = 60.0


class TooManyChecks(RefusedRequest):
    """More was asked in a minute than anybody may ask; nothing was looked at."""

    code = "too_many_checks"
    status = 429
    reason = "rate"
    text = Localised(
        de="In dieser Minute wurde zu oft gefragt. Es wurde nichts geprüft.",
        en="There were too many questions in this minute. Nothing was checked.",
    )


class Rates:
    """Counts what was asked in the last minute, by name."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._taken: dict[str, deque[float]] = {}

    def take(self, limits: Mapping[str, int], *, count: int = 1) -> None:
        """
        Take so many of each limit, or of none.

        Raises:
            TooManyChecks: one of them is used up; nothing is taken.
        """
        now = self._clock.monotonic()
        self._forget(now)
        if any(len(self._taken.get(name, ())) + count > most for name, most in limits.items()):
            raise TooManyChecks(expected="fewer questions in a minute", found="more")
        for name in limits:
            self._taken.setdefault(name, deque()).extend([now] * count)

    def _forget(self, now: float) -> None:
        for name, times in list(self._taken.items()):
            while times and now - times[0] >= WINDOW_S:
                times.popleft()
            if not times:
                del self._taken[name]
