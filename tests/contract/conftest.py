"""
The stores that contract suites run on.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.stores import KINDS, Ports, memory_ports, migrated, sql_ports, url_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(params=KINDS)
async def ports(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ports]:
    """Return the ports over memory, SQLite and PostgreSQL in turn."""
    if request.param == "memory":
        yield memory_ports()
        return
    url = url_for(request.param, request, tmp_path)
    await asyncio.to_thread(migrated, url)
    async with sql_ports(url) as opened:
        yield opened
