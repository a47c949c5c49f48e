"""What decides recorded posts of an installation again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.backtesting import installation
from proxy.core.errors import ConfigurationError
from proxy.vault.kek import FileKek
from proxy.vault.keys import load_keys
from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """Return a prepared installation without language models."""
    prepared = Installation(tmp_path)
    with prepared.config.open("a", encoding="utf-8") as settings:
        settings.write("detection: {ner: []}\n")
    return prepared


async def test_an_installation_is_opened_with_its_own_key(house: Installation) -> None:
    """Fingerprints of recorded findings were made with it; whoever opens the log has a pseudonym."""
    key = (await asyncio.to_thread(load_keys, house.keys, FileKek(house.keys))).fingerprint

    async with installation(house.config, jobs=1) as opened:
        assert opened.sources.fingerprint_key == key
        assert opened.operator.ref.startswith("o_")
        found = opened.contents.decided(since=None, until=None, by=opened.operator, purpose="policy backtest")
        assert [record async for record in found] == []


async def test_missing_keys_are_a_mistake_of_the_configuration(house: Installation) -> None:
    """Nothing is opened."""
    (house.keys / "kek").unlink()

    with pytest.raises(ConfigurationError):
        async with installation(house.config, jobs=1):
            pass
