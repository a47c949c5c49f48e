"""What is read of a single post costs the same however long the log is; the promises are in the contract suite."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from proxy.gate.post_views import PostView
from proxy.storage import post_views
from proxy.storage.post_views import SqlPostViews
from tests.stores import migrated, reads_on

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


async def test_of_a_post_that_is_not_there_nothing_is_known(url: str) -> None:
    """There is nothing to show."""
    await asyncio.to_thread(migrated, url)
    async with reads_on(url) as reads:
        views = SqlPostViews(reads)
        nothing = PostView(rules=(), appeal_of=None, review=None, send_at=None, not_before=None, expires_at=None)

        assert await views.view("post") == nothing
        assert await views.kept("post") is None


@pytest.mark.parametrize("query", ["_DECISIONS", "_REVIEW", "_PLACE", "_KEPT"])
def test_a_look_reads_the_rows_of_one_post(engine: Engine, query: str) -> None:
    """By its id."""
    if engine.dialect.name != "sqlite":
        return
    compiled = getattr(post_views, query).compile(engine, compile_kwargs={"render_postcompile": True})
    text = str(compiled)
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("x",) * text.count("?")).all()

    assert not any(row[-1].startswith("SCAN") for row in plan), plan
