"""
Bundles of policies may be wrapped by another wrapping key; nothing else of them ever changes.

The keys of posts, credentials and names may be since 0005 and before. This counts on both databases and for every
program that opens the database.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEPT = "the policy store is append-only"
_CHANGED = """
    NEW.digest <> OLD.digest OR NEW.nonce <> OLD.nonce OR NEW.package <> OLD.package OR NEW.stored_at <> OLD.stored_at
    OR NEW.package_key = OLD.package_key OR NEW.kek_id = OLD.kek_id
"""
"""What a row of `policy_bundles` may not become, in words that both databases know."""

_SQLITE_GUARDS = (
    "DROP TRIGGER policy_bundles_no_update",
    # With another rowid, UPDATE OR REPLACE would take the place of another row.
    f"""
    CREATE TRIGGER policy_bundles_rewrapped BEFORE UPDATE ON policy_bundles
    WHEN NEW.rowid <> OLD.rowid OR {_CHANGED}
    BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END
    """,
)
_POSTGRESQL_GUARDS = (
    f"""
    CREATE FUNCTION postgate_bundle_rewrapped() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_CHANGED} THEN RAISE EXCEPTION '{_KEPT}'; END IF;
        RETURN NEW;
    END $$
    """,
    "DROP TRIGGER policy_bundles_kept ON policy_bundles",
    """
    CREATE TRIGGER policy_bundles_rewrapped BEFORE UPDATE ON policy_bundles
    FOR EACH ROW EXECUTE FUNCTION postgate_bundle_rewrapped()
    """,
    """
    CREATE TRIGGER policy_bundles_kept BEFORE DELETE ON policy_bundles
    FOR EACH ROW EXECUTE FUNCTION postgate_policies_kept()
    """,
)


def upgrade() -> None:
    """Let a bundle be wrapped anew."""
    statements = _SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_GUARDS
    for statement in statements:
        op.execute(sa.text(statement))
