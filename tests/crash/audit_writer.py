"""
A process that writes posts into a log as fast as it can, and says of each record when it was acknowledged.

    audit_writer.py URL [--clients N] [--posts N] [--patience SECONDS] [--hold]

Each line on standard output is a record id whose receipt was handed out, or `-` and why nothing can be recorded at the
moment. A client that was refused waits until the log is fit again, and goes on with another post.

It ends with 0 after so many posts, without `--posts` when it is killed; with 1 when the log does not open, with 3 when
it stays unfit for so long.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from proxy.audit.writer import WriterLimits
from proxy.core.errors import AuditBroken, AuditUnavailable
from tests.stores import writer_on
from tests.works import Sample, allowed, ended

_LIMITS = WriterLimits(probe_s=0.02)


def _tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def _hold(name: str) -> None:
    """Stop before the first COMMIT, with the head of the log locked, until the process is killed."""
    if name == "before_commit":
        _tell("holding")
        time.sleep(600)


def _ignore(_name: str) -> None:
    """Pass a fault point."""


async def main(arguments: argparse.Namespace) -> None:
    """Write until everything is written, or killed."""
    faults = _hold if arguments.hold else _ignore
    numbers = iter(range(arguments.posts or sys.maxsize))
    async with writer_on(arguments.url, faults=faults, limits=_LIMITS) as writer, asyncio.TaskGroup() as group:

        async def client() -> None:
            for _ in numbers:
                sample = Sample()
                try:
                    await writer.commit(allowed(sample))
                    _tell(sample.intent)
                    await writer.commit(ended(sample))
                    _tell(sample.outcome)
                except AuditUnavailable as error:
                    _tell(f"-{writer.problem() or error.diagnostics().found}")
                async with asyncio.timeout(arguments.patience):
                    while not writer.healthy():  # noqa: ASYNC110  the writer probes by itself and tells nobody
                        await asyncio.sleep(_LIMITS.probe_s)

        for _ in range(arguments.clients):
            group.create_task(client())


def run() -> int:
    """Read the command line and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--posts", type=int)
    parser.add_argument("--patience", type=float)
    parser.add_argument("--hold", action="store_true")
    code = 0
    try:
        asyncio.run(main(parser.parse_args()))
    except* TimeoutError:
        code = 3
    except* (AuditBroken, AuditUnavailable) as refused:
        code = 1
        for error in refused.exceptions:
            _tell(f"-{error}")
    return code


if __name__ == "__main__":
    raise SystemExit(run())
