"""
The exchange of the wrapping key, killed before and after each of its commits, beside a node that goes on.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from proxy.audit.verify import Verified
from proxy.storage.wrapping_keys import noted
from tests.key_exchanges import FIRST, FIRST_ID, SECOND, opened, ring_of
from tests.orders import desk_house
from tests.stores import migrated, url_for

if TYPE_CHECKING:
    from tests.orders import DeskHouse

_EXCHANGER = Path(__file__).with_name("key_exchanger.py")
_POSTS = 5


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database of each kind that is up to date."""
    return migrated(url_for(request.param, request, tmp_path))


async def _run(url: str, *options: str) -> int:
    command = [sys.executable, str(_EXCHANGER), url, *options]
    done = await asyncio.to_thread(subprocess.run, command, check=False, capture_output=True, text=True)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode


async def _opened(house: DeskHouse, current: bytes, *earlier: bytes) -> dict[str, bool]:
    return await house.reads.run(lambda connection: opened(connection, ring_of(current, *earlier)))


async def test_an_exchange_that_is_killed_goes_on(url: str) -> None:
    """At no time does anything not open; in the end the new key alone opens everything, and the log verifies."""
    kills = 0
    async with desk_house(url) as house:
        for number in range(_POSTS):
            await house.post(f"Kanarienvogel {number}", author="a_erfunden")
        # Each run notes what it does, and is killed around its second commit: it comes one step further at most.
        while await _run(url, "--at", ("before_commit", "after_commit")[kills % 2], "--passing", "2"):
            kills += 1
            if kills == 2:
                await house.post("Ein Knoten mit dem alten Schlüssel geht weiter", author="a_erfunden")
            assert all((await _opened(house, SECOND, FIRST)).values())
            if (await house.reads.run(noted))[FIRST_ID].retired_at is not None:
                break
        final = await _opened(house, SECOND)

        assert kills > _POSTS
        assert (await house.reads.run(noted))[FIRST_ID].retired_at is not None
        assert sum(name.startswith("content") for name in final) == _POSTS + 1
        assert all(final.values())
        assert not any((await _opened(house, FIRST)).values())
        assert isinstance(await house.verified(), Verified)
