"""
Readiness without a listener.
"""

from __future__ import annotations

from proxy.observability.logs import Log
from proxy.observability.metrics import Metrics
from proxy.web.operations import Check, Operations
from tests.fakes.door_platform import MemoryLines


def _operations(results: dict[str, bool]) -> tuple[Operations, MemoryLines, Metrics]:
    lines, metrics = MemoryLines(), Metrics(version="0", checks=("store", "draining"))

    async def store() -> Check:
        return Check(ok=results["store"], detail="locked")

    return Operations({"store": store}, metrics=metrics, log=Log(lines, strict=True)), lines, metrics


async def test_only_changes_are_logged() -> None:
    """A check that keeps its result is silent; each change is one line."""
    results = {"store": True}
    operations, lines, metrics = _operations(results)
    for ok in (True, True, False, False, True):
        results["store"] = ok
        assert (await operations.readiness())["store"].ok is ok
    assert [event["ok"] for event in lines.events() if event["check"] == "store"] == [True, False, True]
    assert 'postgate_ready{check="store"} 1.0' in metrics.render().decode()


async def test_withdrawn_is_not_ready_for_good() -> None:
    """A process that is going to stop is not ready, whatever its checks say."""
    operations, _, metrics = _operations({"store": True})
    operations.withdraw()
    assert (await operations.readiness())["draining"] == Check(ok=False, detail="draining")
    assert 'postgate_ready{check="draining"} 0.0' in metrics.render().decode()


async def test_not_ready_before_the_doors_are_open() -> None:
    """Nobody is sent to a process whose doors are still closed."""
    operations, _, _ = _operations({"store": True})
    operations.starting()
    before = await operations.readiness()
    operations.opened()

    assert before["doors"] == Check(ok=False, detail="starting")
    assert all(check.ok for check in (await operations.readiness()).values())
