"""
The policy store: bundles, proposals, signatures, activations, and the triggers that want different people.

Nothing in these tables is ever changed or deleted, on both databases and for every program that opens the database. A
bundle comes into force by an activation, and a trigger lets none in without the signatures its proposal needs. What one
person does alone in an emergency ends within 24 hours.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import BYTES, NUMBER, WORDS

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = "____-__-__T__:__:__.______Z"
"""What a time looks like; another text would be a row that no node can read."""
TABLES = ("policy_bundles", "policy_proposals", "policy_signatures", "policy_activations", "policy_retirements")


def upgrade() -> None:
    """Create everything."""
    _bundles()
    _proposals()
    _activations()
    statements = _SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_GUARDS
    for statement in statements:
        op.execute(sa.text(statement))


def _bundles() -> None:
    op.create_table(
        "policy_bundles",
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("nonce", BYTES, nullable=False),
        sa.Column("package", BYTES, nullable=False),
        sa.Column("package_key", BYTES, nullable=False),
        sa.Column("kek_id", WORDS, nullable=False),
        sa.Column("stored_at", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_policy_bundles"),
        sa.CheckConstraint(f"stored_at LIKE '{_TIME}'", name="ck_policy_bundles_stored_at"),
        sqlite_strict=True,
    )


def _proposals() -> None:
    op.create_table(
        "policy_proposals",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("from_digest", WORDS),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("needed", NUMBER, nullable=False),
        sa.Column("opened_at", WORDS, nullable=False),
        sa.Column("expires_at", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["policy_bundles.digest"], name="fk_policy_proposals_digest"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_proposals"),
        sa.CheckConstraint("needed >= 2", name="ck_policy_proposals_needed"),
        sa.CheckConstraint("kind IN ('activation', 'rollback', 'emergency')", name="ck_policy_proposals_kind"),
        sa.CheckConstraint(f"opened_at LIKE '{_TIME}'", name="ck_policy_proposals_opened_at"),
        sa.CheckConstraint(f"expires_at LIKE '{_TIME}'", name="ck_policy_proposals_expires_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "policy_signatures",
        sa.Column("proposal", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("signed_at", WORDS, nullable=False),
        sa.Column("mac", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["policy_proposals.id"], name="fk_policy_signatures_proposal"),
        sa.ForeignKeyConstraint(["person"], ["actors.ref"], name="fk_policy_signatures_person"),
        sa.PrimaryKeyConstraint("proposal", "person", name="pk_policy_signatures"),
        sa.CheckConstraint(f"signed_at LIKE '{_TIME}'", name="ck_policy_signatures_signed_at"),
        sqlite_strict=True,
    )


def _activations() -> None:
    op.create_table(
        "policy_activations",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("proposal", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("activated_at", WORDS, nullable=False),
        sa.Column("until", WORDS),
        sa.ForeignKeyConstraint(["proposal"], ["policy_proposals.id"], name="fk_policy_activations_proposal"),
        sa.PrimaryKeyConstraint("number", name="pk_policy_activations"),
        sa.CheckConstraint(f"activated_at LIKE '{_TIME}'", name="ck_policy_activations_activated_at"),
        sa.CheckConstraint(f"until LIKE '{_TIME}'", name="ck_policy_activations_until"),
        sqlite_strict=True,
    )
    op.create_table(
        "policy_retirements",
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("retired_at", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["policy_bundles.digest"], name="fk_policy_retirements_digest"),
        sa.ForeignKeyConstraint(["person"], ["actors.ref"], name="fk_policy_retirements_person"),
        sa.PrimaryKeyConstraint("digest", name="pk_policy_retirements"),
        sa.CheckConstraint(f"retired_at LIKE '{_TIME}'", name="ck_policy_retirements_retired_at"),
        sqlite_strict=True,
    )


_KEYS = {
    "policy_bundles": "digest = NEW.digest",
    "policy_proposals": "id = NEW.id",
    "policy_signatures": "proposal = NEW.proposal AND person = NEW.person",
    "policy_activations": "number = NEW.number",
    "policy_retirements": "digest = NEW.digest",
}
_UNSIGNED = """
    (SELECT count(DISTINCT person) FROM policy_signatures WHERE proposal = NEW.proposal)
        < (SELECT CASE WHEN NEW.until IS NULL THEN needed ELSE 1 END FROM policy_proposals WHERE id = NEW.proposal)
    OR (NEW.until IS NULL AND (SELECT needed FROM policy_proposals WHERE id = NEW.proposal) > 2
        AND NOT EXISTS (SELECT 1 FROM policy_signatures WHERE proposal = NEW.proposal AND role = 'policy-hard'))
    OR NOT EXISTS (SELECT 1 FROM policy_proposals WHERE id = NEW.proposal AND digest = NEW.digest
        AND (NEW.until IS NULL OR kind = 'emergency')
        AND opened_at <= NEW.activated_at AND NEW.activated_at < expires_at)
    OR EXISTS (SELECT 1 FROM policy_activations
        WHERE proposal = NEW.proposal AND (until IS NULL) = (NEW.until IS NULL))
    OR EXISTS (SELECT 1 FROM policy_retirements WHERE digest = NEW.digest AND retired_at < NEW.activated_at)
    OR NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM policy_activations)
"""
"""What lets no activation in, in words that both databases know."""
_WANTED = "an activation of policies needs the signatures of different people"
_KEPT = "the policy store is append-only"

_SQLITE_GUARDS = (
    *(
        f"""
        CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}
        BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END
        """
        for table in TABLES
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
    f"""
    CREATE TRIGGER policy_activations_signed BEFORE INSERT ON policy_activations
    WHEN {_UNSIGNED}
        OR (NEW.until IS NOT NULL
            AND coalesce(julianday(NEW.until) - julianday(
                (SELECT opened_at FROM policy_proposals WHERE id = NEW.proposal)) NOT BETWEEN 0 AND 1.00001, TRUE))
    BEGIN SELECT RAISE(ABORT, '{_WANTED}'); END
    """,  # noqa: S608  nothing here comes from outside
)
_POSTGRESQL_GUARDS = (
    f"""
    CREATE FUNCTION postgate_policies_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_KEPT}'; END $$
    """,
    f"""
    CREATE FUNCTION postgate_policies_signed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_UNSIGNED}
            OR (NEW.until IS NOT NULL AND NOT
                (NEW.until::timestamptz - (SELECT opened_at FROM policy_proposals WHERE id = NEW.proposal)::timestamptz
                    BETWEEN interval '0' AND interval '24 hours'))
        THEN RAISE EXCEPTION '{_WANTED}'; END IF;
        RETURN NEW;
    END $$
    """,  # noqa: S608  nothing here comes from outside
    """
    CREATE TRIGGER policy_activations_signed BEFORE INSERT ON policy_activations
    FOR EACH ROW EXECUTE FUNCTION postgate_policies_signed()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION postgate_policies_kept()
        """
        for table in TABLES
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION postgate_policies_kept()
        """
        for table in TABLES
    ),
)
