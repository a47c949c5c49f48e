"""Published posts on the database; what they promise is in the contract suite."""

from __future__ import annotations

import pytest

from proxy.core.errors import GateUnavailable
from proxy.gate.notices import Place
from proxy.storage.engines import create_reader
from proxy.storage.published_posts import SqlPublishedPosts
from proxy.storage.reads import Reads


async def test_a_database_that_does_not_answer_is_said() -> None:
    """Never an empty list."""
    reads = Reads(create_reader("postgresql://nobody@127.0.0.1:9/none"))
    for asked in (SqlPublishedPosts(reads).newest(), SqlPublishedPosts(reads).published(Place(log=1, seq=0), limit=1)):
        with pytest.raises(GateUnavailable):
            await asked
    await reads.close()
