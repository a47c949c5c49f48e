"""
Stopping under load: every request is answered and recorded, or was not sent.
"""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from tests.crash.check import check, gather
from tests.e2e import processes
from tests.e2e.load import Ledger, Load

if TYPE_CHECKING:
    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder


async def _stop_under_load(gateway: Gateway, ledger: Ledger) -> None:
    load = Load(address=gateway.address, token=gateway.token, ledger=ledger)
    async with asyncio.TaskGroup() as group:
        group.create_task(load.send(range(400)))
        await asyncio.sleep(0.8)
        gateway.signal(signal.SIGTERM)


def test_a_stop_drains(gateway: Gateway, recorder: Recorder) -> None:
    """After SIGTERM every request in flight gets its answer; the process ends with 0 and leaves no worker behind."""
    recorder.behave(then={"do": "delay", "seconds": 0.3})
    gateway.start()
    workers = processes.descendants(gateway.pid)
    ledger = Ledger()
    asyncio.run(_stop_under_load(gateway, ledger))

    assert gateway.wait(seconds=30) == 0
    assert processes.gone(workers, seconds=5)
    evidence = gather(gateway, recorder, ledger)
    check(evidence)
    answered = {number for number, answers in ledger.told.items() if any(told.published for told in answers)}
    assert len(recorder.entries()) == len(answered) > 0
    assert {record["data"]["result"] for record in evidence.of("PG-103")} == {"published"}


def test_a_second_signal_ends_at_once(gateway: Gateway, recorder: Recorder) -> None:
    """A platform that does not answer holds the stop up; the second SIGTERM ends it, and nothing is wrongly told."""
    recorder.behave(then={"do": "silent"})
    gateway.start()
    workers = processes.descendants(gateway.pid)
    ledger = Ledger()

    async def stop_twice() -> None:
        load = Load(address=gateway.address, token=gateway.token, ledger=ledger)
        async with asyncio.TaskGroup() as group:
            group.create_task(load.send(range(3)))
            await asyncio.to_thread(recorder.wait_for, 1)
            gateway.signal(signal.SIGTERM)
            await asyncio.sleep(0.5)
            gateway.signal(signal.SIGTERM)

    asyncio.run(stop_twice())
    gateway.wait(seconds=10)

    assert processes.gone(workers, seconds=5)
    assert not any(told.published for answers in ledger.told.values() for told in answers)
    assert gateway.attempt("audit", "fsck").returncode == 0
