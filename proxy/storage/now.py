"""
What time the database thinks it is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy import Engine


def database_now(engine: Engine) -> datetime:
    """Return the database's wall time in UTC; on SQLite that is this machine's. Blocks: call it in a thread."""
    with engine.connect() as connection:
        answer = connection.execute(sa.text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    moment = datetime.fromisoformat(answer) if isinstance(answer, str) else answer
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
