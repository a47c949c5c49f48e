"""
Brings a database to the newest revision; works from the installed package, without a configuration file of Alembic.

All revisions that are missing run in one transaction under a lock, so nodes that start at once wait for each other and
a revision that fails leaves nothing behind.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from proxy.core.errors import GateUnavailable
from proxy.storage.failures import name_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 0x706F737467617465
"""Number of the advisory lock on PostgreSQL, held until the end of the transaction; "postgate" in ASCII."""


def upgrade(engine: Engine, to: str = "head") -> str:
    """
    Run the revisions that the database does not have yet, up to one; return the revision it is at.

    Raises:
        GateUnavailable: the database does not answer, or a revision failed; nothing was changed.
    """
    script = ScriptDirectory(str(_SCRIPTS))
    try:
        with engine.begin() as connection:
            _lock(connection)
            return _run_missing(connection, script, to)
    except sa.exc.SQLAlchemyError as error:
        raise GateUnavailable(expected="a database that can be brought up to date", found=name_of(error)) from None


def _lock(connection: Connection) -> None:
    """Wait for other nodes; on SQLite the transaction itself is the lock (BEGIN IMMEDIATE)."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def _run_missing(connection: Connection, script: ScriptDirectory, to: str) -> str:
    context = MigrationContext.configure(connection)
    current = context.get_current_revision()
    missing = list(script.iterate_revisions(to, current or "base"))
    with Operations.context(context):
        for revision in reversed(missing):
            revision.module.upgrade()
            context.stamp(script, revision.revision)
    return missing[0].revision if missing else str(current)
