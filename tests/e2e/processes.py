"""
What the kernel knows about a process and its children, read from /proc.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """Return the children of a process, their children, and so on; empty when it is gone."""
    found: list[int] = []
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return found
    for child in children:
        found += [child, *descendants(child)]
    return found


def alive(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be buried does not."""
    try:
        return _fields(pid)[0] not in {"Z", "X"}
    except OSError:
        return False


def gone(pids: list[int], *, seconds: float) -> bool:
    """Wait until none of the processes runs any more; return whether that came true in time."""
    give_up = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process, its children and those they have buried used so far."""
    total = 0
    for member in (pid, *descendants(pid)):
        try:
            fields = _fields(member)
        except OSError:
            continue  # it ended between the two looks; its parent has its time
        total += sum(int(ticks) for ticks in fields[11:15])
    return total / _TICKS


def _fields(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third, the state, on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
