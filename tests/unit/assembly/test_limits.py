"""The limits of the settings, over the counts of the store."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.limits import limits_of
from proxy.assembly.store import Store
from proxy.core.model import Verdict
from proxy.gate.canary_door import NAME
from proxy.gate.limits import TooManyChecks
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from tests.factories import make_decision, make_grant
from tests.fakes.gate_house import GateHouse
from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path


async def test_counts_are_those_of_the_store_and_the_canary_has_none(tmp_path: Path) -> None:
    """What one node has counted, another one reads."""
    settings = await asyncio.to_thread(lambda: load_settings(Installation(tmp_path).config, {}))
    stores = [await asyncio.to_thread(lambda: Store(settings, clock=SystemClock())) for _ in range(2)]
    first, second = (limits_of(settings, store, GateHouse().ports) for store in stores)
    person, canary = make_grant(), make_grant(NAME)
    await first.admit(person.principal, settings.limits.checks_per_minute)
    with pytest.raises(TooManyChecks):
        await second.admit(person.principal, 1)
    verdicts = [(await first.answered(make_decision(), grant)).verdict for grant in (person, canary)]
    for store in stores:
        await store.stop()

    assert verdicts == [Verdict.HOLD, Verdict.ALLOW]
