"""
The process ends at each named point, under load; then it is started again and everything is compared.

    1. load until the process is gone, with exit code 137 and without a worker left behind
    2. start again; every client that got no answer sends once more with its key
    3. the log, the platform's diary and the clients' answers must agree (`check`)
"""

from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING

import pytest

from proxy.observability.faults import NAMES
from tests.crash.check import check, gather, settle
from tests.e2e import processes
from tests.e2e.gateway import CRASHED, Crash
from tests.e2e.load import Ledger, Load, leaky

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder

POSTS = 60
LEASE = 2.0
"""Seconds; longer than any post takes on a busy machine, so that most are settled by their sender."""
_PASSINGS = {"lease_expired": 1, "policy_swapped": 1, "drain_started": 1}
"""Where the first passing is the interesting one; elsewhere it is one in the middle of the load."""
_ON_POSTGRES = ("before_commit", "after_commit", "after_request", "before_outcome")


def _edit_policies(gateway: Gateway) -> None:
    """Change a policy file, so that the running process loads it anew."""
    file = next(path for path in sorted(gateway.policies.rglob("*.yaml")) if not path.name.endswith("_test.yaml"))
    file.write_text(file.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")


_PROVOKED: dict[str, Callable[[Gateway], None]] = {
    "policy_swapped": _edit_policies,
    "drain_started": lambda gateway: gateway.signal(signal.SIGTERM),
}
"""What makes the process pass a point that posts alone do not pass."""


def _crash(gateway: Gateway, ledger: Ledger, crash: Crash) -> None:
    gateway.launch(crash, lease=LEASE)
    workers = processes.descendants(gateway.pid)
    load = Load(address=gateway.address, token=gateway.token, ledger=ledger)

    async def under_load() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(load.send(range(POSTS)))
            await asyncio.sleep(0.3)
            if crash.point in _PROVOKED:
                _PROVOKED[crash.point](gateway)

    asyncio.run(under_load())
    assert gateway.wait(seconds=20) == CRASHED
    assert processes.gone(workers, seconds=10), "worker processes outlived their gateway"


def _recover(gateway: Gateway, ledger: Ledger) -> None:
    """Start again and let every client ask again, then some new ones."""
    gateway.launch(lease=LEASE)
    load = Load(address=gateway.address, token=gateway.token, ledger=ledger)
    asyncio.run(load.send(ledger.unanswered()))
    asyncio.run(load.send(range(POSTS, POSTS + 10)))
    assert ledger.unanswered() == []
    settle(gateway)
    assert gateway.stop() == 0


def _run(gateway: Gateway, recorder: Recorder, point: str) -> None:
    ledger = Ledger()
    if point == "lease_expired":
        _crash(gateway, ledger, Crash(point="after_intent", passing=10))
        time.sleep(LEASE)
        gateway.launch(Crash(point=point), lease=LEASE, wait=False)
        assert gateway.wait(seconds=60) == CRASHED
    else:
        _crash(gateway, ledger, Crash(point=point, passing=_PASSINGS.get(point, 20)))
    _recover(gateway, ledger)
    evidence = gather(gateway, recorder, ledger)
    check(evidence)
    new = [number for number in range(POSTS, POSTS + 10) if not leaky(number)]
    assert all(ledger.told[number][-1].published for number in new)
    asked_again = [number for number, answers in ledger.told.items() if any(told.unknown for told in answers)]
    assert len(asked_again) <= 8, "only what was in flight may be unclear"


@pytest.mark.parametrize("point", NAMES)
def test_a_crash_loses_and_doubles_nothing(gateway: Gateway, recorder: Recorder, point: str) -> None:
    """Wherever the process ends, nothing is unrecorded, doubled or wrongly told, and the log verifies."""
    _run(gateway, recorder, point)


@pytest.mark.parametrize("point", _ON_POSTGRES)
def test_a_crash_on_postgresql(gateway_on_postgres: Gateway, recorder: Recorder, point: str) -> None:
    """The same holds when the log is kept by a PostgreSQL server."""
    _run(gateway_on_postgres, recorder, point)
