"""
Refused requests on record (PG-110): the first of a door, a reason and a minute at once, the rest as sums.

A flood of refused requests can therefore add at most a few records a minute, whoever sends it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from proxy.core.errors import AuditUnavailable
from proxy.gate import records
from proxy.gate.work import AuditRecord, Work

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.ports import AuditLog, Clock, Ids

WINDOW_S = 60.0
_Key = tuple[str, str]


class RefusalLog:
    """Counts refusals and records the counts; `run` must be running."""

    def __init__(self, *, audit: AuditLog, clock: Clock, ids: Ids) -> None:
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._counts: Counter[_Key] = Counter()
        self._first: dict[_Key, datetime] = {}
        self._recorded: set[_Key] = set()
        self._window_ends = clock.monotonic() + WINDOW_S
        self._fresh = asyncio.Event()

    def note(self, *, door: str, reason: str) -> None:
        """Count one refusal."""
        key = (door, reason)
        self._counts[key] += 1
        self._first.setdefault(key, self._clock.now())
        if key not in self._recorded:
            self._fresh.set()

    async def run(self, *, pause_s: float = 1.0) -> None:
        """Record counts until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._fresh.wait()
            await self.flush()

    async def flush(self, *, everything: bool = False) -> None:
        """Record what is due: first refusals at once, sums at the end of a minute, everything when stopping."""
        self._fresh.clear()
        if everything or self._clock.monotonic() >= self._window_ends:
            self._recorded.clear()
            self._window_ends = self._clock.monotonic() + WINDOW_S
        due = {key: count for key, count in self._counts.items() if key not in self._recorded}
        if not due:
            return
        work = Work(records=tuple(self._record(key, count) for key, count in sorted(due.items())))
        try:
            await self._audit.commit(work)
        except AuditUnavailable:
            return  # the counts stay and are recorded once the log can take them
        for key, count in due.items():
            self._counts[key] -= count
            if self._counts[key] <= 0:
                del self._counts[key]
            self._first.pop(key, None)
            self._recorded.add(key)

    def _record(self, key: _Key, count: int) -> AuditRecord:
        door, reason = key
        return AuditRecord(
            id=self._ids(),
            code="PG-110",
            type="request.refused",
            at=self._clock.now(),
            actor=records.SYSTEM,
            data={
                "door": door,
                "reason": reason,
                "count": count,
                "first_at": records.stamp(self._first.get(key, self._clock.now())),
            },
        )
