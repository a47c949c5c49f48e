"""The real clock and the real randomness."""

from __future__ import annotations

import uuid
from datetime import UTC

from proxy.observability.system import SystemClock, random_id


def test_wall_time_is_utc_and_monotonic_time_never_falls() -> None:
    """Records carry UTC; deadlines are measured on a clock that never goes back."""
    clock = SystemClock()
    readings = [clock.monotonic() for _ in range(100)]

    assert clock.now().tzinfo is UTC
    assert readings == sorted(readings)


def test_ids_are_fresh_random_uuids() -> None:
    """No two ids are equal, and each is a version 4 UUID."""
    ids = {random_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert {uuid.UUID(one).version for one in ids} == {4}
