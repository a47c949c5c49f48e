"""
A process that writes posts into a log as fast as it can, and says of each when it was acknowledged.

Run as `audit_writer.py URL CLIENTS`; each line on standard output is a record id whose receipt was handed out. It ends
when it is killed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.stores import writer_on
from tests.works import Sample, allowed, ended


async def main(url: str, clients: int) -> None:
    """Write until killed."""
    async with writer_on(url) as writer, asyncio.TaskGroup() as group:

        async def client() -> None:
            while True:
                sample = Sample()
                await writer.commit(allowed(sample))
                os.write(1, f"{sample.intent}\n".encode())
                await writer.commit(ended(sample))
                os.write(1, f"{sample.outcome}\n".encode())

        for _ in range(clients):
            group.create_task(client())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
