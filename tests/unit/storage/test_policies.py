"""Reads of the policy store on an empty database; what it promises is in the contract suite of all stores."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.storage.engines import create_engine
from proxy.storage.policies import SqlPolicyStore
from proxy.storage.tables import policy_bundles
from tests.fakes.clock import START
from tests.stores import migrated, reads_on

if TYPE_CHECKING:
    from pathlib import Path


async def test_where_nothing_was_proposed_there_is_nothing(tmp_path: Path) -> None:
    """No row is no mistake."""
    url = await _empty(tmp_path)
    async with reads_on(url) as reads:
        store = SqlPolicyStore(reads)

        assert (await store.activations(), await store.waiting(START)) == ((), ())
        assert (await store.package("d"), await store.proposal("p")) == (None, None)
        assert not await store.digests()
        assert not await store.retired()


async def test_a_bundle_is_read_as_it_was_kept(tmp_path: Path) -> None:
    """Every column but the time."""
    url = await _empty(tmp_path)
    row: dict[str, object] = {"digest": "d", "nonce": b"n", "package": b"p", "package_key": b"k", "kek_id": "kek"}
    async with reads_on(url) as reads:
        kept = await reads.run(lambda connection: connection.execute(sa.select(policy_bundles)).all())
        assert kept == []
    await _insert(url, row)
    async with reads_on(url) as reads:
        found = await SqlPolicyStore(reads).package("d")

    assert found is not None
    assert {name: getattr(found, name) for name in row} == row


async def _empty(directory: Path) -> str:
    return await asyncio.to_thread(migrated, f"sqlite:///{directory}/log.db")


async def _insert(url: str, row: dict[str, object]) -> None:
    def run() -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(policy_bundles.insert(), [row | {"stored_at": START}])
        engine.dispose()

    await asyncio.to_thread(run)
