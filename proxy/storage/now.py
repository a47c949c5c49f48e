"""
What time the database thinks it is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def database_now(connection: Connection) -> datetime:
    """Return the database's wall time in UTC; on SQLite that is this machine's."""
    answer = connection.execute(sa.text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    moment = datetime.fromisoformat(answer) if isinstance(answer, str) else answer
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
