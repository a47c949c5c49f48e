"""
Group commit against one by one: how many records a second become durable, on SQLite and on PostgreSQL.

    python -m tests.benchmarks.group_commit [--json]

One run, interleaved rounds, the same work and settings: posts with decision, intent and outcome, made before the clock
runs. 2.5 ms are added before each COMMIT, so that a disk with a fast cache does not hide what grouping saves on an
honest one; the same without them stands beside it. COMMITs are counted, not estimated.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from tests.e2e.servers.postgres import PostgresServer
from tests.stores import migrated, writer_on
from tests.works import Sample, allowed, ended

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

IN_FLIGHT = 16
SYNC_S = 0.0025
"""Added before each COMMIT."""
RECORDS_A_POST = 3
POSTS = 60
"""Posts of a round one by one; in flight together it is as many for each client."""
ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitRound:
    """What one round showed."""

    records_per_second: float
    commits_per_record: float
    cpu_ms: float
    """Processor time of this process for one post (both commits), in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One by one and in flight together, one after the other."""

    alone: CommitRound
    together: CommitRound

    @property
    def ratio(self) -> float:
        """Return records a second together, divided by one by one."""
        return self.together.records_per_second / self.alone.records_per_second


@dataclass(frozen=True, slots=True, kw_only=True)
class Commits:
    """What the rounds on one database showed."""

    database: str
    slow: list[Pair]
    """With the time added before each COMMIT."""
    raw: list[Pair]

    @property
    def ratio(self) -> float:
        """Return the median ratio with the time added."""
        return statistics.median(pair.ratio for pair in self.slow)

    @property
    def commits_per_record(self) -> float:
        """Return the median in flight together."""
        return statistics.median(pair.together.commits_per_record for pair in self.slow)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.group_commit", description=__doc__)
    parser.add_argument("--json", action="store_true", help="for the benchmark that prints everything")
    arguments = parser.parse_args()
    found = measure()
    lines = list(table(found))
    if arguments.json:
        commits_per_record = max(one.commits_per_record for one in found)
        told = {"lines": lines, "ratio": min(one.ratio for one in found), "commits_per_record": commits_per_record}
        lines = [json.dumps(told)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def measure() -> list[Commits]:
    """Measure on a file and on a server of this run's own."""
    with tempfile.TemporaryDirectory(prefix="postgate-commits-") as name:
        on_sqlite = _measure("SQLite", migrated(f"sqlite:///{name}/log.db"))
        server = PostgresServer.start(log_directory=Path(name))
        try:
            server.create_database("commits")
            return [on_sqlite, _measure("PostgreSQL", migrated(server.url("commits")))]
        finally:
            server.stop()


def _measure(database: str, url: str) -> Commits:
    slow, raw = [], []
    _pair(url, sync_s=SYNC_S)
    for _ in range(ROUNDS):
        slow.append(_pair(url, sync_s=SYNC_S))
        raw.append(_pair(url, sync_s=0))
    return Commits(database=database, slow=slow, raw=raw)


def _pair(url: str, *, sync_s: float) -> Pair:
    return Pair(
        alone=_run(_round(url, clients=1, sync_s=sync_s)),
        together=_run(_round(url, clients=IN_FLIGHT, sync_s=sync_s)),
    )


def _run(round_: Coroutine[None, None, CommitRound]) -> CommitRound:
    """Run a round on the loop that `postgate serve` runs on."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(round_)


async def _round(url: str, *, clients: int, sync_s: float) -> CommitRound:
    commits = 0

    def slow_disk(name: str) -> None:
        nonlocal commits
        if name == "before_commit":
            commits += 1
            time.sleep(sync_s)

    posts = POSTS * clients
    works = iter([(allowed(sample), ended(sample)) for sample in (Sample() for _ in range(posts))])
    async with writer_on(url, faults=slow_disk) as writer:

        async def client() -> None:
            for before, after in works:
                await writer.commit(before)
                await writer.commit(after)

        used, started = time.process_time(), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(client())
        seconds, used = time.perf_counter() - started, time.process_time() - used
    return CommitRound(
        records_per_second=RECORDS_A_POST * posts / seconds,
        commits_per_record=commits / (RECORDS_A_POST * posts),
        cpu_ms=used / posts * 1000,
    )


def table(found: list[Commits]) -> Iterator[str]:
    """Yield a table in Markdown."""
    yield "| audit log | records per second | COMMITs per record | CPU per post, ms | ratio (median, min to max) |"
    yield "|---|---|---|---|---|"
    for one in found:
        for pairs, circumstances in ((one.slow, ", 2.5 ms added before each COMMIT"), (one.raw, "")):
            ratios = [pair.ratio for pair in pairs]
            yield _row(f"{one.database}, one by one{circumstances}", [pair.alone for pair in pairs]) + " |"
            yield (
                _row(f"{one.database}, {IN_FLIGHT} in flight{circumstances}", [pair.together for pair in pairs])
                + f" {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f}) |"
            )


def _row(name: str, rounds: list[CommitRound]) -> str:
    return (
        f"| {name} | {statistics.median(one.records_per_second for one in rounds):.0f}"
        f" | {statistics.median(one.commits_per_record for one in rounds):.3f}"
        f" | {statistics.median(one.cpu_ms for one in rounds):.2f} |"
    )


if __name__ == "__main__":
    raise SystemExit(main())
