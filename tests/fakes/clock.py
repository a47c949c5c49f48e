"""Time and ids that tests set by hand."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2016, 11, 23, 9, 0, tzinfo=UTC)
"""For tests in which keys end: the database destroys none by a time that has not come."""


class ManualClock:
    """A clock that stands still until a test moves it; twin of the system clock."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._monotonic = 1000.0

    def now(self) -> datetime:
        """Return the wall time set by the test."""
        return self._now

    def monotonic(self) -> float:
        """Return the monotonic seconds set by the test."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Move wall time alone, as a wrong time server would."""
        self._now += timedelta(seconds=seconds)


class CountingIds:
    """Ids in a known order that still look like random UUIDs."""

    def __init__(self) -> None:
        self._next = 0

    def __call__(self) -> str:
        """Return the next id."""
        self._next += 1
        return str(uuid.UUID(int=(0x4000_8000_0000_0000_0000 << 48) | self._next, version=4))
