"""
Notices when wall time jumps or disagrees with the database; deadlines never depend on wall time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import AuditUnavailable
from proxy.gate import records
from proxy.gate.work import AuditRecord, Work

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from proxy.gate.ports import AuditLog, Clock, Ids

LIMIT = timedelta(seconds=60)
"""Beyond this skew the node is not ready."""
UNFIT_FOR_S = 60.0
"""How long a node stays not ready after a jump, so that people notice."""


class ClockWatch:
    """Compares wall time with monotonic time since start, and with the time of the database."""

    def __init__(
        self,
        *,
        clock: Clock,
        ids: Ids,
        audit: AuditLog,
        database_now: Callable[[], Awaitable[datetime]],
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._database_now = database_now
        self._base = self._offset()
        self._unfit_until = 0.0

    def _offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    async def fit(self) -> bool:
        """
        Return whether wall time can be trusted; a jump is recorded once (PG-604).

        Raises:
            AuditUnavailable: the database does not answer.
        """
        jump = self._offset() - self._base
        if abs(jump) > LIMIT.total_seconds():
            before, self._base = self._base, self._offset()
            self._unfit_until = self._clock.monotonic() + UNFIT_FOR_S
            try:
                await self._audit.commit(Work(records=(self._jumped(round(jump * 1000)),)))
            except AuditUnavailable:
                self._base = before  # not on record yet: the next look sees the jump again
                raise
        if self._clock.monotonic() < self._unfit_until:
            return False
        return abs(await self._database_now() - self._clock.now()) <= LIMIT

    def _jumped(self, skew_ms: int) -> AuditRecord:
        return AuditRecord(
            id=self._ids(),
            code="PG-604",
            type="clock.jumped",
            at=self._clock.now(),
            actor=records.SYSTEM,
            data={"skew_ms": skew_ms},
        )
