"""
Several logs, of which one is open: the head of a closed one is never changed again, and no second one is open.

Orders may ask for it. On SQLite no condition of a table can be changed, so orders and what names them are made anew,
with the same rows, triggers and indexes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import WORDS

revision = "0011"
down_revision = "0013"
branch_labels = None
depends_on = None

_TIME = "____-__-__T__:__:__.______Z"
_CLOSED = "a closed audit log stays as it is"
_ONE = "one audit log is open at a time"
_NOT_ALONE = "EXISTS (SELECT 1 FROM audit_head WHERE closed_at IS NULL OR log_id >= NEW.log_id)"
_KINDS = "kind IN ('erase', 'hold', 'release', 'case', 'rotate', 'restore')"
_ORDERS = ("audit_orders", "audit_order_posts", "audit_confirmations")
"""Those that are named first."""

_SQLITE = (
    f"""
    CREATE TRIGGER audit_head_closed BEFORE UPDATE ON audit_head WHEN OLD.closed_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, '{_CLOSED}'); END
    """,
    f"""
    CREATE TRIGGER audit_head_one_open BEFORE INSERT ON audit_head WHEN {_NOT_ALONE}
    BEGIN SELECT RAISE(ABORT, '{_ONE}'); END
    """,
)
_POSTGRESQL = (
    f"""
    CREATE FUNCTION postgate_log_closed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_CLOSED}'; END $$
    """,
    """
    CREATE TRIGGER audit_head_closed BEFORE UPDATE ON audit_head
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION postgate_log_closed()
    """,
    f"""
    CREATE FUNCTION postgate_one_log_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_NOT_ALONE} THEN RAISE EXCEPTION '{_ONE}'; END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_head_one_open BEFORE INSERT ON audit_head
    FOR EACH ROW EXECUTE FUNCTION postgate_one_log_open()
    """,
)


def upgrade() -> None:
    """Add a column and its guards, and let orders be of two more kinds."""
    check = f"CHECK (closed_at LIKE '{_TIME}')"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            sa.text(f"ALTER TABLE audit_head ADD COLUMN closed_at TEXT CONSTRAINT ck_audit_head_closed_at {check}")
        )
        _make_orders_anew()
    else:
        op.add_column("audit_head", sa.Column("closed_at", WORDS))
        op.create_check_constraint("ck_audit_head_closed_at", "audit_head", sa.text(f"closed_at LIKE '{_TIME}'"))
        op.drop_constraint("ck_audit_orders_kind", "audit_orders", type_="check")
        op.create_check_constraint("ck_audit_orders_kind", "audit_orders", sa.text(_KINDS))
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(sa.text(statement))


def _make_orders_anew() -> None:
    # Renaming a table would make SQLite look at every trigger that names it; dropping one does not.
    connection = op.get_bind()
    made = {table: _statements(connection, table) for table in _ORDERS}
    for table in reversed(_ORDERS):
        connection.exec_driver_sql(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM main.{table}")  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE main.{table}")
    for table in _ORDERS:
        first, *others = made[table]
        connection.exec_driver_sql(first.replace("'case')", "'case', 'rotate', 'restore')"))
        connection.exec_driver_sql(f"INSERT INTO main.{table} SELECT * FROM temp.kept_{table}")  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE temp.kept_{table}")
        for statement in others:
            connection.exec_driver_sql(statement)


def _statements(connection: sa.Connection, table: str) -> list[str]:
    """Return what made a table, and then its indexes and triggers."""
    query = "SELECT sql FROM main.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type <> 'table', name"
    return list(connection.exec_driver_sql(query, (table,)).scalars())
