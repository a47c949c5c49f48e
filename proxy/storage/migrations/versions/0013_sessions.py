"""
Logins with a gateway token: clients of some platforms log in and renew, and a login can be ended alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import WORDS

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "sessions",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("token_id", WORDS, nullable=False),
        sa.Column("renewal", WORDS, nullable=False),
        sa.Column("created_at", WORDS, nullable=False),
        sa.Column("expires_at", WORDS, nullable=False),
        sa.Column("ended_at", WORDS, nullable=True),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name="fk_sessions_token_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sqlite_strict=True,
    )
    op.create_index("ix_sessions_token_id", "sessions", ["token_id"], unique=False)
