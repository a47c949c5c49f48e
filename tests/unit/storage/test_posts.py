from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.storage.posts import _FIRST, _LAST, _OPEN_TWIN, _OVERDUE, SqlPosts
from tests.stores import migrated, reads_on

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


async def test_an_empty_table_has_no_posts(url: str) -> None:
    """The promises are in tests/contract/test_posts.py; here nothing is found."""
    await asyncio.to_thread(migrated, url)
    async with reads_on(url) as reads:
        assert await SqlPosts(reads).open_twin("scope", "fingerprint") is None


def test_looking_for_twins_and_overdue_attempts_uses_small_indexes(engine: Engine) -> None:
    """These run on every request and every few seconds, over a table that only grows."""
    if engine.dialect.name != "sqlite":
        return
    plans = []
    with engine.connect() as connection:
        for query in (_OPEN_TWIN, _OVERDUE, _FIRST, _LAST):
            compiled = query.compile(dialect=engine.dialect)
            values = tuple("1" for _ in compiled.positiontup or ())
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
            plans.append(" ".join(row[3] for row in rows))

    assert "ix_posts_open_twins" in plans[0]
    assert "ix_attempts_open" in plans[1]
    assert all("ix_posts_platform_ids" in plan for plan in plans[2:])
