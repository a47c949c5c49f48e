"""
The process, killed again and again at any moment while clients post.

The moments come from the seed that pytest-randomly prints; `--randomly-seed=N` repeats them, as far as a busy machine
lets it. The lease is short, so that attempts of killed processes run out in the midst of the load.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

from tests.crash.check import check, gather, settle
from tests.e2e.load import Ledger, Load

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder

KILLS = 30
KILLS_ON_POSTGRES = 5
LONGEST = 0.8
"""Seconds of load before a kill."""
LEASE = 2.0


async def _load_until_killed(gateway: Gateway, load: Load, numbers: Iterator[int], seconds: float) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(load.send(numbers))
        await asyncio.sleep(seconds)
        await asyncio.to_thread(gateway.kill)


def _run(gateway: Gateway, recorder: Recorder, *, kills: int, moments: random.Random) -> None:
    ledger, fresh = Ledger(), itertools.count()
    load = Load(address=gateway.address, token=gateway.token, ledger=ledger)
    for _ in range(kills):
        gateway.launch(lease=LEASE)
        again = ledger.unanswered()[::2]  # half of the clients that were cut off ask again at once, the others later
        asyncio.run(_load_until_killed(gateway, load, itertools.chain(again, fresh), moments.uniform(0, LONGEST)))
    gateway.launch(lease=LEASE)
    asyncio.run(load.send(ledger.unanswered()))
    assert ledger.unanswered() == []
    settle(gateway)
    assert gateway.stop() == 0
    evidence = gather(gateway, recorder, ledger)
    check(evidence)
    assert len(evidence.received) > kills, "hardly any post was sent; the kills proved nothing"


def test_kills_at_any_moment(gateway: Gateway, recorder: Recorder, moments: random.Random) -> None:
    """After thirty kills nothing is unrecorded, doubled or wrongly told, and the log verifies."""
    _run(gateway, recorder, kills=KILLS, moments=moments)


def test_kills_on_postgresql(gateway_on_postgres: Gateway, recorder: Recorder, moments: random.Random) -> None:
    """The same holds when the log is kept by a PostgreSQL server."""
    _run(gateway_on_postgres, recorder, kills=KILLS_ON_POSTGRES, moments=moments)
