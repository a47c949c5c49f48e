"""
What the log says about the places its checkpoints are handed to: when one began to fail, and when it worked again.

Never one record for each checkpoint: that would make the log grow, which makes a checkpoint, which is handed out.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from proxy.gate.records import SYSTEM
from proxy.gate.work import AuditRecord, Work

if TYPE_CHECKING:
    from proxy.gate.ports import AuditLog, Clock, Ids


class SinkRecords:
    """Records the changes of sinks on this node."""

    def __init__(self, *, audit: AuditLog, clock: Clock, ids: Ids) -> None:
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._changes: deque[AuditRecord] = deque()
        self._noted = asyncio.Event()

    def changed(self, sink: str, problem: str | None) -> None:
        """Note that a sink fails, with a code, or works again; `run` records it."""
        data: dict[str, object] = {"sink": sink, "state": "recovered" if problem is None else "failing"}
        if problem is not None:
            data["code"] = problem
        self._changes.append(
            AuditRecord(
                id=self._ids(), code="PG-606", type="sink.changed", at=self._clock.now(), actor=SYSTEM, data=data
            )
        )
        self._noted.set()

    async def run(self) -> None:
        """
        PG-606 for each change, until cancelled; what could not be recorded stays noted.

        Raises:
            AuditUnavailable: the log cannot take a record; run again later.
        """
        while True:
            await self._noted.wait()
            while self._changes:
                await self._audit.commit(Work(records=(self._changes[0],)))
                self._changes.popleft()
            self._noted.clear()
