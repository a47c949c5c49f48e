"""
Breaks the recorded requests of every door, as many as wanted, and prints what came of them.

    python -m tests.property.fuzz_doors --requests 5000 --seed 1

Ends with 1 when anything was found that must not be. `make test` runs a part of the same (`test_every_door_fuzz.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from tests.fakes.every_door import DOORS, EveryDoor
from tests.fuzz.engine import OUTCOMES, Tally, fuzz

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAKS = ("platform", "answer", "log", "record")
_SHOWN = 3
"""Findings of a door that are printed in full."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the doors asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.property.fuzz_doors", description=__doc__)
    parser.add_argument("--requests", type=int, default=5_000, help="per door")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--door", action="append", choices=DOORS, help="only these")
    chosen = parser.parse_args(arguments)
    out, errors = sys.stdout, sys.stderr
    names = ("door", "ways", "requests", *OUTCOMES, "leaks", "errors 500", "other findings")
    out.write(f"seed {chosen.seed}\n| {' | '.join(names)} |\n{'|---' * len(names)}|\n")
    found = 0
    for name in chosen.door or DOORS:
        tally = asyncio.run(run(name, requests=chosen.requests, seed=chosen.seed))
        out.write(f"{row(tally)}\n")
        out.flush()
        found += len(tally.found)
        for one in tally.found[:_SHOWN]:
            errors.write(f"  {one.what}: {one.one}, {one.how}, request {one.number}\n  {one.request!r}\n")
    return 1 if found else 0


async def run(name: str, *, requests: int, seed: int) -> Tally:
    """Break so many requests at one door."""
    async with EveryDoor(name).open() as door:
        return await fuzz(door, requests=requests, seed=seed)


def row(tally: Tally) -> str:
    """Return a door's line of the table."""
    leaks, failed = tally.count(*_LEAKS), tally.count("failed")
    cells = [tally.door, tally.ways, tally.requests, *(tally.outcomes[outcome] for outcome in OUTCOMES)]
    cells += [leaks, failed, len(tally.found) - leaks - failed]
    return f"| {' | '.join(str(cell) for cell in cells)} |"


if __name__ == "__main__":
    raise SystemExit(main())
