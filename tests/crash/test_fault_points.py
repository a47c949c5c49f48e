"""
The process ends at each named point in turn, under load, on one installation; in the end everything is compared.

    1. for each point: load until the process is gone, with exit code 137 and without a worker left behind
    2. start once more; every client that got no answer sends again with its key, new clients are served
    3. the log, the platform's diary and the clients' answers must agree (`check`)

Each point has posts of its own: a complaint about post 1234 is one about the point numbered 12.
"""

from __future__ import annotations

import asyncio
import itertools
import signal
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.observability.faults import NAMES
from proxy.observability.system import SystemClock
from tests.crash.check import check, gather, settle
from tests.e2e import processes
from tests.e2e.gateway import CRASHED, Crash
from tests.e2e.load import Ledger, Load, leaky

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder

NUMBERS = 100
"""Numbers of posts that belong to one point; that many are more than any point needs."""
PASSING = 12
"""Which passing of a point is the end: one in the middle of the load."""
LEASE = 2.0
"""Seconds; longer than most posts take on a busy machine."""
IN_FLIGHT = 8

SIMULATED = {
    "reconcile_found",
    "reconcile_absent",
}
"""Points that only unclear posts pass: the nodes of `tests/simulation` end there."""
ELSEWHERE = {"review_committed", "recall_sent"}
"""Points that only people pass who review or take back: `test_people` ends a process there."""


def _edit_policies(gateway: Gateway) -> None:
    """Change a policy file of the gateway's own, so that the running process loads it anew."""
    assert gateway.setup.own_policies
    file = next(
        path for path in sorted((gateway.policies / "de-bank").rglob("*.yaml")) if not path.name.endswith("_test.yaml")
    )
    file.write_text(file.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")


_LATER = frozenset({"claim", "release_checked"})
"""Points that only posts pass which waited for their time."""
_LATER_S = 1.5
_PROVOKED: dict[str, Callable[[Gateway], None]] = {
    "policy_swapped": _edit_policies,
    "drain_started": lambda gateway: gateway.signal(signal.SIGTERM),
}
"""What makes the process pass a point that posts alone do not pass."""


def _crash(gateway: Gateway, ledger: Ledger, point: str, numbers: range) -> None:
    gateway.launch(Crash(point=point, passing=1 if point in _PROVOKED else PASSING), lease=LEASE)
    workers = processes.descendants(gateway.pid)
    load = Load(address=gateway.address, token=gateway.token, ledger=ledger)
    if point in _LATER:
        at = SystemClock().now() + timedelta(seconds=_LATER_S)
        ledger.times |= dict.fromkeys(numbers, at.isoformat())

    async def under_load() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(load.send(itertools.chain(numbers, ledger.unanswered()), at_once=IN_FLIGHT))
            await asyncio.sleep(0.3)
            if point in _PROVOKED:
                _PROVOKED[point](gateway)

    asyncio.run(under_load())
    assert gateway.wait(seconds=30) == CRASHED, f"nothing passed {point}"
    assert processes.gone(workers, seconds=10), f"worker processes outlived their gateway at {point}"


def _crash_while_settling(gateway: Gateway) -> None:
    """End the process while it gives the attempts of a killed one their outcome."""
    time.sleep(LEASE)  # a real lease of a real process
    gateway.launch(Crash(point="lease_expired"), lease=LEASE, wait=False)
    assert gateway.wait(seconds=60) == CRASHED, "nothing passed lease_expired"


def _run(gateway: Gateway, recorder: Recorder, points: Sequence[str]) -> None:
    ledger = Ledger()
    for place, point in enumerate(points, start=1):
        numbers = range(place * NUMBERS, (place + 1) * NUMBERS)
        if point == "lease_expired":
            _crash(gateway, ledger, "after_intent", numbers)
            _crash_while_settling(gateway)
        else:
            _crash(gateway, ledger, point, numbers)
    gateway.launch(lease=LEASE)
    load = Load(address=gateway.address, token=gateway.token, ledger=ledger)
    asyncio.run(load.send(ledger.unanswered()))
    asyncio.run(load.send(range(10)))
    assert ledger.unanswered() == []
    settle(gateway)
    assert gateway.stop() == 0
    check(gather(gateway, recorder, ledger))
    assert all(ledger.told[number][-1].published for number in range(10) if not leaky(number))
    unclear = sum(any(told.unknown for told in answers) for answers in ledger.told.values())
    assert unclear <= IN_FLIGHT * len(points), "only what was in flight may be unclear"


@pytest.mark.req("FEAT-41")
def test_a_crash_anywhere_loses_and_doubles_nothing(gateway: Gateway, recorder: Recorder) -> None:
    """Wherever the process ends, nothing is unrecorded, doubled or wrongly told, and the log verifies."""
    _run(gateway, recorder, [name for name in NAMES if name not in SIMULATED | ELSEWHERE])


def test_a_crash_on_postgresql(gateway_on_postgres: Gateway, recorder: Recorder) -> None:
    """The same holds when the log is kept by a PostgreSQL server."""
    _run(
        gateway_on_postgres,
        recorder,
        ("before_commit", "after_commit", "after_request", "before_outcome", "lease_expired"),
    )
