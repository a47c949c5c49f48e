"""
Which decisions belong to an image: its upload, and every change of its texts.

A change of an alt text is a decision of its own, under a key of its own. The row of the image knows the last one only,
so an erasure of the post that shows it left the texts before it, and those of refused changes.

And an index finds the edits of a post, also those that were stopped and have no place on the platform.

And the time of a key never gets shorter: whoever can write to the database could let it end, and destroy the key in
order. For the same reason a key is not destroyed by a time that has not come.

What was replaced before this revision is not in the new table: nothing says which image it was of. It ends with its
time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import WORDS

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

_EDIT = sa.text("edit_of IS NOT NULL")
_KEPT = "what belongs to an image stays known"
_LASTING = "the time of a key never gets shorter, and it is not over before it has come"
_SHORTENED = """
    NEW.class <> OLD.class OR NEW.expires_at < OLD.expires_at
    OR (OLD.expires_at IS NULL AND NEW.expires_at IS NOT NULL)
    OR NEW.destroyed_at > {tomorrow}
"""
"""A key without an end is kept for ever. A day is left for clocks that differ."""
_TOMORROW = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%S', 'now', '+1 day') || '.000000Z'",
    "postgresql": """to_char((now() AT TIME ZONE 'UTC') + interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
}
_SQLITE = (
    f"""
    CREATE TRIGGER data_keys_lasting BEFORE UPDATE ON data_keys
    WHEN {_SHORTENED.format(tomorrow=_TOMORROW["sqlite"])}
    BEGIN SELECT RAISE(ABORT, '{_LASTING}'); END
    """,
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
    CREATE FUNCTION postgate_key_lasting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_SHORTENED.format(tomorrow=_TOMORROW["postgresql"])} THEN RAISE EXCEPTION '{_LASTING}'; END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER data_keys_lasting BEFORE UPDATE ON data_keys
    FOR EACH ROW EXECUTE FUNCTION postgate_key_lasting()
    """,
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
