"""
Exchange of the wrapping key: which keys there were, what is wrapped anew, and what nobody may wrap with any more.

Bundles of policies may be wrapped by another wrapping key; nothing else of them ever changes. The keys of posts,
credentials and names may be since 0005 and before.

A wrapping key is noted when the exchange begins, left when the first row is wrapped away from it, and retired when
nothing that lives is wrapped by it. From then on no row comes in that it wrapped: a node that still runs with it cannot
write what nobody could open later. All of this counts on both databases and for every program that opens the database.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import WORDS

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TIME = "____-__-__T__:__:__.______Z"
_KEPT = "the policy store is append-only"
_CHANGED = """
    NEW.digest <> OLD.digest OR NEW.nonce <> OLD.nonce OR NEW.package <> OLD.package OR NEW.stored_at <> OLD.stored_at
    OR NEW.package_key = OLD.package_key OR NEW.kek_id = OLD.kek_id
"""
"""What a row of `policy_bundles` may not become, in words that both databases know."""

_WRAPPED = {
    "data_keys": "wrapped_dek",
    "accounts": "credential_key",
    "actors": "name_key",
    "policy_bundles": "package_key",
}
"""Tables with the column that a wrapping key wrapped; what is destroyed has NULL there, or no bytes at all."""
_RETIRED = "this wrapping key is retired"
_FENCED = """
    length(NEW.{column}) > 0
    AND EXISTS (SELECT 1 FROM wrapping_keys w WHERE w.kek_id = NEW.kek_id AND w.retired_at IS NOT NULL)
"""
_NOTED = "a wrapping key is noted, left and retired once, and never while something that lives is wrapped by it"
_USED = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} WHERE kek_id = NEW.kek_id AND length({column}) > 0)"  # noqa: S608  constants
    for table, column in _WRAPPED.items()
)
_KEY_CHANGED = f"""
    NEW.kek_id <> OLD.kek_id OR NEW.noted_at <> OLD.noted_at OR OLD.retired_at IS NOT NULL
    OR (OLD.left_at IS NOT NULL AND (NEW.left_at IS NULL OR NEW.left_at <> OLD.left_at))
    OR (NEW.retired_at IS NOT NULL AND (NEW.left_at IS NULL OR {_USED}))
"""
"""What a row of `wrapping_keys` may not become."""

_SQLITE_GUARDS = (
    "DROP TRIGGER policy_bundles_no_update",
    # With another rowid, UPDATE OR REPLACE would take the place of another row.
    f"""
    CREATE TRIGGER policy_bundles_rewrapped BEFORE UPDATE ON policy_bundles
    WHEN NEW.rowid <> OLD.rowid OR {_CHANGED}
    BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END
    """,
    f"""
    CREATE TRIGGER wrapping_keys_noted BEFORE INSERT ON wrapping_keys
    WHEN NEW.retired_at IS NOT NULL OR EXISTS (SELECT 1 FROM wrapping_keys WHERE kek_id = NEW.kek_id)
    BEGIN SELECT RAISE(ABORT, '{_NOTED}'); END
    """,  # noqa: S608  constants
    f"""
    CREATE TRIGGER wrapping_keys_once BEFORE UPDATE ON wrapping_keys WHEN NEW.rowid <> OLD.rowid OR {_KEY_CHANGED}
    BEGIN SELECT RAISE(ABORT, '{_NOTED}'); END
    """,
    f"""
    CREATE TRIGGER wrapping_keys_no_delete BEFORE DELETE ON wrapping_keys
    BEGIN SELECT RAISE(ABORT, '{_NOTED}'); END
    """,
    *(
        f"""
        CREATE TRIGGER {table}_fenced_{action.lower()} BEFORE {action} ON {table}
        WHEN {_FENCED.format(column=column)}
        BEGIN SELECT RAISE(ABORT, '{_RETIRED}'); END
        """
        for table, column in _WRAPPED.items()
        for action in ("INSERT", "UPDATE")
    ),
)


def _function(name: str, condition: str, message: str, *, before: str = "") -> str:
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {before}
        IF {condition} THEN RAISE EXCEPTION '{message}'; END IF;
        RETURN NEW;
    END $$
    """


def _trigger(name: str, event: str, table: str, function: str) -> str:
    each = "STATEMENT" if event == "TRUNCATE" else "ROW"
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"


_ALONE = f"""
        IF NEW.retired_at IS NOT NULL THEN LOCK TABLE {", ".join(_WRAPPED)} IN SHARE MODE; END IF;
"""
"""Whoever retires a key waits for transactions that may have wrapped with it, and those that follow see it retired."""
_POSTGRESQL_GUARDS = (
    _function("postgate_bundle_rewrapped", _CHANGED, _KEPT),
    "DROP TRIGGER policy_bundles_kept ON policy_bundles",
    _trigger("policy_bundles_rewrapped", "UPDATE", "policy_bundles", "postgate_bundle_rewrapped"),
    _trigger("policy_bundles_kept", "DELETE", "policy_bundles", "postgate_policies_kept"),
    _function("postgate_wrapping_key_noted", "NEW.retired_at IS NOT NULL", _NOTED),
    _function("postgate_wrapping_key_once", _KEY_CHANGED, _NOTED, before=_ALONE),
    _function("postgate_wrapping_key_kept", "TRUE", _NOTED),
    _trigger("wrapping_keys_noted", "INSERT", "wrapping_keys", "postgate_wrapping_key_noted"),
    _trigger("wrapping_keys_once", "UPDATE", "wrapping_keys", "postgate_wrapping_key_once"),
    _trigger("wrapping_keys_no_delete", "DELETE", "wrapping_keys", "postgate_wrapping_key_kept"),
    _trigger("wrapping_keys_no_truncate", "TRUNCATE", "wrapping_keys", "postgate_wrapping_key_kept"),
    *(
        statement
        for table, column in _WRAPPED.items()
        for statement in (
            _function(f"postgate_{table}_fenced", _FENCED.format(column=column), _RETIRED),
            _trigger(f"{table}_fenced", "INSERT OR UPDATE", table, f"postgate_{table}_fenced"),
        )
    ),
)


def upgrade() -> None:
    """Add the table of wrapping keys, and the guards."""
    op.create_table(
        "wrapping_keys",
        sa.Column("kek_id", WORDS, nullable=False),
        sa.Column("noted_at", WORDS, nullable=False),
        sa.Column("left_at", WORDS),
        sa.Column("retired_at", WORDS),
        sa.PrimaryKeyConstraint("kek_id", name="pk_wrapping_keys"),
        sa.CheckConstraint(f"noted_at LIKE '{_TIME}'", name="ck_wrapping_keys_noted_at"),
        sa.CheckConstraint(f"left_at LIKE '{_TIME}'", name="ck_wrapping_keys_left_at"),
        sa.CheckConstraint(f"retired_at LIKE '{_TIME}'", name="ck_wrapping_keys_retired_at"),
        sqlite_strict=True,
    )
    statements = _SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_GUARDS
    for statement in statements:
        op.execute(sa.text(statement))
