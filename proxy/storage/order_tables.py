"""
The tables of orders: what one person asks for, and another person's word for it.
"""

from __future__ import annotations

import sqlalchemy as sa

from proxy.storage.columns import WORDS, Instant
from proxy.storage.tables import TIME, metadata

__all__ = ["audit_confirmations", "audit_order_posts", "audit_orders", "metadata"]

audit_orders = sa.Table(
    "audit_orders",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("kind", WORDS, nullable=False),
    sa.Column("case_number", WORDS, nullable=False),
    sa.Column("basis", WORDS, nullable=False),
    sa.Column("actor", WORDS),
    sa.Column("account", WORDS),
    sa.Column("since", Instant),
    sa.Column("until", Instant),
    sa.Column("hold", WORDS, sa.ForeignKey("audit_orders.id")),
    sa.Column("opened_by", WORDS, sa.ForeignKey("actors.ref"), nullable=False),
    sa.Column("opened_role", WORDS, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("mac", WORDS, nullable=False),
    sa.CheckConstraint(
        "kind IN ('erase', 'hold', 'release', 'case', 'rotate', 'restore')", name="ck_audit_orders_kind"
    ),
    sa.CheckConstraint("(kind = 'release') = (hold IS NOT NULL)", name="ck_audit_orders_hold"),
    sa.CheckConstraint(f"opened_at LIKE '{TIME}'", name="ck_audit_orders_opened_at"),
    sa.CheckConstraint(f"expires_at LIKE '{TIME}'", name="ck_audit_orders_expires_at"),
    sqlite_strict=True,
)
"""What one person asks for: to erase, to hold, to release a hold, to look into a case, to go on in another log."""

audit_order_posts = sa.Table(
    "audit_order_posts",
    metadata,
    sa.Column("order_id", WORDS, sa.ForeignKey("audit_orders.id"), primary_key=True),
    sa.Column("post_id", WORDS, primary_key=True),
    sqlite_strict=True,
)
"""The posts that an order names; for an erasure also those that belong to them."""

audit_confirmations = sa.Table(
    "audit_confirmations",
    metadata,
    sa.Column("order_id", WORDS, sa.ForeignKey("audit_orders.id"), primary_key=True),
    sa.Column("person", WORDS, sa.ForeignKey("actors.ref"), nullable=False),
    sa.Column("role", WORDS, nullable=False),
    sa.Column("confirmed_at", Instant, nullable=False),
    sa.Column("mac", WORDS, nullable=False),
    sa.CheckConstraint(f"confirmed_at LIKE '{TIME}'", name="ck_audit_confirmations_confirmed_at"),
    sqlite_strict=True,
)
"""Another person's word for an order. Triggers want it to be another one, and in time."""
