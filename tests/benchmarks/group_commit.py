"""
Group commit against one by one: how many records a second become durable.

One run, interleaved rounds, the same work: posts with decision, intent and outcome. 2.5 ms are added before each
COMMIT, so that a disk with a fast cache does not hide what grouping saves on an honest one. Run alone with
`python -m tests.benchmarks.group_commit`.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass

from tests.stores import migrated, writer_on
from tests.works import Sample, allowed, ended

IN_FLIGHT = 16
SYNC_S = 0.0025
"""Added before each COMMIT."""
RECORDS_A_POST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitRound:
    """What one round showed."""

    records_per_second: float
    commits_per_record: float
    cpu_ms: float
    """Processor time for one post (both commits), in milliseconds, the making of its values included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commits:
    """What the run showed."""

    ratio: float
    """Records a second in flight together, divided by one by one; median over the rounds."""
    lines: list[str]
    """A table in Markdown."""


def measure(*, rounds: int = 5, posts: int = 60) -> Commits:
    """Measure on SQLite in a temporary directory."""
    with tempfile.TemporaryDirectory(prefix="postgate-commits-") as name:
        url = migrated(f"sqlite:///{name}/log.db")
        pairs = [
            (
                asyncio.run(_round(url, clients=1, posts=posts)),
                asyncio.run(_round(url, clients=IN_FLIGHT, posts=posts * 16)),
            )
            for _ in range(rounds)
        ]
    ratios = [together.records_per_second / alone.records_per_second for alone, together in pairs]
    lines = [
        "| audit log, 2.5 ms added before each COMMIT | records per second | COMMITs per record | CPU per post, ms |",
        "|---|---|---|---|",
        _row("one by one", [alone for alone, _ in pairs]),
        _row(f"{IN_FLIGHT} in flight", [together for _, together in pairs]),
        "",
        (
            f"Ratio, median of {rounds} interleaved rounds: {statistics.median(ratios):.1f}"
            f" ({min(ratios):.1f} to {max(ratios):.1f})."
        ),
    ]
    return Commits(ratio=statistics.median(ratios), lines=lines)


def _row(name: str, rounds: list[CommitRound]) -> str:
    return (
        f"| {name} | {statistics.median(one.records_per_second for one in rounds):.0f}"
        f" | {statistics.median(one.commits_per_record for one in rounds):.3f}"
        f" | {statistics.median(one.cpu_ms for one in rounds):.2f} |"
    )


async def _round(url: str, *, clients: int, posts: int) -> CommitRound:
    commits = 0

    def slow_disk(name: str) -> None:
        nonlocal commits
        if name == "before_commit":
            commits += 1
            time.sleep(SYNC_S)

    samples = iter([Sample() for _ in range(posts)])
    async with writer_on(url, faults=slow_disk) as writer:

        async def client() -> None:
            for sample in samples:
                await writer.commit(allowed(sample))
                await writer.commit(ended(sample))

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


if __name__ == "__main__":
    sys.stdout.write("\n".join(measure().lines) + "\n")
