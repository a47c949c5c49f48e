"""
What each door adds to a post and to a read, against the bare reverse proxy in front of the same platform.

    python -m tests.benchmarks.doors [--rounds N] [--posts N] [--door NAME] [--models] [--json]

The product as `postgate serve` runs it, once for each platform, and one bare proxy stand in front of one fast platform
(`sink.py`). A round asks the bare proxy and the gate in turn: one client alone, for the time that somebody waits, then
sixteen in flight, for what a node takes. What is added is the difference within a round.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from proxy.detectors.config import DEFAULT_NER
from tests.benchmarks.clients import DOORS
from tests.benchmarks.measure import IN_FLIGHT, Target
from tests.benchmarks.posts import posts
from tests.benchmarks.servers import start_bare_proxy, start_sink
from tests.e2e.gateway import Gateway, Setup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.clients import Door, Exchange
    from tests.benchmarks.measure import Round
    from tests.benchmarks.servers import Running


@dataclass(slots=True, kw_only=True)
class Series:
    """Rounds of one exchange: through the bare proxy and through the gate, alone and many in flight."""

    name: str
    exchange: Exchange
    rounds: list[tuple[Round, Round, Round, Round]] = field(default_factory=list)
    """Bare alone, gate alone, bare under load, gate under load."""

    def measure(self, bare: Target, gate: Target, texts: Iterator[str], *, count: int) -> None:
        """Measure one round: a fifth of the posts alone, the others together."""
        few, many = max(1, count // 5), count
        self.rounds.append(
            (
                bare.exchange(self.exchange, texts, count=few, in_flight=1),
                gate.exchange(self.exchange, texts, count=few, in_flight=1),
                bare.exchange(self.exchange, texts, count=many),
                gate.exchange(self.exchange, texts, count=many),
            )
        )

    def row(self) -> str:
        """Return the row of the table."""
        bare = [alone.median_ms for alone, _, _, _ in self.rounds]
        gate = [alone.median_ms for _, alone, _, _ in self.rounds]
        added = [mine - other for mine, other in zip(gate, bare, strict=True)]
        times = [mine / other for mine, other in zip(gate, bare, strict=True)]
        cpu = [statistics.median(one[at].cpu_ms for one in self.rounds) for at in (2, 3)]
        rates = [statistics.median(one[at].per_second for one in self.rounds) for at in (2, 3)]
        return (
            f"| {self.name} | {_spread(bare)} | {_spread(gate)} | {_spread(added)} | {_spread(times)}"
            f" | {cpu[0]:.2f} / {cpu[1]:.2f} | {rates[0]:,.0f} / {rates[1]:,.0f} |"
        )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.doors", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--posts", type=int, default=200, help="in flight in a round; a fifth as many alone before")
    parser.add_argument("--door", action="append", choices=[door.platform for door in DOORS], help="only this one")
    parser.add_argument("--models", action="store_true", help="with the language models that are configured by default")
    parser.add_argument("--json", action="store_true", help="for the benchmark that prints everything")
    arguments = parser.parse_args()
    wanted = [door for door in DOORS if arguments.door is None or door.platform in arguments.door]
    texts = posts()
    found: list[tuple[Series, Series]] = []
    with tempfile.TemporaryDirectory(prefix="postgate-doors-") as name, ExitStack() as stack:
        sink = start_sink(stack)
        bare = start_bare_proxy(stack, sink.address)
        for door in wanted:
            setup = Setup(
                upstream=sink.address,
                platform=door.platform,
                credential=door.credential,
                door_more=door.settings,
                ner=DEFAULT_NER if arguments.models else (),
            )
            home = Path(name) / door.platform
            home.mkdir()
            found.append(_through(door, Gateway(home, setup), bare, texts, arguments))
    lines = [*_table(found), "", _circumstances(arguments)]
    sys.stdout.write((json.dumps({"lines": lines}) if arguments.json else "\n".join(lines)) + "\n")
    return 0


def _through(
    door: Door, gateway: Gateway, bare: Running, texts: Iterator[str], arguments: argparse.Namespace
) -> tuple[Series, Series]:
    """Measure one door: posts, then reads."""
    wrote, read = Series(name=door.platform, exchange=door.post), Series(name=door.platform, exchange=door.read)
    with gateway:
        gateway.prepare()
        gateway.start()
        beside = _target(door, bare.address, "anybody", bare.pid)
        through = _target(door, gateway.address, gateway.token, gateway.pid)
        for series in (wrote, read):
            for side in (beside, through):
                side.exchange(series.exchange, texts, count=50)
            for _ in range(arguments.rounds):
                series.measure(beside, through, texts, count=arguments.posts)
            sys.stderr.write(f"{series.row()}\n")
        if gateway.stop() != 0:
            raise RuntimeError(f"the gateway before {door.platform} did not end well: {gateway.log()[-2000:]}")
    return wrote, read


def _target(door: Door, address: str, token: str, pid: int) -> Target:
    opened = asyncio.run(door.log_in(address, token))
    return Target(name=door.platform, address=address, token=opened, pid=pid, posts_a_round=0)


def _table(found: Sequence[tuple[Series, Series]]) -> Iterator[str]:
    for at, what in enumerate(("a post", "a read")):
        if at:
            yield ""
        yield (
            f"| {what}, median (min to max) | bare proxy, ms | gate, ms | added, ms | times bare proxy"
            " | CPU, ms, bare / gate | per second, bare / gate |"
        )
        yield "|---|---|---|---|---|---|---|"
        yield from (series[at].row() for series in found)


def _circumstances(arguments: argparse.Namespace) -> str:
    return (
        f"{arguments.rounds} interleaved rounds, {max(1, arguments.posts // 5)} by one client and {arguments.posts}"
        f" with {IN_FLIGHT} in flight, {'with' if arguments.models else 'without'} language models;"
        f" Python {platform.python_version()}, {os.cpu_count()} processors, {platform.system()} {platform.machine()}."
    )


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    raise SystemExit(main())
