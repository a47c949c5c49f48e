from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.core.errors import GateUnavailable
from tests.stores import migrated, reads_on

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection


async def test_a_read_runs_in_another_thread(url: str) -> None:
    """The event loop goes on meanwhile."""
    await asyncio.to_thread(migrated, url)
    async with reads_on(url) as reads:
        name = await reads.run(lambda _connection: threading.current_thread().name)

    assert name.startswith("postgate-reads")


async def test_a_database_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    """The error says so without a path."""
    async with reads_on(f"sqlite:///{tmp_path}/canary/none.db") as reads:
        with pytest.raises(GateUnavailable) as caught:
            await reads.run(lambda connection: connection.execute(sa.text("SELECT 1")).scalar_one())

    assert "canary" not in str(caught.value)


async def test_nobody_is_waited_for_when_all_that_are_in_flight_have_asked(url: str) -> None:
    """The one who asks last does not wait, nor do the others any longer; all share a hop."""
    await asyncio.to_thread(migrated, url)
    connections: list[Connection] = []
    async with (
        reads_on(url, gather_s=3600.0, patience_s=3600.0, in_flight=lambda: 2) as reads,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(2):
            group.create_task(reads.run(connections.append))
            await asyncio.sleep(0)

    assert connections == [connections[0]] * 2


async def test_one_who_is_not_alone_waits_for_others(url: str) -> None:
    """They may ask within a moment, and a hop is spared."""
    await asyncio.to_thread(migrated, url)
    async with reads_on(url, gather_s=3600.0, in_flight=lambda: 2) as reads:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await reads.run(lambda _connection: None)
