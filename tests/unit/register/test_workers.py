"""Work in several processes."""

from __future__ import annotations

import errno
import os
import signal
from typing import TYPE_CHECKING

import pytest

from proxy.register.refusals import RegisterRefused
from proxy.register.workers import spread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def make(folder: Path) -> Callable[[str], None]:
    """Return work that leaves a file for each task, or does what the task says."""

    def work(task: str) -> None:
        if task == "raise":
            raise ValueError("a customer's name")
        if task == "full":
            raise OSError(errno.ENOSPC, "no space")
        if task == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        (folder / task).write_text(str(os.getpid()), encoding="ascii")

    return work


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_is_done_once(tmp_path: Path, jobs: int) -> None:
    """And told once; one job needs no other process."""
    done = sum(1 for _ in spread(make, (tmp_path,), map(str, range(20)), jobs))

    assert done == 20
    assert sorted(int(path.name) for path in tmp_path.iterdir()) == list(range(20))
    pids = {path.read_text(encoding="ascii") for path in tmp_path.iterdir()}
    assert (str(os.getpid()) in pids) is (jobs == 1)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(("task", "why", "source"), [("raise", "worker", "ValueError"), ("full", "disk", "ENOSPC")])
def test_what_a_worker_raises_is_told_by_its_kind(tmp_path: Path, jobs: int, task: str, why: str, source: str) -> None:
    """Never by its text, which could hold a value."""
    with pytest.raises(RegisterRefused) as refused:
        list(spread(make, (tmp_path,), ["1", task, "2", "3"], jobs))

    assert refused.value.why == why
    assert source in refused.value.reason.en
    assert "customer" not in str(refused.value)


def test_a_worker_that_was_killed_ends_the_build(tmp_path: Path) -> None:
    """Its task is not done."""
    with pytest.raises(RegisterRefused) as refused:
        list(spread(make, (tmp_path,), ["1", "die", "2", "3", "4"], 2))

    assert refused.value.why == "worker"
    assert "killed" in refused.value.reason.de


def test_whoever_stops_taking_results_ends_the_workers(tmp_path: Path) -> None:
    """No process is left behind."""
    results = spread(make, (tmp_path,), map(str, range(50)), 2)
    next(results)
    results.close()
    pids = {int(path.read_text(encoding="ascii") or 0) for path in tmp_path.iterdir()} - {0}

    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
