"""That the tables of orders are among all others."""

from proxy.storage import order_tables, tables


def test_orders_are_among_the_tables() -> None:
    """Whoever takes the metadata from here has all of them."""
    assert order_tables.metadata is tables.metadata
    assert {"audit_orders", "audit_order_posts", "audit_confirmations"} <= set(order_tables.metadata.tables)
