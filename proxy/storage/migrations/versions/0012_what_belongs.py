"""
Which decisions belong to an image: its upload, and every change of its texts.

A change of an alt text is a decision of its own, under a key of its own. The row of the image knows the last one only,
so an erasure of the post that shows it left the texts before it, and those of refused changes.

And an index finds the edits of a post, also those that were stopped and have no place on the platform.

What was replaced before this revision is not in the new table: nothing says which image it was of. It ends with its
time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import WORDS

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None

_EDIT = sa.text("edit_of IS NOT NULL")
_KEPT = "what belongs to an image stays known"
_SQLITE = (
    *(
        f"""
        CREATE TRIGGER media_decisions_no_{action.lower()} BEFORE {action} ON media_decisions
        BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END
        """
        for action in ("UPDATE", "DELETE")
    ),
    f"""
    CREATE TRIGGER media_decisions_no_replace BEFORE INSERT ON media_decisions
    WHEN EXISTS (SELECT 1 FROM media_decisions WHERE post_id = NEW.post_id)
    BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END
    """,  # noqa: S608  nothing here comes from outside
)
_POSTGRESQL = (
    f"""
    CREATE FUNCTION postgate_uploads_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_KEPT}'; END $$
    """,
    *(
        f"""
        CREATE TRIGGER media_decisions_{name} BEFORE {event} ON media_decisions
        FOR EACH {each} EXECUTE FUNCTION postgate_uploads_kept()
        """
        for name, event, each in (("kept", "UPDATE OR DELETE", "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT"))
    ),
)


def upgrade() -> None:
    """Add the table, fill it with what is known, and guard it."""
    op.create_table(
        "media_decisions",
        sa.Column("post_id", WORDS, nullable=False),
        sa.Column("media_id", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("post_id", name="pk_media_decisions"),
        sqlite_strict=True,
    )
    op.create_index("ix_media_decisions_media_id", "media_decisions", ["media_id"], unique=False)
    op.create_index(
        "ix_posts_edits", "posts", ["account", "edit_of"], unique=False, sqlite_where=_EDIT, postgresql_where=_EDIT
    )
    op.execute(
        sa.text(
            "INSERT INTO media_decisions (post_id, media_id)"
            " SELECT k.post_id, m.id FROM media m JOIN data_keys k ON k.id = m.key_id"
        )
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(sa.text(statement))
