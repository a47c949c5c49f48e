"""
The real clock and the real randomness: the only place that asks the operating system for either.
"""

from __future__ import annotations

import os
import time
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
    """
    Return a fresh UUID of version 7 (RFC 9562): milliseconds, then 74 random bits.

    Rows made at the same time then lie side by side in every index, which spares the database most of its page writes.
    No right rests on knowing an id.
    """
    milliseconds = time.time_ns() // 1_000_000
    number = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    number = (number & ~(0xF << 76) & ~(0x3 << 62)) | (0x7 << 76) | (0x2 << 62)
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
