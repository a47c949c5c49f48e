"""
One round: a number of posts with a number in flight through one address, and what it cost the processes behind it.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp

from tests.e2e.processes import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_FLIGHT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round showed."""

    cpu_ms: float
    """Processor time of the whole process tree for one post, in milliseconds."""
    per_second: float
    """Posts a second."""
    median_ms: float
    """Time a client waited, median."""


@dataclass(slots=True, kw_only=True)
class Target:
    """Something that takes posts."""

    name: str
    address: str
    token: str
    pid: int
    posts_a_round: int
    rounds: list[Round] = field(default_factory=list)

    def round(self, texts: Iterator[str], *, count: int | None = None) -> Round:
        """Send one round of posts; every one of them must be published."""
        return asyncio.run(self._round(texts, self.posts_a_round if count is None else count))

    async def _round(self, texts: Iterator[str], count: int) -> Round:
        waits: list[float] = []
        todo = iter([next(texts) for _ in range(count)])
        headers = {"Authorization": f"Bearer {self.token}"}
        connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
        async with aiohttp.ClientSession(self.address, connector=connector, headers=headers) as session:
            used, started = cpu_seconds(self.pid), time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for _ in range(IN_FLIGHT):
                    group.create_task(_client(session, todo, waits))
            spent, took = cpu_seconds(self.pid) - used, time.perf_counter() - started
        return Round(cpu_ms=spent / count * 1000, per_second=count / took, median_ms=statistics.median(waits) * 1000)


async def _client(session: aiohttp.ClientSession, todo: Iterator[str], waits: list[float]) -> None:
    for text in todo:
        started = time.perf_counter()
        async with session.post("/api/v1/statuses", json={"status": text, "visibility": "public"}) as answer:
            body = await answer.read()
            waits.append(time.perf_counter() - started)
            if answer.status != 200 or "uri" not in json.loads(body):
                raise RuntimeError(f"a post was not published: {answer.status} {body[:300]!r}")
