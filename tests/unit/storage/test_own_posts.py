"""Looking one's own posts up; the promises are in tests/contract/test_own_posts.py."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.storage.own_posts import _OWN, SqlOwnPosts
from tests.stores import migrated, reads_on

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


async def test_an_empty_table_has_no_posts(url: str) -> None:
    """There is nothing to show."""
    await asyncio.to_thread(migrated, url)
    async with reads_on(url) as reads:
        assert await SqlOwnPosts(reads).by_decision("record", author="a_erfunden") is None


def test_a_look_reads_one_record_and_one_post(engine: Engine) -> None:
    """By their ids, however long the log is."""
    if engine.dialect.name != "sqlite":
        return
    compiled = _OWN.compile(dialect=engine.dialect)
    values = tuple("1" for _ in compiled.positiontup or ())
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()

    assert all("SEARCH" in row[3] for row in rows), rows
