from __future__ import annotations

from proxy.storage import tables, waiting_tables


def test_these_tables_belong_to_the_others() -> None:
    """Whoever takes the metadata from there has all of them."""
    assert {"outbox", "reviews", "review_votes", "delegations"} <= set(tables.metadata.tables)
    assert waiting_tables.outbox.metadata is tables.metadata
