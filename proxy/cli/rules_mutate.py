"""
`postgate rules score --mutate`: disguise every post of the corpus and print how much is still caught.
"""

from __future__ import annotations

import asyncio
import json
import sys
from itertools import count
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from proxy.assembly.scoring import mutate
from proxy.observability.system import SystemClock
from proxy.scoring.endurance import Plan, slipped, survival
from proxy.scoring.page import percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.assembly.scoring import Scoring
    from proxy.scoring.corpus import Example
    from proxy.scoring.endurance import Trial

_WIDTH = 150
_HEADINGS = ("transform", "leaks still stopped", "places still found", "view says so", "clean with a new finding")


def show_mutations(
    scoring: Scoring, examples: Sequence[Example], *, seed: int, minutes: float | None, misses: bool
) -> None:
    """Run the mutations and print their table, and what slipped through when asked."""
    trials = asyncio.run(_run(scoring, examples, seed, minutes))
    table = Table(title=f"what disguises leave (seed {seed})", title_justify="left")
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold")
    for one in survival(trials):
        shares = (one.posts, one.places, one.views, one.clean)
        table.add_row(one.transform, *(percent(share) for share in shares))
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table, highlight=False)
    if misses:
        _print_misses(trials)


async def _run(scoring: Scoring, examples: Sequence[Example], seed: int, minutes: float | None) -> list[Trial]:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("disguised posts", total=None)
        return await mutate(
            scoring,
            examples,
            lambda: Plan(seed=seed, rounds=_rounds(minutes)),
            done=lambda: progress.advance(task),
        )


def _rounds(minutes: float | None) -> Iterator[int]:
    """Yield one round, then more while a house's half of the time lasts."""
    clock = SystemClock()
    end = clock.monotonic() + 30 * (minutes or 0)
    for number in count():
        if number and clock.monotonic() >= end:
            return
        yield number


def _print_misses(trials: Sequence[Trial]) -> None:
    for trial in filter(slipped, trials):
        example = trial.disguised.example
        click.echo(f"{trial.transform}: {example.id} {'slipped through' if example.leak else 'found something'}")
        if example.split == "dev":
            for part in example.parts:
                click.echo(f"    {part.kind}: {json.dumps(part.text)}")
            found = sorted({f"{found.entity}/{found.confidence}" for found in trial.disguised.findings})
            click.echo(f"    findings: {', '.join(found) or '-'}")
