"""
What an error of a database means for the caller, without the values it carries.

Database errors quote keys and parameters. They are looked at here, and only a kind, a class name and a code go on;
whoever raises our own error from one says `from None`.
"""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError


class Failure(StrEnum):
    """What kind of thing went wrong."""

    ROW = "row"
    """These rows cannot be stored: a key that exists, a value of the wrong kind. Others can."""
    BUSY = "busy"
    """Somebody else held a lock for too long; nothing was kept, the store is fit."""
    STORE = "store"
    """The store itself is unfit: disk full, I/O error, connection lost, server away."""


_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_ROW = {sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_RANGE}
_POSTGRESQL_BUSY = {"55P03", "40001", "40P01", "57014"}
"""Lock not available, serialisation failure, deadlock, cancelled by a time limit."""
_POSTGRESQL_ROW = ("22", "23", "54", "P0")
"""Data exception, integrity violation, too long for an index, raised by a trigger."""


def failure_of(error: Exception) -> Failure:
    """Return what kind of failure an error is; what is not known to be about a row or a lock is the store's."""
    if isinstance(error, IntegrityError | OverflowError | UnicodeError):
        return Failure.ROW
    if not isinstance(error, DBAPIError) or error.connection_invalidated:
        return Failure.STORE
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_failure(error.orig)
    return _postgresql_failure(error)


def _sqlite_failure(error: sqlite3.Error) -> Failure:
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary in _SQLITE_BUSY:
        return Failure.BUSY
    return Failure.ROW if primary in _SQLITE_ROW else Failure.STORE


def _postgresql_failure(error: DBAPIError) -> Failure:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in _POSTGRESQL_BUSY:
        return Failure.BUSY
    refused_by_driver = not state and isinstance(error, DataError)
    return Failure.ROW if refused_by_driver or state.startswith(_POSTGRESQL_ROW) else Failure.STORE


def name_of(error: Exception) -> str:
    """Return class and code of a database error, never its text."""
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    name = type(original).__name__
    return f"{name} {code}" if code else name
