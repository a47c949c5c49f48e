"""Calls something again and again."""

from __future__ import annotations

import asyncio

import pytest

from proxy.core.errors import GateUnavailable
from proxy.delivery.again import Again


async def test_a_round_that_fails_is_told_and_the_next_one_comes() -> None:
    """At a fixed interval, until it is cancelled."""
    looked, failed, slept = [0], list[str](), list[float]()

    async def look() -> None:
        looked[0] += 1
        if looked[0] == 2:
            raise GateUnavailable(found="a twin that does not answer")

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Again(look, failed=failed.append, interval_s=7.0, sleep=sleep).run()

    assert (looked, failed, slept) == ([3], ["unavailable"], [7.0] * 3)
