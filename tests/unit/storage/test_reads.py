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
