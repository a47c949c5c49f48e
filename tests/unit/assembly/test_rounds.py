"""What a node looks at again and again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.assembly.rounds import Rounds
from proxy.assembly.store import Store
from proxy.assembly.tuning import Tuning
from proxy.assembly.watchers import Watchers
from proxy.loading.settings_file import load_settings
from proxy.observability.faults import FaultPoints
from proxy.observability.system import SystemClock
from tests.fakes.gate_house import GateHouse
from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path


async def test_every_task_of_the_rounds_runs_in_the_background(tmp_path: Path) -> None:
    """The canary is for the leaks and platforms of the settings; each channel has a task of its own."""
    settings = await asyncio.to_thread(lambda: load_settings(Installation(tmp_path).config, {}))
    store = await asyncio.to_thread(
        lambda: Store(settings, clock=SystemClock(), observe=lambda _sample: None, faults=FaultPoints(None))
    )
    watchers = Watchers(settings, SystemClock())
    house = GateHouse()
    rounds = await asyncio.to_thread(
        lambda: Rounds(settings, store, house.ports, watchers, Tuning(), limits=house.limits)
    )
    await rounds.canary.once()
    shown = watchers.metrics.render().decode()
    await store.stop()
    await watchers.stop()

    assert [task.name for task in rounds.background()] == [
        "canary",
        "canary-doors",
        "review-clock",
        "open-reviews",
        "sampling",
        "counts",
    ]
    assert shown.count("postgate_canary_ok{") == len(settings.canary.leaks) + 1
