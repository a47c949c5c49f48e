from __future__ import annotations

import sqlite3

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from proxy.storage.failures import Failure, failure_of, name_of


def _sqlite(code: int, name: str) -> DBAPIError:
    error = sqlite3.OperationalError("canary")
    error.sqlite_errorcode = code
    error.sqlite_errorname = name
    return OperationalError("statement", {"a": "canary"}, error)


def _postgresql(kind: type[psycopg.Error]) -> DBAPIError:
    return DBAPIError("statement", {"a": "canary"}, kind("canary"))


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (IntegrityError("statement", None, sqlite3.IntegrityError("x")), Failure.ROW),
        (_sqlite(sqlite3.SQLITE_FULL, "SQLITE_FULL"), Failure.STORE),
        (_sqlite(sqlite3.SQLITE_IOERR | (4 << 8), "SQLITE_IOERR_FSYNC"), Failure.STORE),
        (_sqlite(sqlite3.SQLITE_BUSY, "SQLITE_BUSY"), Failure.BUSY),
        (_sqlite(sqlite3.SQLITE_TOOBIG, "SQLITE_TOOBIG"), Failure.ROW),
        (_postgresql(psycopg.errors.DiskFull), Failure.STORE),
        (_postgresql(psycopg.errors.LockNotAvailable), Failure.BUSY),
        (_postgresql(psycopg.errors.SerializationFailure), Failure.BUSY),
        (_postgresql(psycopg.errors.NumericValueOutOfRange), Failure.ROW),
        (_postgresql(psycopg.errors.RaiseException), Failure.ROW),
        (_postgresql(psycopg.errors.ProgramLimitExceeded), Failure.ROW),
        (_postgresql(psycopg.OperationalError), Failure.STORE),
        (OverflowError("too large"), Failure.ROW),
        (sa.exc.NoResultFound("no head"), Failure.STORE),
    ],
)
def test_what_a_failure_means(error: Exception, failure: Failure) -> None:
    """Rows, locks and the store itself are told apart; what is unknown is the store's."""
    assert failure_of(error) is failure


def test_a_lost_connection_is_the_stores() -> None:
    """Whatever its code says."""
    error = DBAPIError("statement", None, psycopg.errors.LockNotAvailable("x"), connection_invalidated=True)

    assert failure_of(error) is Failure.STORE


def test_a_name_has_class_and_code_only() -> None:
    """The text of a database error quotes values."""
    assert name_of(_sqlite(sqlite3.SQLITE_FULL, "SQLITE_FULL")) == "OperationalError SQLITE_FULL"
    assert name_of(_postgresql(psycopg.errors.UniqueViolation)) == "UniqueViolation 23505"
    assert name_of(OverflowError("canary")) == "OverflowError"
