"""
Database engines that keep what they acknowledge, and the checks that they do.

Two engines per process: `create_engine` for the one writer thread, `create_reader` for everything else. The reader
cannot write. A setting that could lose an acknowledged commit refuses to start (`check_durable`).

    SQLite      WAL, synchronous=FULL, foreign keys, secure_delete, every write transaction is BEGIN IMMEDIATE
    PostgreSQL  15 or newer, fsync, full_page_writes, synchronous_commit on or remote_apply, READ COMMITTED
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event

from proxy.core.errors import ConfigurationError, GateUnavailable, Localised, Problem
from proxy.storage.failures import name_of

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection

LOCK_SECONDS = 5
"""How long a statement waits for somebody else's lock."""
OLDEST_POSTGRESQL = 15
_POSTGRESQL_SETTINGS = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "remote_apply"},
}
_BY_KEY = ("-c enable_seqscan=off", "-c enable_hashjoin=off", "-c enable_mergejoin=off")
"""The writer finds rows by their keys: a plan made while a table was small would stay when the table has grown."""
_SQLITE_SETTINGS = {"journal_mode": {"wal"}, "synchronous": {"2"}, "foreign_keys": {"1"}, "secure_delete": {"1"}}


def create_engine(url: str) -> Engine:
    """Return an engine whose transactions are durable and, on SQLite, exclusive from their beginning."""
    address = _address(url)
    if address.get_backend_name() != "sqlite":
        return _new(address, isolation_level="READ COMMITTED", connect_args=_postgresql_arguments(read_only=False))
    engine = _new(address, connect_args={"timeout": LOCK_SECONDS, "isolation_level": None})
    event.listen(engine, "do_connect", _prepare_file)
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def create_reader(url: str) -> Engine:
    """Return an engine that only reads, without transactions: each statement sees the newest commit."""
    address = _address(url)
    if address.get_backend_name() != "sqlite":
        return _new(address, isolation_level="AUTOCOMMIT", connect_args=_postgresql_arguments(read_only=True))
    file = Path(address.database or "").absolute().as_uri()
    address = address.set(database=file, query={"mode": "ro", "uri": "true"})
    engine = _new(address, connect_args={"timeout": LOCK_SECONDS, "isolation_level": None}, pool_reset_on_return=None)
    event.listen(engine, "connect", _tune_sqlite_reader)
    return engine


def check_durable(engine: Engine) -> None:
    """
    Read back every setting that acknowledged commits depend on.

    Raises:
        ConfigurationError: a setting could lose acknowledged commits; all such settings are named.
        GateUnavailable: the database does not answer.
    """
    try:
        with engine.connect() as connection:
            problems = _sqlite_problems(connection) if engine.dialect.name == "sqlite" else _server_problems(connection)
    except sa.exc.SQLAlchemyError as error:
        raise GateUnavailable(expected="a database that answers", found=name_of(error)) from None
    if problems:
        raise ConfigurationError(tuple(problems))


def _address(url: str) -> URL:
    address = sa.make_url(url)
    if address.drivername == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    return address


def _new(address: URL, **options: Any) -> Engine:  # noqa: ANN401  they are SQLAlchemy's own
    return sa.create_engine(address, hide_parameters=True, **options)


def _prepare_file(_dialect: object, _record: object, arguments: list[str], _options: object) -> None:
    """Make the file readable by the gateway's user only; SQLite gives its side files the same rights."""
    if arguments[0] != ":memory:":
        file = Path(arguments[0])
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=True)


def _postgresql_arguments(*, read_only: bool) -> dict[str, object]:
    options = [
        f"-c lock_timeout={LOCK_SECONDS * 1000}",
        f"-c idle_in_transaction_session_timeout={LOCK_SECONDS * 2000}",
        f"-c default_transaction_read_only={'on' if read_only else 'off'}",
        *([] if read_only else _BY_KEY),
    ]
    return {"connect_timeout": LOCK_SECONDS, "options": " ".join(options), "application_name": "postgate"}


def _tune_sqlite(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for statement in (
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
        "PRAGMA recursive_triggers = ON",
        "PRAGMA cache_size = -65536",  # 64 MiB: the pages that every post touches stay in memory
        "PRAGMA wal_autocheckpoint = 8000",  # 32 MiB: a page written by many posts is copied back once
    ):
        cursor.execute(statement)
    cursor.close()


def _tune_sqlite_reader(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _sqlite_problems(connection: Connection) -> list[Problem]:
    return [
        _problem(name, found=found, expected=expected)
        for name, expected in _SQLITE_SETTINGS.items()
        if (found := str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())) not in expected
    ]


def _server_problems(connection: Connection) -> list[Problem]:
    version = int(str(connection.exec_driver_sql("SHOW server_version_num").scalar())) // 10_000
    problems = [
        _problem(name, found=found, expected=expected)
        for name, expected in _POSTGRESQL_SETTINGS.items()
        if (found := str(connection.exec_driver_sql(f"SHOW {name}").scalar())) not in expected
    ]
    if version < OLDEST_POSTGRESQL:
        problems.append(_problem("server_version", found=str(version), expected={f">= {OLDEST_POSTGRESQL}"}))
    return problems


def _problem(name: str, *, found: str, expected: set[str]) -> Problem:
    wanted = " / ".join(sorted(expected))
    return Problem(
        file="database",
        line=0,
        column=0,
        code="database-not-durable",
        message=Localised(
            de=f"Die Einstellung {name} ist {found}, erwartet {wanted}: bestätigte Einträge könnten verloren gehen.",
            en=f"The setting {name} is {found}, expected {wanted}: acknowledged records could be lost.",
        ),
        remedy=Localised(
            de="Die Datenbank so einstellen, dass jedes COMMIT dauerhaft ist (SQLite: eine Datei auf lokaler Platte).",
            en="Configure the database so that every COMMIT is durable (SQLite: a file on a local disk).",
        ),
    )
