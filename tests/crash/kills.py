"""
Kill the writer of the log again and again at any moment, and look after each kill.

    python -m tests.crash.kills [--kills N] [--records N] [--seed N] [--database sqlite|postgresql]

Sixteen clients write posts into one log until the process is killed: while it starts, between two statements, in the
middle of a COMMIT, while SQLite copies its journal back. After each kill every record that was ever acknowledged must
be there, and the next process goes on with the same log. After every tenth and the last one the whole log is verified,
and posts and attempts must agree with it. Prints figures; ends with 0, or with the first thing that does not hold.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.victim import Victim, check_log, kept, write_on
from tests.e2e.servers.postgres import PostgresServer
from tests.stores import migrated

_CLIENTS = 16
_LINES_A_RECORD = 2 / 3
"""A post has three records and two acknowledgements."""
_VERIFIED_EVERY = 10
_STARTING_S = 0.8
"""Some kills come so soon that the process still starts."""


@dataclass(slots=True)
class Figures:
    """What the kills showed."""

    kills: int = 0
    before_anything: int = 0
    """Kills before the process had told anything."""
    acknowledged: set[str] = field(default_factory=set)
    size: int = 0
    resumed: list[float] = field(default_factory=list)
    """Seconds from the start of a process to its first acknowledgement, where it came to one."""


def kill_again_and_again(url: str, directory: Path, chance: random.Random, *, kills: int, records: int) -> Figures:
    """Kill so many times, at least; until the log has so many records, at least. Verify all of it now and then."""
    figures = Figures(acknowledged=write_on(url, directory / "told"))
    most = max(2, round(2 * _LINES_A_RECORD * records / kills))
    while figures.kills < kills or figures.size < records:
        _kill_once(url, directory / "told", figures, more=chance.randrange(-most // 10, most), chance=chance)
        figures.size = kept(url, figures.acknowledged)
        if figures.kills % _VERIFIED_EVERY == 0:
            check_log(url, figures.acknowledged)
    figures.size = check_log(url, figures.acknowledged)
    return figures


def _kill_once(url: str, told: Path, figures: Figures, *, more: int, chance: random.Random) -> None:
    """Let a process tell so many more records and kill it; none at all: kill it while it starts."""
    started = time.monotonic()
    with Victim(url, told, "--clients", str(_CLIENTS)) as victim:
        if more > 0:
            victim.wait_for(1)
            figures.resumed.append(time.monotonic() - started)
            victim.wait_for(more)
        else:
            time.sleep(chance.uniform(0, _STARTING_S))
        victim.kill()
        assert victim.refusals() == [], "nothing but kills happens here"
    figures.kills += 1
    figures.before_anything += not victim.acknowledged()
    figures.acknowledged |= victim.acknowledged()


def _told(database: str, figures: Figures, seconds: float) -> str:
    return (
        f"{database}: {figures.kills} kills ({figures.before_anything} before anything was told),"
        f" {figures.size:,} records, {len(figures.acknowledged):,} acknowledgements: none lost; the log verified after"
        f" every tenth kill and the last. From start to first acknowledgement"
        f" {statistics.median(figures.resumed):.2f} s (at most {max(figures.resumed):.2f} s). {seconds:.0f} s in all.\n"
    )


def main() -> int:
    """Kill, and print figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments = parser.parse_args()
    sys.stdout.write(f"seed {arguments.seed}\n")
    with tempfile.TemporaryDirectory(prefix="postgate-kills-") as name, ExitStack() as stack:
        directory = Path(name)
        for database in arguments.database or ["sqlite", "postgresql"]:
            url = f"sqlite:///{directory}/log.db"
            if database == "postgresql":
                server = PostgresServer.start(log_directory=directory)
                stack.callback(server.stop)
                server.create_database("log")
                url = server.url("log")
            started, chance = time.monotonic(), random.Random(arguments.seed)
            figures = kill_again_and_again(
                migrated(url), directory, chance, kills=arguments.kills, records=arguments.records
            )
            sys.stdout.write(_told(database, figures, time.monotonic() - started))
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
