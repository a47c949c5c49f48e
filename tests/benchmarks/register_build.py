"""
How long a register of very many customers takes to build, and how much memory.

    python -m tests.benchmarks.register_build [--rows N] [--jobs N] [--folder FOLDER]

Writes invented customers as a bank exports them, builds the register with the command, and checks it. Prints seconds as
they pass and as processors spend them: on a busy machine only the second mean something.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from proxy.loading.register_mapping import load_mapping
from proxy.register.build import Order, build
from proxy.register.exports import Source
from proxy.register.files import verify
from tests.benchmarks.customers import MAPPING, write_csv
from tests.registers import KEY, KEY_ID, PUBLIC_KEY, SEED, silent

_LOOK_S = 0.2
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MB = 1 << 20


def main(words: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.register_build", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        _measure(Path(folder), given.rows, given.jobs)


def _measure(folder: Path, rows: int, jobs: int) -> None:
    source, mapping = folder / "customers.csv", folder / "mapping.yaml"
    write_csv(source, rows)
    mapping.write_text(MAPPING, encoding="utf-8")
    (layout,) = load_mapping(mapping, restricted=False)
    now = datetime.now(UTC)  # noqa: TID251 - a benchmark has no other clock
    order = Order(
        sources=(Source(layout=layout, path=source),), key=KEY, seed=SEED, out=folder / "register", now=now, jobs=jobs
    )
    memory = _Memory()
    memory.start()
    begin, spent = time.monotonic(), _spent()
    built = build(order, silent)
    seconds, spent = time.monotonic() - begin, _spent() - spent
    memory.ended.set()
    memory.join()
    begin = time.monotonic()
    verify(order.out, key_id=KEY_ID, public_key=PUBLIC_KEY, now=now)
    checked = time.monotonic() - begin
    size, keys = order.out.stat().st_size, built.header.keys
    digests = sum(built.header.counts.values())
    sys.stdout.write(
        f"rows {rows:,}, digests {digests:,} ({digests / rows:.1f} a row), keys {keys:,}\n"
        f"source {source.stat().st_size / _MB:,.0f} MB, register {size / _MB:,.0f} MB, jobs {jobs}\n"
        f"built in {seconds:,.1f} s, {spent:,.1f} s of processors ({1e6 * spent / rows:.1f} us a row)\n"
        f"memory of all processes together at most {memory.most / _MB:,.0f} MB\n"
        f"checked in {checked:.2f} s\n"
    )


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class _Memory(threading.Thread):
    """Looks again and again at what this process and its children hold in memory."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.most = 0

    def run(self) -> None:
        """Look until the end."""
        while not self.ended.wait(_LOOK_S):
            self.most = max(self.most, sum(map(_resident, _family(os.getpid()))))


def _family(pid: int) -> list[int]:
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text(encoding="ascii").split()
    ]
    return [pid, *children]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except OSError:
        return 0


if __name__ == "__main__":
    main(sys.argv[1:])
