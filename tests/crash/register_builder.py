"""
Kill the builder of a register at every single step, and look after each kill.

    python -m tests.crash.register_builder FOLDER

A step is whatever Python tells its audit hooks of files: opened, renamed, removed. The build runs in a copy of this
process, which kills itself before the n-th of them, for every n there is. After each kill the old register or the new
one must serve, whole; the same build once more must make the very same file, and leave nothing else.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from proxy.register.build import build
from proxy.register.files import verify
from proxy.register.job import folder_of
from tests.registers import KEY_ID, NOW, PUBLIC_KEY, customer_row, make_order, silent, write_source

if TYPE_CHECKING:
    from proxy.core.detection.register.table import Header
    from proxy.register.build import Order

_EVENTS = frozenset({"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "fcntl.flock"})
_CHUNK = 20


def main(folder: Path) -> None:
    """Sweep; print how many steps there were."""
    folder.mkdir(exist_ok=True)
    order = make_order(write_source(folder / "source", map(customer_row, range(50))), chunk_rows=_CHUNK)
    build(order, silent)
    old = order.out.read_bytes()
    write_source(folder / "source", map(customer_row, range(30, 90)))
    build(order, silent)
    new = order.out.read_bytes()
    steps = 0
    while _killed(order, steps, old):
        _check(order, old, new)
        steps += 1
    sys.stdout.write(f"{steps}\n")


def _killed(order: Order, steps: int, old: bytes) -> bool:
    """Build over the old register, and die before a step; False when there is none so late."""
    shutil.rmtree(folder_of(order.out), ignore_errors=True)
    order.out.write_bytes(old)
    pid = os.fork()
    if pid == 0:
        _die_before(steps)
        build(order, silent)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def _die_before(steps: int) -> None:
    left = [steps]

    def hook(event: str, _: tuple[object, ...]) -> None:
        if event in _EVENTS:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _check(order: Order, old: bytes, new: bytes) -> None:
    """Demand that what serves is whole, and that going on makes the file that would have been made."""
    serving = order.out.read_bytes()
    if serving not in {old, new}:
        raise SystemExit("half a register serves")
    before = _verified(order)
    build(order, silent)
    after = _verified(order)
    finished = serving == new and after.predecessor == before.version
    if order.out.read_bytes() != new and not finished:
        raise SystemExit("another register was made")
    if sorted(path.name for path in order.out.parent.iterdir()) != ["register", "source"]:
        raise SystemExit("something was left behind")


def _verified(order: Order) -> Header:
    return verify(order.out, key_id=KEY_ID, public_key=PUBLIC_KEY, now=NOW)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
