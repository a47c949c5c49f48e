"""
`make simulate`: live through many histories of two nodes, and say what of the life cycle and of the faults they saw.

    python -m tests.simulation --scenes                       every order of a few things at once, first
    python -m tests.simulation --histories 10000              a base seed of chance
    python -m tests.simulation --seed 4711 --histories 1000   seeds 4711 to 5710
    python -m tests.simulation --seed 4711 --histories 1 --trace

A history that fails is printed, as short as it can be made, with the command that repeats it.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from typing import TYPE_CHECKING

from tests.simulation.model import walk
from tests.simulation.runs import history_of, shrunk, simulate_all
from tests.simulation.scenes import SCENES, WIDE
from tests.simulation.world import simulate

if TYPE_CHECKING:
    from tests.simulation.world import Result


def main() -> int:
    """Simulate, print, and say by the exit code whether everything held and everything was seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None, help="the first seed; without it, one of chance")
    parser.add_argument("--scenes", action="store_true", help="walk through every state of the small model instead")
    parser.add_argument("--trace", action="store_true", help="print everything that happens")
    arguments = parser.parse_args()
    if arguments.scenes:
        return _walked()
    seed = secrets.randbelow(10**9) if arguments.seed is None else arguments.seed
    _say(f"base seed: {seed}; histories: {arguments.histories}")
    if arguments.trace:
        return _traced(range(seed, seed + arguments.histories))
    begun = time.perf_counter()
    count = 0

    def note(_result: Result) -> None:
        nonlocal count
        count += 1

    seen, failed = simulate_all(range(seed, seed + arguments.histories), each=note)
    seconds = time.perf_counter() - begun
    _say(f"histories: {count} in {seconds:.0f} s = {count / seconds:.0f}/s")
    _say("\n".join(seen.lines()))
    if failed is not None:
        _say(_failure(failed))
        return 1
    return 1 if seen.missing_transitions() or seen.missing_points() else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _walked() -> int:
    for name, scene in (SCENES | WIDE).items():
        walked = walk(scene)
        _say(f"{name}: {walked.states} states, {walked.paths} ways, {walked.ends} ends")
        if walked.complaints:
            _say("\n".join([*walked.complaints, *(f"    {what} {who}" for what, who in walked.path)]))
            return 1
    return 0


def _failure(failed: Result) -> str:
    short = shrunk(failed.seed, history_of(failed.seed))
    return "\n".join(
        [
            f"seed {failed.seed} fails:",
            *(f"    {complaint}" for complaint in failed.complaints),
            f"still fails with {len(short)} of {len(history_of(failed.seed))} actions:",
            *(f"    {action}" for action in short),
            *simulate(failed.seed, short, trace=True).trace,
            f"again: .venv/bin/python -m tests.simulation --seed {failed.seed} --histories 1 --trace",
        ]
    )


def _traced(seeds: range) -> int:
    complaints = 0
    for seed in seeds:
        result = simulate(seed, history_of(seed), trace=True)
        _say("\n".join(result.trace))
        complaints += len(result.complaints)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
