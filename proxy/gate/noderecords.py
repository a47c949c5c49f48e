"""
What the log says about the gate itself: when a node ran, with which policies and detectors, and what was loaded.

Heartbeats at a fixed interval let an auditor see when the gate was off.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from proxy.gate.records import SYSTEM
from proxy.gate.work import AuditRecord, Work

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from proxy.gate.policy_changes import StoreBundle
    from proxy.gate.ports import AuditLog, Clock, Ids, Policies, Scanner

HEARTBEAT_S = 300.0


async def _nothing(_digest: str) -> None:
    """Keep no bundle: they are all in the policy store."""


class NodeRecords:
    """Records starts, stops, heartbeats and policy loads of this node."""

    def __init__(
        self,
        *,
        audit: AuditLog,
        clock: Clock,
        ids: Ids,
        scanner: Scanner,
        policies: Policies,
        keep: Callable[[str], Awaitable[StoreBundle | None]] = _nothing,
        rounds: Callable[[], dict[str, object]] = dict,
    ) -> None:
        """
        Remember what is needed.

        `rounds` returns what else is said of the node: whether invented leaks are stopped, how many posts are drawn.

        `keep` returns the change that keeps the files of a bundle, by its digest, so that its decisions can be made
        again later; None where they are kept already.
        """
        self._keep = keep
        self._rounds = rounds
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._scanner = scanner
        self._policies = policies
        self._version = ""
        self._digest: str | None = None
        self._loads: deque[tuple[bool, str]] = deque()
        self._noted = asyncio.Event()

    def loaded(self, succeeded: bool) -> None:  # noqa: FBT001  a callback's signature
        """Note that policy files were read again, and what is in force now; `run_loads` records it."""
        self._loads.append((succeeded, self._policies.current().digest))
        self._noted.set()

    async def started(self, version: str, *, trusted_database: bool = False) -> None:
        """
        PG-601 and PG-303: the node runs, with these policies.

        Args:
            version: of the gateway.
            trusted_database: whether the log was compared with no checkpoint outside the database.
        """
        self._version = version
        self._digest = self._policies.current().digest
        activated = self._record("PG-303", "policy.activated", {"digest": self._digest, "from_digest": None})
        trusted = {"trusted_database": True} if trusted_database else {}
        started = self._record("PG-601", "node.started", self._state() | trusted)
        await self._audit.commit(Work(records=(started, activated), changes=await self._kept(self._digest)))

    async def stopped(self) -> None:
        """PG-602: the node stops in order."""
        await self._audit.commit(Work(records=(self._record("PG-602", "node.stopped", self._state()),)))

    async def run_heartbeats(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """PG-603 at a fixed interval, until cancelled."""
        while True:
            await sleep(HEARTBEAT_S)
            await self._audit.commit(Work(records=(self._record("PG-603", "node.heartbeat", self._state()),)))

    async def run_loads(self) -> None:
        """
        PG-306 for each load that failed, PG-303 for each change of the bundle in force, until cancelled.

        A failed load can change the bundle too: expired entries of the house's lists are taken out of it. What could
        not be recorded stays noted.

        Raises:
            AuditUnavailable: the log cannot take a record; run again later.
        """
        while True:
            await self._noted.wait()
            while self._loads:
                await self._record_load(*self._loads[0])
                self._loads.popleft()
            self._noted.clear()

    async def _record_load(self, succeeded: bool, digest: str) -> None:  # noqa: FBT001  as `loaded` notes it
        failed = () if succeeded else (self._record("PG-306", "policy.load_failed", {"error_code": "configuration"}),)
        data: dict[str, object] = {"digest": digest, "from_digest": self._digest}
        changed = () if digest == self._digest else (self._record("PG-303", "policy.activated", data),)
        if failed or changed:
            kept = await self._kept(digest) if changed else ()
            await self._audit.commit(Work(records=(*failed, *changed), changes=kept))
        self._digest = digest

    async def _kept(self, digest: str) -> tuple[StoreBundle, ...]:
        change = await self._keep(digest)
        return () if change is None else (change,)

    def _state(self) -> dict[str, object]:
        bundle = self._policies.current()
        return self._rounds() | {
            "version": self._version,
            "policy_digest": bundle.digest,
            "rules_digest": bundle.rules_digest,
            "organisation_digest": bundle.organisation_digest,
            "detectors": [
                {"name": detector.name, "version": detector.version}
                for detector in sorted(self._scanner.expected(bundle))
            ],
        }

    def _record(self, code: str, kind: str, data: dict[str, object]) -> AuditRecord:
        return AuditRecord(id=self._ids(), code=code, type=kind, at=self._clock.now(), actor=SYSTEM, data=data)
