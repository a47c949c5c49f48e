"""
Wires the scoring of the detection: for each house of the corpus its profile, its starter policies and real detectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from proxy.assembly.looking import Looking, looking
from proxy.loading.bundled import bundled
from proxy.scoring.corpus import HOUSES
from proxy.scoring.endurance import endure
from proxy.scoring.judge import judge_all

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from proxy.gate.ports import Policies, Scanner
    from proxy.scoring.corpus import Example
    from proxy.scoring.endurance import Plan, Trial
    from proxy.scoring.judge import Outcome

Result = TypeVar("Result")

_IN_FLIGHT_PER_WORKER = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """What a scoring is done with."""

    organisations: Path | None
    """Directory with one profile for each kind of house, such as `bank.yaml`; None to judge without profiles."""
    policies: Path | None = None
    """Directory with the starter policies of all houses; those of the installation by default."""
    ner: tuple[str, ...] | None = None
    """Language models; None for all, empty for none."""
    jobs: int = 2


async def score(
    wanted: Scoring, examples: Sequence[Example], *, done: Callable[[], None] = lambda: None
) -> list[Outcome]:
    """
    Return what the gate says about the examples, house by house.

    Raises:
        ConfigurationError: any mistake in policies, word lists, profiles or models.
    """

    async def work(own: Sequence[Example], scanner: Scanner, policies: Policies) -> list[Outcome]:
        return await judge_all(own, scanner, policies, width=wanted.jobs * _IN_FLIGHT_PER_WORKER, done=done)

    return await _each_house(wanted, examples, work)


async def mutate(
    wanted: Scoring,
    examples: Sequence[Example],
    plan: Callable[[], Plan],
    *,
    done: Callable[[], None] = lambda: None,
) -> list[Trial]:
    """
    Return what became of the disguised examples, house by house; each house gets a plan of its own.

    Raises:
        ConfigurationError: any mistake in policies, word lists, profiles or models.
    """

    async def work(own: Sequence[Example], scanner: Scanner, policies: Policies) -> list[Trial]:
        width = wanted.jobs * _IN_FLIGHT_PER_WORKER
        return await endure(own, scanner, policies, width=width, plan=plan(), done=done)

    return await _each_house(wanted, examples, work)


async def _each_house(
    wanted: Scoring,
    examples: Sequence[Example],
    work: Callable[[Sequence[Example], Scanner, Policies], Awaitable[list[Result]]],
) -> list[Result]:
    results: list[Result] = []
    for house, folder in HOUSES.items():
        own = [example for example in examples if example.organisation == house]
        if own:
            looked_with = Looking(
                organisation=None if wanted.organisations is None else wanted.organisations / f"{house}.yaml",
                policies=(wanted.policies or bundled("policies")) / folder,
                jobs=wanted.jobs,
                ner=wanted.ner,
            )
            async with looking(looked_with) as (scanner, policies):
                results += await work(own, scanner, policies)
    return results
