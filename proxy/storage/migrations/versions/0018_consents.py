"""
The register of consents: customers who may be named, added by one person and approved by another.

Rows are never changed and never deleted, so that what was decided by a consent can be decided again. The database
itself refuses an approval by whoever added the consent, after its time, or of one that was revoked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TIME = "____-__-__T__:__:__.______Z"
_KEPT = "consents are never changed"
_ALONE = "a consent needs two different people, in time"
_UNFIT = """NOT EXISTS (
        SELECT 1 FROM consents c WHERE c.id = NEW.consent_id AND c.person <> NEW.person
        AND c.added_at <= NEW.at AND NEW.at < c.expires_at
    ) OR EXISTS (SELECT 1 FROM consent_revocations r WHERE r.consent_id = NEW.consent_id)"""
_TABLES = ("consents", "consent_names", "consent_approvals", "consent_revocations")


def _times(table: str, *columns: str) -> tuple[sa.CheckConstraint, ...]:
    return tuple(sa.CheckConstraint(f"{name} LIKE '{_TIME}'", name=f"ck_{table}_{name}") for name in columns)


def upgrade() -> None:
    """Create the tables and their guards."""
    _add_consents()
    _add_names()
    _add_approvals()
    _add_revocations()
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql():
        op.execute(sa.text(statement))


def _add_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("evidence", WORDS, nullable=False),
        sa.Column("owner", WORDS, nullable=False),
        sa.Column("topics", WORDS, nullable=False),
        sa.Column("platforms", WORDS, nullable=False),
        sa.Column("since", WORDS, nullable=False),
        sa.Column("until", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("added_at", WORDS, nullable=False),
        sa.Column("expires_at", WORDS, nullable=False),
        sa.Column("mac", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(["person"], ["actors.ref"], name="fk_consents_person"),
        *_times("consents", "since", "until", "added_at", "expires_at"),
        sqlite_strict=True,
    )


def _add_names() -> None:
    op.create_table(
        "consent_names",
        sa.Column("consent_id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("consent_id", "name", name="pk_consent_names"),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name="fk_consent_names_consent_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_consent_names_name", "consent_names", ["name"], unique=False)


def _add_approvals() -> None:
    op.create_table(
        "consent_approvals",
        sa.Column("consent_id", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("at", WORDS, nullable=False),
        sa.Column("mac", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("consent_id", name="pk_consent_approvals"),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name="fk_consent_approvals_consent_id"),
        sa.ForeignKeyConstraint(["person"], ["actors.ref"], name="fk_consent_approvals_person"),
        *_times("consent_approvals", "at"),
        sqlite_strict=True,
    )


def _add_revocations() -> None:
    op.create_table(
        "consent_revocations",
        sa.Column("consent_id", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("at", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("consent_id", name="pk_consent_revocations"),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name="fk_consent_revocations_consent_id"),
        sa.ForeignKeyConstraint(["person"], ["actors.ref"], name="fk_consent_revocations_person"),
        sa.CheckConstraint("reason IN ('withdrawn', 'ended', 'mistake')", name="ck_consent_revocations_reason"),
        *_times("consent_revocations", "at"),
        sqlite_strict=True,
    )


def _sqlite() -> Iterator[str]:
    for table in _TABLES:
        for action in ("UPDATE", "DELETE"):
            trigger = f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}"
            yield f"{trigger} BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"
    trigger = "CREATE TRIGGER consent_approvals_second BEFORE INSERT ON consent_approvals"
    yield f"{trigger} WHEN {_UNFIT} BEGIN SELECT RAISE(ABORT, '{_ALONE}'); END"


def _postgresql() -> Iterator[str]:
    yield _function("postgate_consents_kept", f"RAISE EXCEPTION '{_KEPT}';")
    yield _function("postgate_consent_second", f"IF {_UNFIT} THEN RAISE EXCEPTION '{_ALONE}'; END IF; RETURN NEW;")
    for table in _TABLES:
        for name, actions, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            trigger = f"CREATE TRIGGER {table}_no_{name} BEFORE {actions} ON {table} FOR EACH {each}"
            yield f"{trigger} EXECUTE FUNCTION postgate_consents_kept()"
    trigger = "CREATE TRIGGER consent_approvals_second BEFORE INSERT ON consent_approvals FOR EACH ROW"
    yield f"{trigger} EXECUTE FUNCTION postgate_consent_second()"


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
