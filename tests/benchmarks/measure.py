"""
One round: a number of posts with a number in flight through one address, and what it cost the processes behind it.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import aiohttp

from tests.benchmarks.clients import post_status
from tests.e2e.processes import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.clients import Exchange

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
        return self.exchange(post_status, texts, count=self.posts_a_round if count is None else count)

    def exchange(self, exchange: Exchange, texts: Iterator[str], *, count: int, in_flight: int = IN_FLIGHT) -> Round:
        """Do something so many times, each with a text of its own; every one of them must succeed."""
        return asyncio.run(self._round(exchange, list(islice(texts, count)), in_flight))

    async def _round(self, exchange: Exchange, texts: list[str], in_flight: int) -> Round:
        waits: list[float] = []
        todo = iter(texts)
        headers = {"Authorization": f"Bearer {self.token}"}
        connector = aiohttp.TCPConnector(limit=in_flight)
        async with aiohttp.ClientSession(self.address, connector=connector, headers=headers) as session:
            used, started = cpu_seconds(self.pid), time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for _ in range(in_flight):
                    group.create_task(_client(session, exchange, todo, waits))
            spent, took = cpu_seconds(self.pid) - used, time.perf_counter() - started
        count = len(texts)
        return Round(cpu_ms=spent / count * 1000, per_second=count / took, median_ms=statistics.median(waits) * 1000)


async def _client(session: aiohttp.ClientSession, exchange: Exchange, todo: Iterator[str], waits: list[float]) -> None:
    for text in todo:
        started = time.perf_counter()
        await exchange(session, text)
        waits.append(time.perf_counter() - started)
