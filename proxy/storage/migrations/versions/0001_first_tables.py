"""
The first tables, and the triggers that keep the log append-only.

Records and content are never changed or deleted, the head only grows, on both databases and for every program that
opens the database. On SQLite, `INSERT OR REPLACE` deletes without a delete trigger, so an insert over an existing row
is refused as well.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import BYTES, NUMBER, WORDS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    _people()
    _posts()
    _sending()
    _waiting()
    _log()
    statements = _SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_GUARDS
    for statement in statements:
        op.execute(sa.text(statement))


def _people() -> None:
    op.create_table(
        "actors",
        sa.Column("ref", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("name_digest", WORDS, nullable=False),
        sa.Column("name_nonce", BYTES, nullable=False),
        sa.Column("name", BYTES, nullable=False),
        sa.Column("name_key", BYTES, nullable=False),
        sa.Column("kek_id", WORDS, nullable=False),
        sa.Column("created_at", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_actors"),
        sa.UniqueConstraint("name_digest", name="uq_actors_name_digest"),
        sqlite_strict=True,
    )
    op.create_table(
        "accounts",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("platform", WORDS, nullable=False),
        sa.Column("door", WORDS, nullable=False),
        sa.Column("credential_nonce", BYTES),
        sa.Column("credential", BYTES),
        sa.Column("credential_key", BYTES),
        sa.Column("kek_id", WORDS, nullable=False),
        sa.Column("created_at", WORDS, nullable=False),
        sa.Column("removed_at", WORDS),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sqlite_strict=True,
    )
    op.create_table(
        "tokens",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("prefix", WORDS, nullable=False),
        sa.Column("principal", WORDS, nullable=False),
        sa.Column("account", WORDS),
        sa.Column("scopes", WORDS, nullable=False),
        sa.Column("created_at", WORDS, nullable=False),
        sa.Column("expires_at", WORDS, nullable=False),
        sa.Column("revoked_at", WORDS),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_tokens_account"),
        sa.ForeignKeyConstraint(["principal"], ["actors.ref"], name="fk_tokens_principal"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
        sqlite_strict=True,
    )
    op.create_index("ix_tokens_account", "tokens", ["account"], unique=False)


def _posts() -> None:
    op.create_table(
        "data_keys",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("post_id", WORDS, nullable=False),
        sa.Column("wrapped_dek", BYTES),
        sa.Column("kek_id", WORDS, nullable=False),
        sa.Column("class", WORDS, nullable=False),
        sa.Column("created_at", WORDS, nullable=False),
        sa.Column("expires_at", WORDS),
        sa.Column("hold_count", NUMBER, server_default=sa.text("0"), nullable=False),
        sa.Column("destroyed_at", WORDS),
        sa.PrimaryKeyConstraint("id", name="pk_data_keys"),
        sqlite_strict=True,
    )
    op.create_index("ix_data_keys_post_id", "data_keys", ["post_id"], unique=False)
    op.create_table(
        "posts",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("platform", WORDS, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("author", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("operation", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("mac", WORDS, nullable=False),
        sa.Column("scope", WORDS, nullable=False),
        sa.Column("fingerprint", WORDS, nullable=False),
        sa.Column("decision_record", WORDS, nullable=False),
        sa.Column("key_id", WORDS, nullable=False),
        sa.Column("created_at", WORDS, nullable=False),
        sa.Column("replaces", WORDS),
        sa.Column("edit_of", WORDS),
        sa.Column("platform_id", WORDS),
        sa.Column("answer_nonce", BYTES),
        sa.Column("answer", BYTES),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_posts_open_twins",
        "posts",
        ["scope", "fingerprint"],
        unique=False,
        sqlite_where=sa.text("state IN ('intent', 'unknown')"),
        postgresql_where=sa.text("state IN ('intent', 'unknown')"),
    )


def _sending() -> None:
    op.create_table(
        "idempotency",
        sa.Column("scope", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("fingerprint", WORDS, nullable=False),
        sa.Column("post_id", WORDS, nullable=False),
        sa.Column("created_at", WORDS, nullable=False),
        sa.Column("expires_at", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_idempotency_post_id"),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_idempotency"),
        sqlite_strict=True,
    )
    op.create_table(
        "attempts",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("post_id", WORDS, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("owner", WORDS, nullable=False),
        sa.Column("lease_until", WORDS, nullable=False),
        sa.Column("intent_record", WORDS, nullable=False),
        sa.Column("result", WORDS),
        sa.Column("outcome_record", WORDS),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_attempts_post_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        sa.UniqueConstraint("post_id", "number", name="uq_attempts_post_id_number"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_attempts_open",
        "attempts",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("result IS NULL"),
        postgresql_where=sa.text("result IS NULL"),
    )


def _waiting() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("post_id", WORDS, nullable=False),
        sa.Column("queue", WORDS, nullable=False),
        sa.Column("stages", NUMBER, nullable=False),
        sa.Column("author", WORDS, nullable=False),
        sa.Column("mac", WORDS, nullable=False),
        sa.Column("due_at", WORDS, nullable=False),
        sa.Column("decision_record", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_reviews_post_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sqlite_strict=True,
    )
    op.create_index("ix_reviews_post_id", "reviews", ["post_id"], unique=False)
    op.create_table(
        "media",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("author", WORDS, nullable=False),
        sa.Column("mime", WORDS, nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("key_id", WORDS, nullable=False),
        sa.Column("image_nonce", BYTES, nullable=False),
        sa.Column("image", BYTES, nullable=False),
        sa.Column("texts_nonce", BYTES, nullable=False),
        sa.Column("texts", BYTES, nullable=False),
        sa.Column("decision_record", WORDS, nullable=False),
        sa.Column("created_at", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_media"),
        sqlite_strict=True,
    )


def _log() -> None:
    op.create_table(
        "audit_head",
        sa.Column("log_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("origin", WORDS, nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("chain_hash", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("log_id", name="pk_audit_head"),
        sa.UniqueConstraint("origin", name="uq_audit_head_origin"),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_records",
        sa.Column("log_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("leaf", BYTES, nullable=False),
        sa.Column("leaf_hash", BYTES, nullable=False),
        sa.Column("chain_hash", BYTES, nullable=False),
        sa.Column("code", WORDS, nullable=False),
        sa.Column("at", WORDS, nullable=False),
        sa.Column("actor_ref", WORDS, nullable=False),
        sa.Column("account", WORDS),
        sa.Column("platform", WORDS),
        sa.Column("decision", WORDS),
        sa.Column("post_id", WORDS),
        sa.Column("rules", WORDS),
        sa.Column("policy_digest", WORDS),
        sa.PrimaryKeyConstraint("log_id", "seq", name="pk_audit_records"),
        sa.UniqueConstraint("id", name="uq_audit_records_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_audit_records_at", "audit_records", ["at"], unique=False)
    op.create_index("ix_audit_records_post_id", "audit_records", ["post_id"], unique=False)
    op.create_table(
        "audit_content",
        sa.Column("record_id", WORDS, nullable=False),
        sa.Column("key_id", WORDS, nullable=False),
        sa.Column("nonce", BYTES, nullable=False),
        sa.Column("ciphertext", BYTES, nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["audit_records.id"], name="fk_audit_content_record_id"),
        sa.PrimaryKeyConstraint("record_id", name="pk_audit_content"),
        sqlite_strict=True,
    )


_APPEND_ONLY = ("audit_records", "audit_content")
_SQLITE_GUARDS = (
    *(
        f"""
        CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
        """
        for table in _APPEND_ONLY
        for action in ("UPDATE", "DELETE")
    ),
    """
    CREATE TRIGGER audit_records_no_replace BEFORE INSERT ON audit_records
    WHEN NEW.seq < (SELECT size FROM audit_head WHERE log_id = NEW.log_id)
        OR EXISTS (SELECT 1 FROM audit_records WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_content_no_replace BEFORE INSERT ON audit_content
    WHEN EXISTS (SELECT 1 FROM audit_content WHERE record_id = NEW.record_id)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_head_no_replace BEFORE INSERT ON audit_head
    WHEN EXISTS (SELECT 1 FROM audit_head WHERE log_id = NEW.log_id OR origin = NEW.origin)
    BEGIN SELECT RAISE(ABORT, 'the head of the audit log only grows'); END
    """,
    """
    CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the head of the audit log only grows'); END
    """,
    """
    CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head
    WHEN NEW.log_id <> OLD.log_id OR NEW.origin <> OLD.origin OR NEW.size < OLD.size
        OR (NEW.size = OLD.size AND NEW.chain_hash <> OLD.chain_hash)
    BEGIN SELECT RAISE(ABORT, 'the head of the audit log only grows'); END
    """,
)
_POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION postgate_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
    """,
    """
    CREATE FUNCTION postgate_head_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.log_id <> OLD.log_id OR NEW.origin <> OLD.origin OR NEW.size < OLD.size
            OR (NEW.size = OLD.size AND NEW.chain_hash <> OLD.chain_hash)
        THEN RAISE EXCEPTION 'the head of the audit log only grows'; END IF;
        RETURN NEW;
    END $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION postgate_append_only()
        """
        for table in _APPEND_ONLY
    ),
    """
    CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION postgate_append_only()
    """,
    """
    CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION postgate_head_grows()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION postgate_append_only()
        """
        for table in (*_APPEND_ONLY, "audit_head")
    ),
)
