"""
A process that exchanges the wrapping key of a log, and dies on the way as at a loss of power.

    key_exchanger.py URL [--at POINT --passing N]

It ends with 0 when the old key is retired.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.fakes.clock import ManualClock
from tests.key_exchanges import FIRST, SECOND, exchange_of, ring_of
from tests.orders import OPERATOR
from tests.stores import reads_on, writer_on


async def _exchange(url: str, point: str | None, passing: int) -> None:
    left = passing

    def dies(name: str) -> None:
        nonlocal left
        left -= name == point
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    async with writer_on(url, faults=dies) as audit, reads_on(url) as reads:
        exchange = exchange_of(ring_of(SECOND, FIRST), reads=reads, audit=audit, clock=ManualClock())
        await exchange.run(by=OPERATOR)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--at")
    parser.add_argument("--passing", type=int, default=1)
    arguments = parser.parse_args()
    asyncio.run(_exchange(arguments.url, arguments.at, arguments.passing))
