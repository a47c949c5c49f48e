"""Open reviews on the database; what they promise is in the contract suite."""

from __future__ import annotations

import pytest

from proxy.core.errors import GateUnavailable
from proxy.storage.engines import create_reader
from proxy.storage.pending_reviews import SqlPendingReviews
from proxy.storage.reads import Reads


async def test_a_database_that_does_not_answer_is_said() -> None:
    """Never an empty list: that would say that nobody has to be reminded."""
    reads = Reads(create_reader("postgresql://nobody@127.0.0.1:9/none"))
    with pytest.raises(GateUnavailable):
        await SqlPendingReviews(reads).pending(after=None, limit=1)
    with pytest.raises(GateUnavailable):
        await SqlPendingReviews(reads).standing()
    await reads.close()
