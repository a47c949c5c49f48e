"""The real clock and the real randomness."""

from __future__ import annotations

import time
import uuid
from datetime import UTC

from proxy.observability.system import SystemClock, random_id


def test_wall_time_is_utc_and_monotonic_time_never_falls() -> None:
    """Records carry UTC; deadlines are measured on a clock that never goes back."""
    clock = SystemClock()
    readings = [clock.monotonic() for _ in range(100)]

    assert clock.now().tzinfo is UTC
    assert readings == sorted(readings)


def test_ids_are_fresh_uuids_in_the_order_of_their_time() -> None:
    """No two ids are equal; each is a version 7 UUID of this moment, and earlier milliseconds sort first."""
    before = time.time_ns() // 1_000_000
    ids = [random_id() for _ in range(1000)]
    moments = [uuid.UUID(one).int >> 80 for one in ids]

    assert len(set(ids)) == 1000
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in ids} == {(7, uuid.RFC_4122)}
    assert before <= moments[0] <= moments[-1]
    assert moments == sorted(moments)
