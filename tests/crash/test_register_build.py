"""A builder of registers that is killed at any moment."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from proxy.register.build import build
from proxy.register.job import folder_of
from tests.house.files import REPOSITORY
from tests.registers import customer_row, make_order, silent, write_source

if TYPE_CHECKING:
    from proxy.register.build import Order

BUILD = """
import sys
from pathlib import Path
from proxy.register.build import build
from tests.registers import make_order, silent
if __name__ == "__main__":
    build(make_order(Path(sys.argv[1]), jobs=2, chunk_rows=200), silent)
"""
PATIENCE_S = 60.0


def test_a_kill_at_any_step_leaves_a_whole_register_and_the_next_build_makes_the_same(tmp_path: Path) -> None:
    """Before every file that is opened, renamed or removed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.register_builder", str(tmp_path / "sweep")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50


@pytest.mark.parametrize(("kind", "files"), [("rows", 1), ("rows", 6), ("keys", 1)])
def test_a_kill_of_a_build_in_several_processes(tmp_path: Path, kind: str, files: int) -> None:
    """The workers end with their parent, the old register serves, and the next build makes the same file."""
    source = write_source(tmp_path / "source", map(customer_row, range(4_000)))
    order = make_order(source, chunk_rows=200)
    build(order, silent)
    expected = order.out.read_bytes()
    order.out.unlink()
    script = tmp_path / "script.py"
    script.write_text(BUILD, encoding="utf-8")
    marked = {"PYTHONPATH": str(REPOSITORY), "BUILD_OF": str(tmp_path)}
    process = subprocess.Popen([sys.executable, str(script), str(source)], env=marked)

    _wait(order, kind, files)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = sorted(path.name for path in tmp_path.iterdir())
    build(order, silent)

    assert left in (["script.py", "source"], [".register.build", "script.py", "source"])
    assert order.out.read_bytes() == expected
    assert not folder_of(order.out).exists()
    _gone(str(tmp_path))


def _wait(order: Order, kind: str, files: int) -> None:
    """Wait until the build has left so many files."""
    end = time.monotonic() + PATIENCE_S
    while len(list(folder_of(order.out).glob(f"*/{kind}-*"))) < files:
        assert time.monotonic() < end
        time.sleep(0.005)


def _gone(build_of: str) -> None:
    """Make sure that no process of a build is left: each has its mark in its environment."""
    end = time.monotonic() + PATIENCE_S
    while any(_runs(process, build_of) for process in Path("/proc").glob("[0-9]*")):
        assert time.monotonic() < end
        time.sleep(0.05)


def _runs(process: Path, build_of: str) -> bool:
    try:
        return f"BUILD_OF={build_of}\0".encode() in (process / "environ").read_bytes()
    except OSError:
        return False
