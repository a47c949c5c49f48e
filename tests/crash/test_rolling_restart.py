"""
Two nodes over one PostgreSQL are restarted one after the other under load, as an upgrade does it.

Nothing is lost, nothing doubled, and no client is left without an answer.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest

from proxy.observability.system import SystemClock
from tests.crash.check import check, gather, settle
from tests.e2e.gateway import Gateway, Setup
from tests.e2e.load import Ledger, Load, leaky, number_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tests.e2e.recorder import Recorder

FEWEST = 200
LATER = range(1000, 1060)
"""Posts that are for later, and become due while a node is away."""


class Balanced(Load):
    """Clients of both nodes behind a load balancer: what one does not take goes to the other."""

    def __init__(self, nodes: tuple[Gateway, Gateway], ledger: Ledger) -> None:
        super().__init__(address=nodes[0].address, token=nodes[0].token, ledger=ledger)
        self._addresses = [node.address for node in nodes]
        self.unreachable = 0

    async def _client(self, session: aiohttp.ClientSession, waiting: Iterable[int]) -> None:
        for number in waiting:
            while number in self._ledger.open or number not in self._ledger.told:
                self._addresses.reverse()
                self._address = self._addresses[0]
                try:
                    await self._post(session, number)
                except (aiohttp.ClientError, TimeoutError):
                    self.unreachable += 1
                    await asyncio.sleep(0.05)


@pytest.fixture
def nodes(tmp_path: Path, postgres_database: str, recorder: Recorder) -> Iterator[tuple[Gateway, Gateway]]:
    """Return two running nodes."""
    for name in ("eins", "zwei"):
        (tmp_path / name).mkdir()
    first = Gateway(tmp_path / "eins", Setup(upstream=recorder.address, database=postgres_database))
    first.prepare()
    second = first.copy(tmp_path / "zwei", upstream=recorder.address)
    configured = second.config.read_text(encoding="utf-8").replace("node: test", "node: zwei")
    second.config.write_text(configured, encoding="utf-8")
    with first, second:
        first.start()
        second.start()
        yield first, second


async def _under_load(nodes: tuple[Gateway, Gateway], ledger: Ledger) -> int:
    """Send posts until both nodes were away and are back; return how many."""
    load, over = Balanced(nodes, ledger), asyncio.Event()
    due = SystemClock().now() + timedelta(seconds=4)
    ledger.times |= dict.fromkeys(LATER, due.isoformat())
    await load.send(LATER)

    def numbers() -> Iterator[int]:
        number = 0
        while number < FEWEST or not over.is_set():
            yield number
            number += 1

    async def restart() -> None:
        for node in nodes:
            await asyncio.sleep(1)
            assert await asyncio.to_thread(node.stop) == 0
            await asyncio.to_thread(node.start)
        await asyncio.sleep(1)
        over.set()

    async with asyncio.TaskGroup() as group:
        sending = group.create_task(load.send(numbers()))
        group.create_task(restart())
    await sending
    return max(ledger.told.keys() - set(LATER)) + 1


def test_a_rolling_restart_loses_and_doubles_nothing(nodes: tuple[Gateway, Gateway], recorder: Recorder) -> None:
    """Every post is answered and is on the platform once, also those that became due meanwhile."""
    ledger = Ledger()
    sent = asyncio.run(_under_load(nodes, ledger))
    settle(nodes[0])
    assert [node.stop() for node in nodes] == [0, 0]
    evidence = gather(nodes[0], recorder, ledger)
    check(evidence)
    arrived = Counter(number_in(entry.text) for entry in evidence.received)
    unclear = {number for number, answers in ledger.told.items() if any(told.unknown for told in answers)}
    expected = {number for number in (*range(sent), *LATER) if not leaky(number)}

    assert ledger.unanswered() == []
    assert sent >= FEWEST
    assert unclear == set(), "a node that ends in order leaves nothing unclear"
    assert arrived == Counter(expected)
