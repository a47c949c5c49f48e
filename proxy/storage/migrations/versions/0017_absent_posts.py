"""
Finds posts that are known not to be published, and wait for a person.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    absent = sa.text("state = 'absent'")
    op.create_index("ix_posts_absent", "posts", ["id"], unique=False, sqlite_where=absent, postgresql_where=absent)
