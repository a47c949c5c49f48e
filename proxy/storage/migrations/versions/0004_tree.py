"""
The Merkle tree of the log, and the checkpoints that were signed over it.

A log that was begun before has a head without root; whoever opens it next computes its tree from the records. Nodes and
checkpoints are never changed or deleted, on both databases and for every program that opens the database.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import BYTES, NUMBER, WORDS

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns, tables and their guards."""
    op.add_column("audit_head", sa.Column("root", BYTES))
    op.add_column("audit_head", sa.Column("frontier", BYTES))
    op.create_table(
        "audit_nodes",
        sa.Column("log_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("level", NUMBER, autoincrement=False, nullable=False),
        sa.Column("idx", NUMBER, autoincrement=False, nullable=False),
        sa.Column("hash", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("log_id", "level", "idx", name="pk_audit_nodes"),
        sa.CheckConstraint("level >= 1", name="ck_audit_nodes_level"),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("log_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("size", NUMBER, autoincrement=False, nullable=False),
        sa.Column("root", BYTES, nullable=False),
        sa.Column("note", BYTES, nullable=False),
        sa.Column("signed_at", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("log_id", "size", name="pk_audit_checkpoints"),
        sqlite_strict=True,
    )
    statements = _SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_GUARDS
    for statement in statements:
        op.execute(sa.text(statement))


_KEPT = "the audit log is append-only"
_GROWS = "the head of the audit log only grows"
_KEYS = {
    "audit_nodes": "log_id = NEW.log_id AND level = NEW.level AND idx = NEW.idx",
    "audit_checkpoints": "log_id = NEW.log_id AND size >= NEW.size",
}
_SHRUNK = """
    NEW.log_id <> OLD.log_id OR NEW.origin <> OLD.origin OR NEW.size < OLD.size
    OR (NEW.size = OLD.size AND NEW.chain_hash <> OLD.chain_hash)
    OR (NEW.size = OLD.size AND OLD.root IS NOT NULL AND (NEW.root IS NULL OR NEW.root <> OLD.root))
    OR (NEW.size = OLD.size AND OLD.frontier IS NOT NULL
        AND (NEW.frontier IS NULL OR NEW.frontier <> OLD.frontier))
    OR (NEW.size > OLD.size AND (NEW.root IS NULL OR NEW.frontier IS NULL))
    OR (NEW.size > OLD.size AND OLD.frontier IS NOT NULL
        AND (NEW.root = OLD.root OR NEW.frontier = OLD.frontier))
"""
"""What the head may not become, in words that both databases know."""

_SQLITE_GUARDS = (
    "DROP TRIGGER audit_head_grows",
    f"""
    CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head
    WHEN {_SHRUNK}
    BEGIN SELECT RAISE(ABORT, '{_GROWS}'); END
    """,
    *(
        f"""
        CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}
        BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END
        """
        for table in _KEYS
        for action in ("UPDATE", "DELETE")
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {key})
        BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END
        """  # noqa: S608  nothing here comes from outside
        for table, key in _KEYS.items()
    ),
)
_POSTGRESQL_GUARDS = (
    f"""
    CREATE OR REPLACE FUNCTION postgate_head_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_SHRUNK}
        THEN RAISE EXCEPTION '{_GROWS}'; END IF;
        RETURN NEW;
    END $$
    """,
    f"""
    CREATE FUNCTION postgate_checkpoints_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM audit_checkpoints WHERE {_KEYS["audit_checkpoints"]})
        THEN RAISE EXCEPTION '{_KEPT}'; END IF;
        RETURN NEW;
    END $$
    """,  # noqa: S608  nothing here comes from outside
    """
    CREATE TRIGGER audit_checkpoints_grow BEFORE INSERT ON audit_checkpoints
    FOR EACH ROW EXECUTE FUNCTION postgate_checkpoints_grow()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION postgate_append_only()
        """
        for table in _KEYS
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION postgate_append_only()
        """
        for table in _KEYS
    ),
)
