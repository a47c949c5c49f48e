"""
A disk that takes nothing more: nothing acknowledged is lost, the gate says why it is not ready, and goes on by itself.

Full is told in two ways. A file system of a few megabytes answers ENOSPC; mounting one takes root. A limit on the size
of files (RLIMIT_FSIZE) answers EFBIG, and works everywhere, on a running process.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
import requests

from tests.crash.check import gather
from tests.crash.victim import Victim, check_log, write_on
from tests.e2e.load import Ledger
from tests.stores import migrated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder

SMALL = 6 * 1024 * 1024
ROOM = 64 * 1024 * 1024


def _mount(directory: Path, size: int, *, again: bool = False) -> subprocess.CompletedProcess[str]:
    options = f"size={size}" + (",remount" if again else "")
    return subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(directory)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of a few megabytes."""
    directory = tmp_path / "small"
    directory.mkdir()
    mounted = _mount(directory, SMALL) if os.geteuid() == 0 and shutil.which("mount") else None
    if mounted is None or mounted.returncode != 0:
        pytest.skip(f"NO SMALL DISK CAN BE MOUNTED HERE: {'not root' if mounted is None else mounted.stderr.strip()}")
    yield directory
    subprocess.run(["umount", "--lazy", str(directory)], check=True)


def test_a_full_disk_loses_nothing_and_is_left_behind(tmp_path: Path, small_disk: Path) -> None:
    """Refused while it is full, by its name; with room the same process goes on, and so does the next one."""
    url = migrated(f"sqlite:///{small_disk}/log.db")
    with Victim(url, tmp_path / "told") as victim:
        assert "SQLITE_FULL" in victim.wait_for_refusal()
        told = len(victim.acknowledged())
        assert told > 0
        assert _mount(small_disk, ROOM, again=True).returncode == 0
        victim.wait_for(told + 50)
        victim.kill()
    acknowledged = victim.acknowledged()
    check_log(url, acknowledged)
    check_log(url, acknowledged | write_on(url, tmp_path / "after"))


def test_a_process_that_starts_on_a_full_disk_says_so(tmp_path: Path, small_disk: Path) -> None:
    """It acknowledges nothing, and the log is as it was; with room it goes on."""
    url = migrated(f"sqlite:///{small_disk}/log.db")
    acknowledged = write_on(url, tmp_path / "before")
    size = check_log(url, acknowledged)
    with (small_disk / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError, match="No space left"):
        while True:
            ballast.write(b"\0" * 4096)

    with Victim(url, tmp_path / "full", "--posts", "3", "--patience", "0.2") as victim:
        victim.process.wait(timeout=60)
    (small_disk / "ballast").unlink()

    assert victim.refusals()
    assert all("SQLITE_" in refusal for refusal in victim.refusals())
    assert victim.acknowledged() == set()
    assert check_log(url, acknowledged) == size
    check_log(url, acknowledged | write_on(url, tmp_path / "after"))


def _post(gateway: Gateway, number: int) -> int:
    with requests.Session() as session:
        session.trust_env = False
        return session.post(
            f"{gateway.address}/api/v1/statuses",
            json={"status": f"Unsere Filiale am Markt hat heute bis 18 Uhr geöffnet ({number})."},
            headers={"Authorization": f"Bearer {gateway.token}"},
            timeout=30,
        ).status_code


def _wait_for_status(gateway: Gateway, status: int) -> None:
    give_up = time.monotonic() + 30
    while gateway.status("/readyz") != status:
        assert time.monotonic() < give_up, f"not {status}: {gateway.page('/readyz')}"
        time.sleep(0.05)


def test_the_gate_is_not_ready_while_its_disk_is_full(gateway: Gateway, recorder: Recorder) -> None:
    """Posts are refused and never sent, readiness names the reason; with room everything goes on without a restart."""
    gateway.start()
    assert _post(gateway, 1) == 200
    journal = gateway.database_file.with_name(f"{gateway.database_file.name}-wal")
    unlimited = resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, (journal.stat().st_size, unlimited[1]))

    assert _post(gateway, 2) == 503
    _wait_for_status(gateway, 503)
    why = json.loads(gateway.page("/readyz"))
    assert [name for name, check in why.items() if not check["ok"]] == ["store"]
    assert "SQLITE_" in why["store"]["detail"]
    assert _post(gateway, 3) == 503
    assert len(recorder.entries()) == 1

    resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, unlimited)
    _wait_for_status(gateway, 200)
    assert _post(gateway, 4) == 200
    assert len(recorder.entries()) == 2
    assert gateway.stop() == 0
    assert len(gather(gateway, recorder, Ledger()).of("PG-103")) == 2
