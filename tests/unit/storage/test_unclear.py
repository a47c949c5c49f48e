from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from proxy.core.errors import GateUnavailable
from proxy.storage import unclear
from proxy.storage.engines import create_engine
from proxy.storage.migrate import upgrade
from proxy.storage.unclear import SqlUnclearPosts
from tests.fakes.clock import START
from tests.stores import reads_on

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa


async def test_a_database_that_does_not_answer_is_no_empty_one(tmp_path: Path) -> None:
    """Nobody concludes that nothing is unclear; the rest is in the contract suite."""
    async with reads_on(f"sqlite:///{tmp_path}/none.db") as reads:
        with pytest.raises(GateUnavailable):
            await SqlUnclearPosts(reads).unclear(since=START, until=START + timedelta(days=1))


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (unclear._LOOK, "ix_posts_open_twins"),
        (unclear._OPEN[0], "ix_posts_open_twins"),
        (unclear._OPEN[1], "ix_posts_absent"),
        (unclear._STANDING, "ix_posts_open_twins"),
        (unclear._ONE, "audit_records"),
        (unclear._KNOWN, "ix_posts_platform_ids"),
    ],
)
def test_few_rows_are_read_however_many_posts_there_are(tmp_path: Path, query: sa.Select[Any], index: str) -> None:
    """The unclear ones have indexes of their own."""
    engine = create_engine(f"sqlite:///{tmp_path}/log.db")
    upgrade(engine)
    text = str(query.compile(engine, compile_kwargs={"render_postcompile": True}))
    with engine.connect() as connection:
        plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("1",) * text.count("?"))]
    engine.dispose()

    assert any(index in line for line in plan), plan
    assert not [line for line in plan if line.startswith("SCAN") and "INDEX" not in line], plan
