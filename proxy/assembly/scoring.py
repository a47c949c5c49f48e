"""
Wires the scoring of the detection: for each house of the corpus its profile, its starter policies and real detectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.assembly.looking import Looking, looking
from proxy.loading.bundled import bundled
from proxy.scoring.corpus import HOUSES
from proxy.scoring.judge import judge_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from proxy.scoring.corpus import Example
    from proxy.scoring.judge import Outcome

_IN_FLIGHT_PER_WORKER = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """What a scoring is done with."""

    organisations: Path
    """Directory with one profile for each kind of house, such as `bank.yaml`."""
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
    outcomes: list[Outcome] = []
    for house, folder in HOUSES.items():
        own = [example for example in examples if example.organisation == house]
        if own:
            async with looking(
                Looking(
                    organisation=wanted.organisations / f"{house}.yaml",
                    policies=(wanted.policies or bundled("policies")) / folder,
                    jobs=wanted.jobs,
                    ner=wanted.ner,
                )
            ) as (scanner, policies):
                width = wanted.jobs * _IN_FLIGHT_PER_WORKER
                outcomes += await judge_all(own, scanner, policies, width=width, done=done)
    return outcomes
