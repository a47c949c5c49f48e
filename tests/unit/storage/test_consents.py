"""Reads of the register on an empty database; what it promises is in the contract suite of all stores."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.storage.consents import SqlConsents
from tests.fakes.clock import START
from tests.fakes.envelope import PlainEnvelope
from tests.stores import migrated, reads_on

if TYPE_CHECKING:
    from pathlib import Path


async def test_where_nobody_agreed_there_is_nothing(tmp_path: Path) -> None:
    """No row is no mistake."""
    url = await asyncio.to_thread(migrated, f"sqlite:///{tmp_path}/log.db")
    async with reads_on(url) as reads:
        store = SqlConsents(reads, digest=PlainEnvelope().digest)

        assert await store.naming(frozenset({"e" * 32}), START) == ()
        assert (await store.standing(["c1"], START), await store.once(["c1"])) == ((), ())
        assert (await store.all(), await store.one("c1")) == ((), None)
