"""
Counts that all nodes share, for limits against probing; none lives longer than an hour.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import NUMBER, WORDS

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "counts",
        sa.Column("name", WORDS, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("times", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", "at", name=op.f("pk_counts")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_counts_at"), "counts", ["at"], unique=False)
