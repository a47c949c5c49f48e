"""
Many histories, one after the other: what they saw, and the shortest history that shows what went wrong.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.simulation.actions import Action, draw
from tests.simulation.seen import Seen
from tests.simulation.world import Result, simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


def history_of(seed: int) -> tuple[Action, ...]:
    """Return the history of a seed."""
    return draw(random.Random(seed))


def simulate_all(
    seeds: Iterable[int], *, each: Callable[[Result], None] = lambda _result: None
) -> tuple[Seen, Result | None]:
    """Live through the histories of seeds until one fails; return what was seen, and the failure."""
    seen = Seen()
    for seed in seeds:
        result = simulate(seed, history_of(seed))
        seen.add(result.seen)
        each(result)
        if result.complaints:
            return seen, result
    return seen, None


def shrunk(seed: int, history: Sequence[Action]) -> tuple[Action, ...]:
    """Return a history that fails as well, without what it does not need."""
    kept = list(history)
    smaller = True
    while smaller:
        smaller = False
        for place in reversed(range(len(kept))):
            without = kept[:place] + kept[place + 1 :]
            if simulate(seed, without).complaints:
                kept, smaller = without, True
    return tuple(kept)
