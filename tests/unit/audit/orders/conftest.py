"""
A house with a desk, on both databases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.orders import desk_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.orders import DeskHouse


@pytest.fixture
async def house(url: str) -> AsyncIterator[DeskHouse]:
    """Return a house on a database of each kind."""
    async with desk_house(url) as opened:
        yield opened
