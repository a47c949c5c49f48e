from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import GateUnavailable
from proxy.storage.unclear import SqlUnclearPosts
from tests.fakes.clock import START
from tests.stores import reads_on

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_database_that_does_not_answer_is_no_empty_one(tmp_path: Path) -> None:
    """Nobody concludes that nothing is unclear; the rest is in the contract suite."""
    async with reads_on(f"sqlite:///{tmp_path}/none.db") as reads:
        with pytest.raises(GateUnavailable):
            await SqlUnclearPosts(reads).unclear(since=START, until=START + timedelta(days=1))
