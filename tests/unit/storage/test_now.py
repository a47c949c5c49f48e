"""What time the database thinks it is."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.observability.system import SystemClock
from proxy.storage.now import database_now

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


def test_the_time_of_the_database_is_utc(engine: Engine) -> None:
    """On this machine both clocks are the same one, whatever time zone the session has."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET TIME ZONE 'Asia/Kathmandu'"))
        moment = database_now(connection)

    assert moment.tzinfo is UTC
    assert abs(moment - SystemClock().now()) < timedelta(seconds=5)
