"""
Orders of two people, and what they allow: keys of contents are destroyed, or kept from being destroyed.

An order is opened by one person and confirmed by another one; neither is ever changed or deleted. The key of a content
is destroyed only when its time is over or a confirmed order says so, and never while a confirmed hold covers it. A
content goes only after its key, a name only by an order. That counts on both databases and for every program that
opens the database.

A hold without a release covers a key when the record of its post's decision fits everything that the hold names.
`hold_count` of the first tables is gone: a hold that also covers posts yet to come cannot be counted in advance.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import WORDS

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = "____-__-__T__:__:__.______Z"
_LIVE = sa.text("wrapped_dek IS NOT NULL")


def upgrade() -> None:
    """Add tables, columns and guards."""
    _orders()
    op.drop_column("data_keys", "hold_count")
    _adopt()
    op.create_index(
        "ix_data_keys_expiring",
        "data_keys",
        ["expires_at"],
        unique=False,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_index("ix_media_key_id", "media", ["key_id"], unique=False)
    op.add_column("actors", sa.Column("destroyed_at", WORDS))
    statements = _SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_GUARDS
    for statement in statements:
        op.execute(sa.text(statement))


def _adopt() -> None:
    """Give the keys that were kept without an end the one that their class has."""
    for retention, days in (("blocked-30d", 30), ("published-3y", 1096)):
        end = (
            f"strftime('%Y-%m-%dT%H:%M:%S', created_at, '+{days} days') || '.000000Z'"
            if op.get_bind().dialect.name == "sqlite"
            else f"""to_char((created_at::timestamptz AT TIME ZONE 'UTC') + interval '{days} days',
                'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        )
        op.execute(
            sa.text(
                f"UPDATE data_keys SET expires_at = {end} WHERE expires_at IS NULL AND class = '{retention}'"  # noqa: S608
            )
        )


def _orders() -> None:
    op.create_table(
        "audit_orders",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("case_number", WORDS, nullable=False),
        sa.Column("basis", WORDS, nullable=False),
        sa.Column("actor", WORDS),
        sa.Column("account", WORDS),
        sa.Column("since", WORDS),
        sa.Column("until", WORDS),
        sa.Column("hold", WORDS),
        sa.Column("opened_by", WORDS, nullable=False),
        sa.Column("opened_role", WORDS, nullable=False),
        sa.Column("opened_at", WORDS, nullable=False),
        sa.Column("expires_at", WORDS, nullable=False),
        sa.Column("mac", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["actors.ref"], name="fk_audit_orders_opened_by"),
        sa.ForeignKeyConstraint(["hold"], ["audit_orders.id"], name="fk_audit_orders_hold"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_orders"),
        sa.CheckConstraint("kind IN ('erase', 'hold', 'release', 'case')", name="ck_audit_orders_kind"),
        sa.CheckConstraint("(kind = 'release') = (hold IS NOT NULL)", name="ck_audit_orders_hold"),
        sa.CheckConstraint(f"opened_at LIKE '{_TIME}'", name="ck_audit_orders_opened_at"),
        sa.CheckConstraint(f"expires_at LIKE '{_TIME}'", name="ck_audit_orders_expires_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_order_posts",
        sa.Column("order_id", WORDS, nullable=False),
        sa.Column("post_id", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["audit_orders.id"], name="fk_audit_order_posts_order_id"),
        sa.PrimaryKeyConstraint("order_id", "post_id", name="pk_audit_order_posts"),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_confirmations",
        sa.Column("order_id", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("confirmed_at", WORDS, nullable=False),
        sa.Column("mac", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["audit_orders.id"], name="fk_audit_confirmations_order_id"),
        sa.ForeignKeyConstraint(["person"], ["actors.ref"], name="fk_audit_confirmations_person"),
        sa.PrimaryKeyConstraint("order_id", name="pk_audit_confirmations"),
        sa.CheckConstraint(f"confirmed_at LIKE '{_TIME}'", name="ck_audit_confirmations_confirmed_at"),
        sqlite_strict=True,
    )


_KEYS = {
    "audit_orders": "id = NEW.id",
    "audit_order_posts": "order_id = NEW.order_id AND post_id = NEW.post_id",
    "audit_confirmations": "order_id = NEW.order_id",
}
_KEPT = "orders are never changed"
_LATE = "the posts of an order are named when it is opened"
_ALONE = "an order needs two different people"
_UNDUE = "a key is destroyed when its time is over or two people ordered it, and never while it is on hold"
_FIRST = "a content goes after its key"
_NAMED = "a name is erased when two people ordered it"

_CONFIRMED_ALREADY = "EXISTS (SELECT 1 FROM audit_confirmations WHERE order_id = NEW.order_id)"
_UNFIT = """
    NOT EXISTS (SELECT 1 FROM audit_orders WHERE id = NEW.order_id AND opened_by <> NEW.person
        AND opened_at <= NEW.confirmed_at AND NEW.confirmed_at < expires_at)
    OR EXISTS (SELECT 1 FROM audit_orders o JOIN audit_orders other ON other.hold = o.hold
        JOIN audit_confirmations c ON c.order_id = other.id
        WHERE o.id = NEW.order_id AND o.kind = 'release')
    OR EXISTS (SELECT 1 FROM audit_orders o WHERE o.id = NEW.order_id AND o.kind = 'release'
        AND NOT EXISTS (SELECT 1 FROM audit_orders h JOIN audit_confirmations c ON c.order_id = h.id
            WHERE h.id = o.hold AND h.kind = 'hold'))
"""
"""What lets no confirmation in, in words that both databases know."""
_ORDERED = """
    EXISTS (SELECT 1 FROM audit_orders o JOIN audit_confirmations c ON c.order_id = o.id
        WHERE o.kind = 'erase' AND (
            EXISTS (SELECT 1 FROM audit_order_posts p WHERE p.order_id = o.id AND p.post_id = OLD.post_id)
            OR EXISTS (SELECT 1 FROM audit_records r
                WHERE r.post_id = OLD.post_id AND r.code = 'PG-101' AND r.actor_ref = o.actor)))
"""
_HELD = """
    EXISTS (SELECT 1 FROM audit_orders h JOIN audit_confirmations c ON c.order_id = h.id
        JOIN audit_records r ON r.post_id = OLD.post_id AND r.code = 'PG-101'
        WHERE h.kind = 'hold'
        AND (h.actor IS NULL OR h.actor = r.actor_ref)
        AND (h.account IS NULL OR h.account = r.account)
        AND (h.since IS NULL OR h.since <= r.at) AND (h.until IS NULL OR r.at < h.until)
        AND (NOT EXISTS (SELECT 1 FROM audit_order_posts p WHERE p.order_id = h.id)
            OR EXISTS (SELECT 1 FROM audit_order_posts p WHERE p.order_id = h.id AND p.post_id = OLD.post_id))
        AND NOT EXISTS (SELECT 1 FROM audit_orders x JOIN audit_confirmations y ON y.order_id = x.id
            WHERE x.kind = 'release' AND x.hold = h.id))
"""
_KEY_CHANGED = f"""
    NEW.id <> OLD.id OR NEW.post_id <> OLD.post_id OR NEW.created_at <> OLD.created_at
    OR OLD.wrapped_dek IS NULL
    OR (NEW.wrapped_dek IS NOT NULL AND NEW.destroyed_at IS NOT NULL)
    OR (NEW.wrapped_dek IS NULL AND (
        NEW.destroyed_at IS NULL
        OR NOT ((OLD.expires_at IS NOT NULL AND OLD.expires_at <= NEW.destroyed_at) OR {_ORDERED})
        OR {_HELD}))
"""
"""What a row of `data_keys` may not become: re-wrapping and another end of its time are allowed."""
_KEY_LIVES = "NOT EXISTS (SELECT 1 FROM data_keys WHERE id = OLD.key_id AND wrapped_dek IS NULL)"
_ACTOR_CHANGED = """
    NEW.ref <> OLD.ref OR NEW.kind <> OLD.kind OR NEW.created_at <> OLD.created_at OR OLD.destroyed_at IS NOT NULL
    OR (NEW.destroyed_at IS NULL AND NEW.name_digest <> OLD.name_digest)
    OR (NEW.destroyed_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM audit_orders o JOIN audit_confirmations c ON c.order_id = o.id
        WHERE o.kind = 'erase' AND o.actor = OLD.ref))
"""
_MOVED = "NEW.rowid <> OLD.rowid"
"""On SQLite a row that takes the place of another one by `UPDATE OR REPLACE` deletes it, and asks no trigger."""

_SQLITE_GUARDS = (
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
    f"""
    CREATE TRIGGER audit_order_posts_in_time BEFORE INSERT ON audit_order_posts WHEN {_CONFIRMED_ALREADY}
    BEGIN SELECT RAISE(ABORT, '{_LATE}'); END
    """,
    f"""
    CREATE TRIGGER audit_confirmations_by_another BEFORE INSERT ON audit_confirmations WHEN {_UNFIT}
    BEGIN SELECT RAISE(ABORT, '{_ALONE}'); END
    """,
    f"""
    CREATE TRIGGER data_keys_due BEFORE UPDATE ON data_keys WHEN {_MOVED} OR {_KEY_CHANGED}
    BEGIN SELECT RAISE(ABORT, '{_UNDUE}'); END
    """,
    f"""
    CREATE TRIGGER data_keys_no_delete BEFORE DELETE ON data_keys
    BEGIN SELECT RAISE(ABORT, '{_UNDUE}'); END
    """,
    f"""
    CREATE TRIGGER data_keys_no_replace BEFORE INSERT ON data_keys
    WHEN EXISTS (SELECT 1 FROM data_keys WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, '{_UNDUE}'); END
    """,  # noqa: S608  nothing here comes from outside
    "DROP TRIGGER audit_content_no_delete",
    f"""
    CREATE TRIGGER audit_content_no_delete BEFORE DELETE ON audit_content WHEN {_KEY_LIVES}
    BEGIN SELECT RAISE(ABORT, '{_FIRST}'); END
    """,
    f"""
    CREATE TRIGGER actors_named BEFORE UPDATE ON actors WHEN {_MOVED} OR {_ACTOR_CHANGED}
    BEGIN SELECT RAISE(ABORT, '{_NAMED}'); END
    """,
    f"""
    CREATE TRIGGER actors_no_delete BEFORE DELETE ON actors
    BEGIN SELECT RAISE(ABORT, '{_NAMED}'); END
    """,
)


def _function(name: str, condition: str, message: str, *, result: str = "NEW") -> str:
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN RAISE EXCEPTION '{message}'; END IF;
        RETURN {result};
    END $$
    """


def _trigger(name: str, event: str, table: str, function: str) -> str:
    each = "STATEMENT" if event == "TRUNCATE" else "ROW"
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"


_POSTGRESQL_GUARDS = (
    _function("postgate_orders_kept", "TRUE", _KEPT),
    _function("postgate_order_posts_in_time", _CONFIRMED_ALREADY, _LATE),
    _function("postgate_confirmed_by_another", _UNFIT, _ALONE),
    _function("postgate_key_due", _KEY_CHANGED, _UNDUE),
    _function("postgate_key_kept", "TRUE", _UNDUE),
    _function("postgate_content_after_key", _KEY_LIVES, _FIRST, result="OLD"),
    _function("postgate_actor_named", _ACTOR_CHANGED, _NAMED),
    _function("postgate_actor_kept", "TRUE", _NAMED),
    *(_trigger(f"{table}_kept", "UPDATE OR DELETE", table, "postgate_orders_kept") for table in _KEYS),
    *(_trigger(f"{table}_no_truncate", "TRUNCATE", table, "postgate_orders_kept") for table in _KEYS),
    _trigger("audit_order_posts_in_time", "INSERT", "audit_order_posts", "postgate_order_posts_in_time"),
    _trigger("audit_confirmations_by_another", "INSERT", "audit_confirmations", "postgate_confirmed_by_another"),
    _trigger("data_keys_due", "UPDATE", "data_keys", "postgate_key_due"),
    _trigger("data_keys_no_delete", "DELETE", "data_keys", "postgate_key_kept"),
    _trigger("data_keys_no_truncate", "TRUNCATE", "data_keys", "postgate_key_kept"),
    "DROP TRIGGER audit_content_append_only ON audit_content",
    _trigger("audit_content_append_only", "UPDATE", "audit_content", "postgate_append_only"),
    _trigger("audit_content_after_key", "DELETE", "audit_content", "postgate_content_after_key"),
    _trigger("actors_named", "UPDATE", "actors", "postgate_actor_named"),
    _trigger("actors_no_delete", "DELETE", "actors", "postgate_actor_kept"),
)
