"""Calls that may hang: a thread of their own, a limit, and nobody else waits."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from proxy.audit.apart import Apart


async def test_what_a_call_returns_or_raises_comes_back() -> None:
    """One after the other, each in another thread than the loop."""
    apart = Apart("share", limit_s=10)

    assert await apart.run(lambda: threading.current_thread().name) == "postgate-share"
    with pytest.raises(ZeroDivisionError):
        await apart.run(lambda: 1 // 0)
    assert await apart.run(lambda: 5) == 5


async def test_a_call_that_hangs_is_given_up_and_not_repeated() -> None:
    """Until it came back; then the place is asked again."""
    go, calls = threading.Event(), []
    apart = Apart("share", limit_s=0.01)

    def hang() -> None:
        calls.append("hang")
        go.wait()

    for _ in range(3):
        with pytest.raises(TimeoutError):
            await apart.run(hang)
    go.set()
    async with asyncio.timeout(10):
        while "again" not in calls:
            await asyncio.sleep(0.01)
            try:
                await apart.run(lambda: calls.append("again"))
            except TimeoutError:
                continue

    assert calls == ["hang", "again"]


_HANGS = """
import asyncio, threading
from proxy.audit.apart import Apart

async def main():
    try:
        await Apart("share", limit_s=0.01).run(threading.Event().wait)
    except TimeoutError:
        print("given up")

asyncio.run(main())
"""


def test_a_call_that_never_comes_back_does_not_keep_the_process() -> None:
    """It ends by itself, although the thread still hangs."""
    done = subprocess.run([sys.executable, "-c", _HANGS], capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "given up\n", "")
