"""
`make bench`: what a post costs in the gate, compared with a bare reverse proxy in the same run.

Rounds are interleaved (bare, gate, gate with language models, bare, ...), so that a busy machine is busy for all of
them; ratios are taken within a round. Prints a table in Markdown; `--write` puts it into docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proxy.detectors.config import DEFAULT_NER
from tests.benchmarks.measure import IN_FLIGHT, Target
from tests.benchmarks.posts import posts
from tests.benchmarks.servers import start_bare_proxy
from tests.e2e.gateway import REPOSITORY, Gateway, Setup
from tests.e2e.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAGE = REPOSITORY / "docs" / "performance.md"
_ALONE = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    "REGEX_TIMEOUT_SECONDS": "5",
}
"""Each library has one thread, as in the workers."""
MOST_TIMES_BARE = 4.0
LEAST_TIMES_ONE_BY_ONE = 10.0
MOST_COMMITS_PER_RECORD = 0.1
MOST_OF_PRESIDIO = 1 / 3
MOST_TIMES_ORDINARY = 10.0
LEAST_GAIN_OF_A_BATCH = 1.25
MOST_SECONDS_TO_LOAD = 0.5
MOST_MS_TO_DECIDE = 1.0
LEAST_VERIFIED_PER_SECOND = 50_000.0
MOST_MS_TO_A_PAGE = 200.0
MOST_MS_TO_A_PROOF = 5.0
MOST_SECONDS_FOR_A_THOUSAND = 60.0
MOST_SECONDS_AFTER_APPROVAL = 1.0
_BETWEEN = re.compile(r"(<!-- measured -->\n).*(<!-- end of measured -->)", re.DOTALL)


def main() -> int:
    """Measure, print, and say by the exit code whether the promises hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--posts", type=int, default=600, help="posts a round; a third of them with language models")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="postgate-bench-") as name, ExitStack() as stack:
        targets = _targets(Path(name), stack, arguments.posts)
        _run(targets, rounds=arguments.rounds)
    bare, gate, _ = targets
    doors = _in_a_process("doors")
    commits = _in_a_process("group_commit")
    looks = _in_a_process("detection")
    rules = _in_a_process("policies")
    taken = _in_a_process("exports")
    asked = _in_a_process("queries")
    waited = _in_a_process("delivery")
    table = "\n".join(
        [
            *(*_table(targets), ""),
            *(*doors["lines"], ""),
            *(*commits["lines"], ""),
            *(*looks["lines"], ""),
            *(*rules["lines"], ""),
            *(*taken["lines"], ""),
            *(*asked["lines"], ""),
            *(*waited["lines"], ""),
            *_circumstances(arguments),
        ]
    )
    sys.stdout.write(table + "\n")
    if arguments.write:
        PAGE.write_text(_BETWEEN.sub(lambda match: f"{match[1]}{table}\n{match[2]}", PAGE.read_text("utf-8")), "utf-8")
    broken = [*_broken("gate without language models", _ratio(gate, bare), most=MOST_TIMES_BARE)]
    broken += _broken("group commit", commits["ratio"], least=LEAST_TIMES_ONE_BY_ONE)
    broken += _broken("COMMITs per record", commits["commits_per_record"], most=MOST_COMMITS_PER_RECORD)
    broken += _broken("our detectors against Presidio", looks["of_presidio"], most=MOST_OF_PRESIDIO)
    broken += _broken("hostile texts", looks["times_ordinary"], most=MOST_TIMES_ORDINARY)
    broken += _broken("language models in batches", looks["gain_of_a_batch"], least=LEAST_GAIN_OF_A_BATCH)
    broken += _broken("seconds to read a thousand rules", rules["load_s"], most=MOST_SECONDS_TO_LOAD)
    broken += _broken("milliseconds to decide by a thousand rules", rules["decide_ms"], most=MOST_MS_TO_DECIDE)
    broken += _broken("records of an export verified in a second", taken["verified"], least=LEAST_VERIFIED_PER_SECOND)
    broken += _broken("milliseconds to a page of a million records", asked["page_ms"], most=MOST_MS_TO_A_PAGE)
    broken += _broken("milliseconds to a proof of a record", asked["proof_ms"], most=MOST_MS_TO_A_PROOF)
    broken += _broken("seconds until a thousand due posts are out", waited["last_s"], most=MOST_SECONDS_FOR_A_THOUSAND)
    broken += _broken("seconds from approval to platform", waited["after_s"], most=MOST_SECONDS_AFTER_APPROVAL)
    sys.stderr.write("".join(broken))
    return 1 if broken else 0


