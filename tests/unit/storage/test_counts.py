"""Counts on a database: what they promise is tested in tests/contract; here is what only a database can do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.core.errors import GateUnavailable
from proxy.gate.limits import Counted
from proxy.storage.counts import SqlCounts
from proxy.storage.tables import counts
from tests.fakes.clock import START
from tests.stores import engine_on, reads_on

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


async def test_a_database_that_does_not_answer_is_unavailable(engine: Engine, url: str) -> None:
    """Whoever asks then treats it as a reached limit."""
    async with reads_on(url) as reads, engine_on(url) as own:
        port = SqlCounts(own, reads)
        await asyncio.to_thread(counts.drop, engine)
        for work in (
            lambda: port.take([Counted(name="x")], now=START),
            lambda: port.read([Counted(name="x")], now=START),
            lambda: port.forget(START),
        ):
            with pytest.raises(GateUnavailable):
                await work()


@pytest.mark.usefixtures("engine")
async def test_a_row_says_nothing_but_a_digest_a_time_and_a_number(url: str) -> None:
    """In steps of ten seconds."""
    async with reads_on(url) as reads, engine_on(url) as own:
        port = SqlCounts(own, reads)
        await port.take([Counted(name="x")], now=START)
        await port.take([Counted(name="x")], now=START)
        rows = await reads.run(lambda connection: connection.execute(sa.select(counts)).all())

    assert [tuple(row) for row in rows] == [("x", int(START.timestamp()), 2)]
