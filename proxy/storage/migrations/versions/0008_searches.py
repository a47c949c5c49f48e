"""
Indexes that answer a search of the log by themselves.

Both begin with the time, so that they serve monthly partitions, should there ever be any. They take the place of the
one over the time alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None

_MATCHED = sa.text("rules IS NOT NULL")


def upgrade() -> None:
    """Replace an index by two."""
    op.drop_index("ix_audit_records_at", "audit_records")
    op.create_index(
        "ix_audit_records_searched",
        "audit_records",
        ["at", "seq", "log_id", "code", "platform", "account", "decision", "policy_digest"],
        unique=False,
    )
    op.create_index(
        "ix_audit_records_matched",
        "audit_records",
        ["at", "seq", "log_id"],
        unique=False,
        sqlite_where=_MATCHED,
        postgresql_where=_MATCHED,
    )