def _in_a_process(name: str) -> dict[str, Any]:
    """Measure one part in a process of its own."""
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--json"]
    told = subprocess.run(command, env={**os.environ, **_ALONE}, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def _broken(name: str, ratio: float, *, least: float = 0.0, most: float = math.inf) -> Iterator[str]:
    if not least <= ratio <= most:
        yield f"{name}: {ratio:.2f} is not between {least} and {most}\n"


def _targets(directory: Path, stack: ExitStack, count: int) -> list[Target]:
    recorder = Recorder(directory, hasty=True)
    stack.enter_context(recorder)
    targets = [_bare(stack, recorder.address, count)]
    for name, ner in (("gate without language models", ()), ("gate with language models", DEFAULT_NER)):
        home = directory / name.replace(" ", "-")
        home.mkdir()
        setup = Setup(upstream=recorder.address, ner=ner)
        gateway = stack.enter_context(Gateway(home, setup))
        gateway.prepare()
        gateway.start()
        count_here = count // 3 if ner else count
        targets.append(
            Target(name=name, address=gateway.address, token=gateway.token, pid=gateway.pid, posts_a_round=count_here)
        )
    return targets


def _bare(stack: ExitStack, upstream: str, count: int) -> Target:
    bare = start_bare_proxy(stack, upstream)
    return Target(name="bare reverse proxy", address=bare.address, token="anybody", pid=bare.pid, posts_a_round=count)


def _run(targets: Sequence[Target], *, rounds: int) -> None:
    texts: Iterator[str] = posts()
    for target in targets:
        target.round(texts, count=100)
    for number in range(rounds):
        for target in targets:
            target.rounds.append(target.round(texts))
            told = f"round {number + 1}: {target.name}: {target.rounds[-1].cpu_ms:.2f} ms of CPU a post\n"
            sys.stderr.write(told)


def _ratios(target: Target, bare: Target) -> list[float]:
    return [mine.cpu_ms / other.cpu_ms for mine, other in zip(target.rounds, bare.rounds, strict=True)]


def _ratio(target: Target, bare: Target) -> float:
    return statistics.median(_ratios(target, bare))


def _table(targets: Sequence[Target]) -> Iterator[str]:
    yield "| | CPU per post, ms (median, min to max) | times bare proxy | posts per second | client waits, ms |"
    yield "|---|---|---|---|---|"
    for target in targets:
        cpu = [one.cpu_ms for one in target.rounds]
        ratios = _ratios(target, targets[0])
        yield (
            f"| {target.name} | {statistics.median(cpu):.2f} ({min(cpu):.2f} to {max(cpu):.2f})"
            f" | {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            f" | {statistics.median(one.per_second for one in target.rounds):.0f}"
            f" | {statistics.median(one.median_ms for one in target.rounds):.0f} |"
        )


def _circumstances(arguments: argparse.Namespace) -> Iterator[str]:
    yield (
        f"{arguments.rounds} interleaved rounds, {IN_FLIGHT} posts in flight, {arguments.posts} posts a round"
        f" ({arguments.posts // 3} with language models); Python {platform.python_version()},"
        f" {os.cpu_count()} processors, {platform.system()} {platform.machine()}."
    )


if __name__ == "__main__":
    raise SystemExit(main())
