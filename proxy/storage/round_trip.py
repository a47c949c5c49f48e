"""
Many statements in one round trip, on the driver itself: the server works on one while the next is being sent.

SQLite has no server and runs each statement at once. PostgreSQL's protocol calls it pipeline mode: what a statement
changed is known when the trip is over, and an error of any of them is raised at its end. Errors are those that
SQLAlchemy would raise.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, cast

import psycopg
import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

Driver = sqlite3.Connection | psycopg.Connection


@contextmanager
def one_round_trip(connection: Connection) -> Iterator[None]:
    """
    Send statements (`Prepared.send`) without waiting for each; wait for all of them at the end.

    They belong to the transaction of the connection; one is begun when there is none.

    Raises:
        DBAPIError: a statement failed; those after it did not run, and the transaction is to be rolled back.
    """
    if not connection.in_transaction():
        connection.begin()
    driver = driver_of(connection)
    try:
        with driver.pipeline() if isinstance(driver, psycopg.Connection) else nullcontext():
            yield
    except (sqlite3.Error, psycopg.Error) as error:
        raise _as_of_sqlalchemy(error, connection) from None


def driver_of(connection: Connection) -> Driver:
    """Return the driver's own connection."""
    return cast("Driver", connection.connection.driver_connection)


def _as_of_sqlalchemy(error: sqlite3.Error | psycopg.Error, connection: Connection) -> BaseException:
    driver = driver_of(connection)
    base = psycopg.Error if isinstance(error, psycopg.Error) else sqlite3.Error
    gone = isinstance(driver, psycopg.Connection) and (driver.closed or driver.broken)
    return sa.exc.DBAPIError.instance(
        None, None, error, base, hide_parameters=True, connection_invalidated=gone, dialect=connection.dialect
    )
