"""
Posts that wait: how soon a thousand are out that are due at the same moment, and how soon one that was approved.

A real gateway with its language models, a fast platform on this machine, pacing off. The posts come through the
Mastodon door; what counts is when the platform got each of them: after its time, or after the record of its approval.
Approvals come from another process (`postgate review approve`), as from another node.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from proxy.detectors.config import DEFAULT_NER
from proxy.observability.system import SystemClock
from tests.benchmarks.measure import IN_FLIGHT
from tests.benchmarks.posts import posts
from tests.e2e.gateway import Gateway, Setup
from tests.e2e.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SECONDS = 60.0
MOST_AFTER_APPROVAL_S = 1.0
HELD = "Zum Jahresende schließen Standorte, viele Stellen fallen weg. Das ist noch nicht öffentlich. Nummer {}."
"""An invented company's; a rule with one stage holds it."""
AHEAD_S = 0.12
"""Seconds of time to write one post down before all are due."""


def main() -> int:
    """Measure, print, and say by the exit code whether the promise holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.delivery", description=__doc__)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--approvals", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="postgate-bench-") as name:
        late, after = _run(Path(name), arguments.posts, arguments.approvals)
    lines = [
        "| posts due at once | the last is out after, s | the median after, s | posts per second |",
        "|---|---|---|---|",
        f"| {len(late)} | {late[-1]:.1f} | {statistics.median(late):.1f} | {len(late) / late[-1]:.0f} |",
        "",
        "| approved posts | out after, s (median, min to max) |",
        "|---|---|",
        f"| {len(after)} | {statistics.median(after):.2f} ({after[0]:.2f} to {after[-1]:.2f}) |",
        "",
        f"With the language models {', '.join(DEFAULT_NER)}; {os.cpu_count()} processors.",
    ]
    if arguments.json:
        sys.stdout.write(json.dumps({"last_s": late[-1], "after_s": statistics.median(after), "lines": lines}) + "\n")
    else:
        sys.stdout.write("\n".join(lines) + "\n")
    whole = (len(late), len(after)) == (arguments.posts, arguments.approvals)
    return 0 if whole and late[-1] <= MOST_SECONDS and statistics.median(after) <= MOST_AFTER_APPROVAL_S else 1


def _run(directory: Path, count: int, approvals: int) -> tuple[list[float], list[float]]:
    """Return how many seconds after its time, or its approval, each post reached the platform, in order."""
    with Recorder(directory, hasty=True) as recorder:
        home = directory / "gateway"
        home.mkdir()
        with Gateway(home, Setup(upstream=recorder.address, ner=DEFAULT_NER)) as gateway:
            gateway.prepare()
            gateway.start()
            due = SystemClock().now() + timedelta(seconds=30 + count * AHEAD_S)
            asyncio.run(_schedule(gateway, posts(), count, due))
            early = (due - SystemClock().now()).total_seconds()
            if early < 0:
                raise RuntimeError(f"writing the posts down took {-early:.0f} s too long: nothing is measured")
            asyncio.run(asyncio.sleep(early))
            asyncio.run(_all_out(recorder, count))
            arrived = sorted(entry.at / 1e9 for entry in recorder.entries())
            after = _approve(gateway, recorder, approvals)
            gateway.stop()
    return [at - due.astimezone(UTC).timestamp() for at in arrived], after


def _approve(gateway: Gateway, recorder: Recorder, count: int) -> list[float]:
    """Let posts be held and approved one by one; return how long after its approval each reached the platform."""
    before = len(recorder.entries())
    asyncio.run(_hold(gateway, count))
    token = gateway.directory / "reviewer.token"
    words = ("token", "issue", "--principal", "Rita Beispiel", "--scope", "review", "--days", "1")
    token.write_text(gateway.run(*words).split()[0], encoding="ascii")
    for record in gateway.records(code="PG-201"):
        gateway.run("review", "approve", record["data"]["review"], "--token-file", str(token))
    asyncio.run(_all_out(recorder, before + count))
    records = gateway.records()
    approved = {one["subject"]["post"]: one["at"] for one in records if one["code"] == "PG-202"}
    posts_of = {one["data"]["attempt"]: one["subject"]["post"] for one in records if one["code"] == "PG-102"}
    arrivals = {posts_of[entry.key or ""]: entry.at / 1e9 for entry in recorder.entries()}
    return sorted(arrivals[post] - datetime.fromisoformat(at).timestamp() for post, at in approved.items())


async def _hold(gateway: Gateway, count: int) -> None:
    headers = {"Authorization": f"Bearer {gateway.token}"}
    async with aiohttp.ClientSession(gateway.address, headers=headers) as session:
        for number in range(count):
            async with session.post("/api/v1/statuses", json={"status": HELD.format(number)}) as answer:
                if answer.status != 200 or "scheduled_at" not in await answer.json():
                    raise RuntimeError(f"a post was not held: {answer.status}")


async def _schedule(gateway: Gateway, texts: Iterator[str], count: int, due: datetime) -> None:
    todo = iter([next(texts) for _ in range(count)])
    headers = {"Authorization": f"Bearer {gateway.token}"}
    async with aiohttp.ClientSession(gateway.address, headers=headers) as session, asyncio.TaskGroup() as group:
        for _ in range(IN_FLIGHT):
            group.create_task(_client(session, todo, due))


async def _client(session: aiohttp.ClientSession, todo: Iterator[str], due: datetime) -> None:
    for text in todo:
        content = {"status": text, "visibility": "public", "scheduled_at": due.isoformat()}
        async with session.post("/api/v1/statuses", json=content) as answer:
            body = await answer.read()
            if answer.status != 200 or "scheduled_at" not in json.loads(body):
                raise RuntimeError(f"a post was not scheduled: {answer.status} {body[:300]!r}")


async def _all_out(recorder: Recorder, count: int) -> None:
    async with asyncio.timeout(MOST_SECONDS * 5):
        while len(recorder.entries()) < count:  # noqa: ASYNC110  the platform's diary is the only sign
            await asyncio.sleep(1)


if __name__ == "__main__":
    raise SystemExit(main())
