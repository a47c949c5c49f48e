from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.operations import operations, reading
from proxy.audit.query import Filter
from proxy.audit.stored_logs import head
from proxy.core.errors import AuditBroken, ConfigurationError
from proxy.loading.settings_file import load_settings
from tests.installation import ORIGIN, Installation

if TYPE_CHECKING:
    from pathlib import Path


async def _look(house: Installation) -> str:
    async with operations(house.config) as opened:
        await opened.searches.rows(Filter(), by=opened.operator)
        assert await opened.tokens.rows() == []
        assert await opened.accounts.rows() == []
        return opened.operator.ref


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """Return a prepared installation."""
    return Installation(tmp_path)


async def test_an_operator_has_one_pseudonym(house: Installation) -> None:
    """The same user is the same operator next time, without a name."""
    first, second = await _look(house), await _look(house)

    assert first == second
    assert first.startswith("o_")
    assert len(first) == 28


def test_reading_needs_no_keys(house: Installation) -> None:
    """An auditor reads the log without being able to open anything."""
    for file in house.keys.iterdir():
        file.unlink()

    with reading(load_settings(house.config, {})) as reads, pytest.raises(AuditBroken, match="without one"):
        reads.run_blocking(head)


async def test_what_operations_write_can_be_read(house: Installation) -> None:
    """Both look at one log."""
    await _look(house)

    def look() -> tuple[str, int]:
        with reading(load_settings(house.config, {})) as reads:
            top = reads.run_blocking(head)
            return top.origin, top.size

    assert await asyncio.to_thread(look) == (ORIGIN, 1)


async def test_missing_keys_are_a_mistake_of_the_configuration(house: Installation) -> None:
    """Nothing is opened."""
    (house.keys / "kek").unlink()

    with pytest.raises(ConfigurationError):
        await _look(house)
