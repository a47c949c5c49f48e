"""
Remembers which posts one request over the API asked for, and whether all of them were taken back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import WORDS

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the column, its index and the table."""
    op.add_column("posts", sa.Column("request_id", WORDS, nullable=True))
    named = sa.text("request_id IS NOT NULL")
    op.create_index(
        "ix_posts_requests", "posts", ["request_id"], unique=False, sqlite_where=named, postgresql_where=named
    )
    op.create_table(
        "requests_taken_back",
        sa.Column("request_id", WORDS, nullable=False),
        sa.Column("record_id", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("request_id", name="pk_requests_taken_back"),
        sqlite_strict=True,
    )
