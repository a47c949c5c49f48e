"""
What the log says about the register: which version came into force, with rounded counts, or why a file did not.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from proxy.gate.records import SYSTEM
from proxy.gate.work import AuditRecord, Work

if TYPE_CHECKING:
    from proxy.gate.ports import AuditLog, Clock, Ids

__all__ = ["RegisterRecords", "rounded"]


class RegisterRecords:
    """Records on this node what became of each new register."""

    def __init__(self, *, audit: AuditLog, clock: Clock, ids: Ids) -> None:
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._loads: deque[AuditRecord] = deque()
        self._noted = asyncio.Event()

    def taken(self, version: str, *, built_at: str, entries: int) -> None:
        """Note that a register is in force, with the number of its customers and entries; `run` records it."""
        self._note({"version": version, "built_at": built_at, "entries": rounded(entries)})

    def refused(self, version: str, *, code: str) -> None:
        """Note that a new file was refused, and the version that stays in force."""
        self._note({"version": version, "error_code": code})

    def _note(self, data: dict[str, object]) -> None:
        record = AuditRecord(
            id=self._ids(), code="PG-307", type="register.built", at=self._clock.now(), actor=SYSTEM, data=data
        )
        self._loads.append(record)
        self._noted.set()

    async def run(self) -> None:
        """
        PG-307 for each register, until cancelled; what could not be recorded stays noted.

        Raises:
            AuditUnavailable: the log cannot take a record; run again later.
        """
        while True:
            await self._noted.wait()
            while self._loads:
                await self._audit.commit(Work(records=(self._loads[0],)))
                self._loads.popleft()
            self._noted.clear()


def rounded(count: int) -> int:
    """Return a count with two digits that say something: how many customers a house has is nobody's business."""
    step: int = 10 ** max(len(str(count)) - 2, 0)
    return count // step * step
