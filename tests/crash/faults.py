"""
Let each system call fail in turn while the log is opened, written and closed, and look at the log afterwards.

    python -m tests.crash.faults [--every N] [--calls fdatasync,pwrite64,...]

strace makes the n-th call on the files of the database answer EIO, for every n and every kind of call that an
undisturbed run makes: once alone (the writer must find its way back), and once with all that follow (the writer must
refuse, and say why). What the writer saw is never the judge: some failed calls are no error to it, and some errors come
after the record was kept. Afterwards the log must verify, have everything that was acknowledged, and go on where it
ends. Prints figures; ends with 0, or with the first thing that does not hold.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.crash.victim import Victim, check_log, write_on
from tests.exports import record
from tests.stores import migrated
from tests.works import Sample, blocked

CALLS = ("openat", "pread64", "pwrite64", "fdatasync", "fsync", "ftruncate", "fcntl", "mmap", "unlink", "rename")
"""What a commit, and the way to and from it, is made of."""
_FILES = ("log.db", "log.db-wal", "log.db-shm", "log.db-journal")
_POSTS = 3
_CLIENTS = 2
_PATIENCE_S = 0.3
_MADE = re.compile(r"^\d+ +(\w+)\(", re.MULTILINE)
_INJECTED = "(INJECTED)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Which call fails."""

    call: str
    nth: int
    lasting: bool
    """Whether all that follow fail, too."""

    def __str__(self) -> str:
        return f"{self.call} {self.nth}{' and all that follow' if self.lasting else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the writer."""

    code: int
    """0 it went on, 1 the log did not open, 3 it stayed unfit."""
    injected: bool
    """Whether the call came at all: batches differ from run to run."""
    refusals: tuple[str, ...]


class Sweep:
    """Faults on copies of one log."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._home = directory / "now"
        self._fresh = directory / "fresh"
        self._fresh.mkdir()
        url = migrated(f"sqlite:///{self._fresh}/log.db")
        self._before = write_on(url, directory / "before")
        self._acknowledged = self._before

    def made(self) -> Counter[str]:
        """Return how many calls of each kind an undisturbed run makes."""
        outcome = self._run("-e", f"trace={','.join(f'?{call}' for call in CALLS)}")
        assert outcome.code == 0, outcome
        return Counter(_MADE.findall(self._trace().read_text(encoding="utf-8", errors="replace")))

    def fail(self, fault: Fault) -> Outcome:
        """Let a call fail; afterwards the log must be whole, and go on."""
        when = f"{fault.nth}{'+' if fault.lasting else ''}"
        outcome = self._run("-e", f"trace={fault.call}", "-e", f"inject={fault.call}:error=EIO:when={when}")
        url = f"sqlite:///{self._home}/log.db"
        size = check_log(url, self._acknowledged)
        added = record(url, [blocked(Sample())])
        assert check_log(url, self._acknowledged) == size + added, "the log does not go on"
        return outcome

    def _run(self, *options: str) -> Outcome:
        shutil.rmtree(self._home, ignore_errors=True)
        shutil.copytree(self._fresh, self._home)
        paths = [word for name in _FILES for word in ("-P", str(self._home / name))]
        with Victim(
            f"sqlite:///{self._home}/log.db",
            self._directory / "told",
            *("--clients", str(_CLIENTS), "--posts", str(_POSTS), "--patience", str(_PATIENCE_S)),
            prefix=["strace", "-f", "-qq", "-o", str(self._trace()), *paths, *options],
        ) as victim:
            code = victim.process.wait(timeout=60)
            refusals = tuple(victim.refusals())
            self._acknowledged = self._before | victim.acknowledged()
            assert code in {0, 1, 3}, f"the writer ended with {code}: {victim.errors()}"
            assert code == 0 or refusals, "the writer gave up and did not say why"
        injected = _INJECTED in self._trace().read_text(encoding="utf-8", errors="replace")
        return Outcome(code=code, injected=injected, refusals=refusals)

    def _trace(self) -> Path:
        return self._directory / "trace"


def possible() -> str | None:
    """Return why no call can be made to fail here, or None."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else f"this machine lets nobody trace: {tried.stderr.strip()}"


def faults(made: Counter[str], calls: tuple[str, ...], *, every: int = 1) -> list[Fault]:
    """Return every n-th fault, alone and lasting."""
    found = [
        Fault(call=call, nth=nth, lasting=lasting)
        for call in calls
        for nth in range(1, made[call] + 1)
        for lasting in (False, True)
    ]
    return found[::every]


def main() -> int:
    """Let calls fail, and print figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.faults", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only each N-th fault")
    parser.add_argument("--calls", type=lambda text: tuple(text.split(",")), default=CALLS)
    arguments = parser.parse_args()
    problem = possible()
    if problem is not None:
        sys.stderr.write(f"{problem}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="postgate-faults-") as name:
        sweep = Sweep(Path(name))
        made = sweep.made()
        sys.stdout.write("| call | made | made to fail | went on | stayed unfit | log did not open | never told |\n")
        sys.stdout.write("|---|---|---|---|---|---|---|\n")
        for call in arguments.calls:
            outcomes = []
            for fault in faults(made, (call,), every=arguments.every):
                try:
                    outcomes.append(sweep.fail(fault))
                except AssertionError:
                    sys.stderr.write(f"{fault}\n")
                    raise
            came = [outcome for outcome in outcomes if outcome.injected]
            codes = Counter(outcome.code for outcome in came)
            silent = sum(not outcome.refusals for outcome in came)
            sys.stdout.write(
                f"| {call} | {made[call]} | {len(came)} | {codes[0]} | {codes[3]} | {codes[1]} | {silent} |\n"
            )
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
