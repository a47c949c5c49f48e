"""What one query reads must not cost more the more there is that was sent; what is read is in the contract suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.storage import waiting_posts
from proxy.storage.engines import create_engine
from proxy.storage.migrate import upgrade
from tests.fakes.clock import START

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("query", "index"), [("_DUE", "ix_outbox_due"), ("_OVER", "ix_outbox_expires_at"), ("_ONE", "outbox")]
)
def test_the_outbox_is_searched_by_its_indexes(tmp_path: Path, query: str, index: str) -> None:
    """However many posts there are."""
    engine = create_engine(f"sqlite:///{tmp_path}/log.db")
    upgrade(engine)
    asked = {"_ONE": {"b_post": "x"}}.get(query, {"b_now": START, "b_limit": 1})
    text = str(getattr(waiting_posts, query).params(asked).compile(engine, compile_kwargs={"render_postcompile": True}))
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("x",) * text.count("?")).all()

    assert any(f"USING INDEX {index}" in row[-1] or f"SEARCH {index}" in row[-1] for row in plan)
    assert not any(row[-1].startswith("SCAN posts") for row in plan)
