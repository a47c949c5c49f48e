"""
The log under SIGKILL: nothing acknowledged is lost, and it verifies.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.audit.query import stored_log
from proxy.audit.verify import Verified, verify
from proxy.storage.columns import instant
from proxy.storage.engines import create_reader
from tests.fakes.clock import START
from tests.stores import migrated, url_for

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITER = Path(__file__).with_name("audit_writer.py")
KILLS = {"sqlite": 30, "postgresql": 10}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database of each kind that is up to date."""
    return migrated(url_for(request.param, request, tmp_path))


def _start(url: str, told: Path, clients: int = 16) -> subprocess.Popen[bytes]:
    with told.open("ab") as output:
        return subprocess.Popen([sys.executable, str(WRITER), url, str(clients)], stdout=output)


def _wait_for_lines(told: Path, lines: int, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 60
    while told.read_bytes().count(b"\n") < lines:
        assert process.poll() is None, "the writer ended by itself"
        assert time.monotonic() < give_up, "the writer wrote nothing"
        time.sleep(0.002)


def _acknowledged(told: Path) -> set[str]:
    """Return the ids that were told; the last line may be cut."""
    return {line.decode() for line in told.read_bytes().split(b"\n")[:-1]}


def _check(url: str, told: Path) -> int:
    """Compare what was told with the log, which must verify; return the size of the log."""
    reader = create_reader(url)
    with reader.connect() as connection:
        result = verify(stored_log(connection), now=instant(START))
        kept = set(connection.execute(sa.text("SELECT id FROM audit_records")).scalars())
    reader.dispose()
    assert isinstance(result, Verified), result
    assert _acknowledged(told) - kept == set()
    return result.size


def _kills(url: str, seed: int) -> Iterator[int]:
    """Return after how many more acknowledgements each kill comes."""
    chance = random.Random(seed)
    return (chance.randrange(1, 200) for _ in range(KILLS[url.split(":", maxsplit=1)[0].split("+", maxsplit=1)[0]]))


def test_no_acknowledged_record_is_lost_when_the_writer_is_killed(tmp_path: Path, url: str) -> None:
    """Again and again, at a random place under load."""
    told = tmp_path / "told"
    told.touch()
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  shown when the test fails
    for more in _kills(url, seed):
        lines = told.read_bytes().count(b"\n")
        process = _start(url, told)
        try:
            _wait_for_lines(told, lines + more, process)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        told.write_bytes(b"".join(line + b"\n" for line in told.read_bytes().split(b"\n")[:-1]))
    size = _check(url, told)

    assert size >= len(_acknowledged(told)) > 0


def test_processes_on_one_database_interleave(tmp_path: Path, url: str) -> None:
    """Three writers at once: one chain without gaps, nothing of anybody lost."""
    files = [tmp_path / f"told-{number}" for number in range(3)]
    processes = [_start(url, told, clients=4) for told in files]
    try:
        for told, process in zip(files, processes, strict=True):
            _wait_for_lines(told, 100, process)
    finally:
        for process in processes:
            process.send_signal(signal.SIGKILL)
            process.wait()

    assert all(_check(url, told) >= 300 for told in files)
