"""
What it costs to write an export of the log, and to check it without us, for each record.

    python -m tests.benchmarks.exports [--json]

Processor time of one process; 50,000 invented records on SQLite, all checks on.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from proxy.audit.export.folder import Directory
from proxy.audit.export.verifying import VerifiedExport
from tests.exports import SIGNER, export, fill, verify_export
from tests.stores import migrated

if TYPE_CHECKING:
    from collections.abc import Callable

POSTS = 12_500
"""Four records each."""
ROUNDS = 5


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.exports", description=__doc__)
    parser.add_argument("--json", action="store_true", help="for the benchmark that prints everything")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="postgate-bench-") as name:
        directory = Path(name)
        url = migrated(f"sqlite:///{directory}/log.db")
        size = fill(url, POSTS, at_once=240)
        writing, checking = [], []
        for number in range(ROUNDS):
            folder = Directory(directory / f"out{number}")
            writing.append(size / _seconds(lambda folder=folder: export(url, folder, size)))  # type: ignore[misc]
            checking.append(size / _seconds(lambda folder=folder: _check(folder, size)))  # type: ignore[misc]
    lines = [
        "| an export of the audit log, records per second of processor time | median (min to max) |",
        "|---|---|",
        f"| written and signed | {_told(writing)} |",
        f"| verified, all checks | {_told(checking)} |",
    ]
    found = {"lines": lines, "verified": statistics.median(checking)}
    sys.stdout.write((json.dumps(found) if arguments.json else "\n".join(lines)) + "\n")
    return 0


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _check(folder: Directory, size: int) -> None:
    result = verify_export(folder, key=SIGNER.key())
    if not isinstance(result, VerifiedExport) or result.size != size:
        raise RuntimeError(f"an export that was just written does not verify: {result}")


def _told(rates: list[float]) -> str:
    return f"{statistics.median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})"


if __name__ == "__main__":
    raise SystemExit(main())
