"""
Records with a content of their own, such as the words of a search, under orders and holds as posts are.

The key of such a content is that of no post, but of the record. Whoever is erased takes the words that they looked for
along, and a hold covers them: the guard of keys knew decisions on posts only, so it refused the one and let go of the
other. And a name is not replaced by an insert, for which SQLite asks no trigger of updates or deletions.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_UNDUE = "a key is destroyed when its time is over or two people ordered it, and never while it is on hold"
_NAMED = "a name is erased when two people ordered it"
_SEALED = "((r.post_id = OLD.post_id AND r.code = 'PG-101') OR r.id = OLD.post_id)"
"""The record that a key sealed: the decision on a post, or a record with a content of its own."""
_ORDERED = f"""
    EXISTS (SELECT 1 FROM audit_orders o JOIN audit_confirmations c ON c.order_id = o.id
        WHERE o.kind = 'erase' AND (
            EXISTS (SELECT 1 FROM audit_order_posts p WHERE p.order_id = o.id AND p.post_id = OLD.post_id)
            OR EXISTS (SELECT 1 FROM audit_records r WHERE {_SEALED} AND r.actor_ref = o.actor)))
"""  # noqa: S608  nothing here comes from outside
_HELD = f"""
    EXISTS (SELECT 1 FROM audit_orders h JOIN audit_confirmations c ON c.order_id = h.id
        JOIN audit_records r ON {_SEALED}
        WHERE h.kind = 'hold'
        AND (h.actor IS NULL OR h.actor = r.actor_ref)
        AND (h.account IS NULL OR h.account = r.account)
        AND (h.since IS NULL OR h.since <= r.at) AND (h.until IS NULL OR r.at < h.until)
        AND (NOT EXISTS (SELECT 1 FROM audit_order_posts p WHERE p.order_id = h.id)
            OR EXISTS (SELECT 1 FROM audit_order_posts p WHERE p.order_id = h.id AND p.post_id = OLD.post_id))
        AND NOT EXISTS (SELECT 1 FROM audit_orders x JOIN audit_confirmations y ON y.order_id = x.id
            WHERE x.kind = 'release' AND x.hold = h.id))
"""  # noqa: S608  nothing here comes from outside
_KEY_CHANGED = f"""
    NEW.id <> OLD.id OR NEW.post_id <> OLD.post_id OR NEW.created_at <> OLD.created_at
    OR OLD.wrapped_dek IS NULL
    OR (NEW.wrapped_dek IS NOT NULL AND NEW.destroyed_at IS NOT NULL)
    OR (NEW.wrapped_dek IS NULL AND (
        NEW.destroyed_at IS NULL
        OR NOT ((OLD.expires_at IS NOT NULL AND OLD.expires_at <= NEW.destroyed_at) OR {_ORDERED})
        OR {_HELD}))
"""
_SQLITE = (
    "DROP TRIGGER data_keys_due",
    f"""
    CREATE TRIGGER data_keys_due BEFORE UPDATE ON data_keys WHEN NEW.rowid <> OLD.rowid OR {_KEY_CHANGED}
    BEGIN SELECT RAISE(ABORT, '{_UNDUE}'); END
    """,
    f"""
    CREATE TRIGGER actors_no_replace BEFORE INSERT ON actors
    WHEN EXISTS (SELECT 1 FROM actors WHERE ref = NEW.ref)
    BEGIN SELECT RAISE(ABORT, '{_NAMED}'); END
    """,  # noqa: S608  nothing here comes from outside
)
_POSTGRESQL = (
    f"""
    CREATE OR REPLACE FUNCTION postgate_key_due() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_KEY_CHANGED} THEN RAISE EXCEPTION '{_UNDUE}'; END IF;
        RETURN NEW;
    END $$
    """,
)


def upgrade() -> None:
    """Put the guard of keys in the place of the one before, and one more before names."""
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(sa.text(statement))
