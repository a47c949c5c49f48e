"""
The real clock and the real randomness: the only place that asks the operating system for either.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

_MONOTONIC = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""On Linux this one counts the time a machine was suspended."""


class SystemClock:
    """Wall time and monotonic time of this machine."""

    def now(self) -> datetime:
        """Return wall time in UTC."""
        return datetime.now(UTC)  # noqa: TID251  this is the clock that others are given

    def monotonic(self) -> float:
        """Return seconds that never jump and count suspension."""
        return time.clock_gettime(_MONOTONIC)


def random_id() -> str:
    """Return a fresh random UUID, 122 random bits."""
    return str(uuid.uuid4())  # noqa: TID251  this is the source that others are given
