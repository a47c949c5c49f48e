"""
A writer of the log that something is done to, and the log that is looked at afterwards.

What counts is what the writer told before and what is kept after; no error that it saw on the way proves anything.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa

from proxy.audit.verify import Verified
from proxy.storage.columns import instant
from proxy.storage.engines import create_reader
from tests.fakes.clock import START
from tests.verified import verify_stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

WRITER = Path(__file__).with_name("audit_writer.py")
_REFUSED = "-"
_HOLDING = "holding"

_TOGETHER = {
    "posts without their decision": """
        SELECT count(*) FROM posts WHERE NOT EXISTS (SELECT 1 FROM audit_records WHERE id = decision_record)""",
    "decisions without their post": """
        SELECT count(*) FROM audit_records
        WHERE code = 'PG-101' AND NOT EXISTS (SELECT 1 FROM posts WHERE decision_record = audit_records.id)""",
    "attempts without their intent": """
        SELECT count(*) FROM attempts WHERE NOT EXISTS (SELECT 1 FROM audit_records WHERE id = intent_record)""",
    "results without their outcome": """
        SELECT count(*) FROM attempts WHERE result IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM audit_records WHERE id = outcome_record)""",
    "more outcomes than results": """
        SELECT (SELECT count(*) FROM audit_records WHERE code = 'PG-103')
        - (SELECT count(*) FROM attempts WHERE result IS NOT NULL)""",
    "posts in another state than their attempt": """
        SELECT count(*) FROM posts JOIN attempts ON attempts.post_id = posts.id
        WHERE (posts.state = 'published') <> (attempts.result IS NOT NULL)""",
}
"""What was written in one transaction is there together or not at all: each of these is 0."""


class Victim:
    """One process that writes, and what it told."""

    def __init__(self, url: str, told: Path, *options: str, prefix: Sequence[str] = ()) -> None:
        """Start it; `told` is the file for what it tells."""
        self._told = told
        command = [*prefix, sys.executable, str(WRITER), url, *options]
        with told.open("wb") as output, told.with_suffix(".errors").open("wb") as errors:
            self.process = subprocess.Popen(command, stdout=output, stderr=errors)

    def lines(self) -> list[str]:
        """Return what was told so far; the last line may be cut."""
        return self._told.read_text(encoding="utf-8").split("\n")[:-1]

    def acknowledged(self) -> set[str]:
        """Return the ids of the records that were acknowledged."""
        return {line for line in self.lines() if line != _HOLDING and not line.startswith(_REFUSED)}

    def refusals(self) -> list[str]:
        """Return why nothing could be recorded, each time that it was told."""
        return [line.removeprefix(_REFUSED) for line in self.lines() if line.startswith(_REFUSED)]

    def errors(self) -> str:
        """Return what it wrote as an error: nothing, unless it is broken itself."""
        return self._told.with_suffix(".errors").read_text(encoding="utf-8")

    def wait_for(self, acknowledged: int, *, seconds: float = 60) -> None:
        """Wait until so many records were acknowledged."""
        self._wait(lambda: len(self.acknowledged()) >= acknowledged, seconds)

    def wait_for_refusal(self, *, seconds: float = 60) -> str:
        """Wait until something was refused; return why."""
        self._wait(lambda: bool(self.refusals()), seconds)
        return self.refusals()[0]

    def wait_for_lock(self) -> None:
        """Wait until it holds the head of the log, about to COMMIT."""
        self._wait(lambda: _HOLDING in self.lines(), 60)

    def _wait(self, happened: Callable[[], bool], seconds: float) -> None:
        give_up = time.monotonic() + seconds
        while not happened():
            assert self.process.poll() is None, f"the writer ended by itself: {self.refusals()} {self.errors()}"
            assert time.monotonic() < give_up, f"the writer told {self.lines()[-3:]} and no more"
            time.sleep(0.002)

    def kill(self) -> None:
        """End it at once, as a loss of power would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def write_on(url: str, told: Path, *, posts: int = 1) -> set[str]:
    """Let a new process open the log and write some posts, undisturbed; return what was acknowledged: all of it."""
    with Victim(url, told, "--posts", str(posts), "--patience", "10") as victim:
        code = victim.process.wait(timeout=60)
        assert code == 0, f"the log does not go on: {code} {victim.refusals()} {victim.errors()}"
        assert victim.refusals() == []
        return victim.acknowledged()


def kept(url: str, acknowledged: Iterable[str]) -> int:
    """Check that all that was acknowledged is in the log; return its size."""
    reader = create_reader(url)
    try:
        with reader.connect() as connection:
            return _kept(connection, acknowledged)
    finally:
        reader.dispose()


def _kept(connection: sa.Connection, acknowledged: Iterable[str]) -> int:
    found = set(connection.execute(sa.text("SELECT id FROM audit_records")).scalars())
    assert set(acknowledged) - found == set(), "acknowledged and lost"
    return len(found)


def check_log(url: str, acknowledged: Iterable[str]) -> int:
    """Check that the log verifies, has all that was acknowledged, and agrees with the state; return its size."""
    reader = create_reader(url)
    try:
        with reader.connect() as connection:
            result = verify_stored(connection, now=instant(START))
            assert isinstance(result, Verified), result
            assert _kept(connection, acknowledged) == result.size
            torn = {name: connection.execute(sa.text(query)).scalar() for name, query in _TOGETHER.items()}
            assert not any(torn.values()), torn
            if reader.dialect.name == "sqlite":
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    finally:
        reader.dispose()
    return result.size
