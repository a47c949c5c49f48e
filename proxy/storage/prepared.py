"""
Statements that are compiled once, so that a row costs what the driver costs.

Rows hold plain values: times as text, states as text. What SQLAlchemy would do for each row is done once here. Rows of
a plain INSERT go to the database together:

    SQLite       VALUES (...), (...): its driver gives Python's lock away twice for each statement
    PostgreSQL   an array for each column: one message, one plan, whatever the number of rows

On PostgreSQL an UPDATE goes the same way when its changes are counted: a row that another one of the same batch would
have to see first is a change too few. So does an INSERT under a condition when no row of the batch is one that the
condition of another would look at. Everything else is carried out for one row after the other, so that a row sees the
one before.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Callable
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy.sql.dml import Insert, Update

from proxy.storage.round_trip import driver_of, one_round_trip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import psycopg
    import sqlalchemy as sa
    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.sql.compiler import SQLCompiler as Compiled
    from sqlalchemy.sql.dml import UpdateBase

Row = dict[str, Any]
Changed = Callable[[], int]
"""How many rows a statement changed, once it is known."""

_MOST_ROWS = 32
"""Rows of one INSERT; far below SQLite's limit of bound values."""
_VALUES = re.compile(r"(INSERT INTO \w+ \([^()]+\)) VALUES \(.+?\)(| ON CONFLICT DO NOTHING)")
_CONDITION = re.compile(r"((?:UPDATE|INSERT INTO \w+ \([^()]+\) SELECT) .+?) (WHERE .+)")
_BOUND = re.compile(r"%\((\w+)\)s(::\w+(?: COLLATE \"C\")?)?")


class Query:
    """A query of one row, compiled once."""

    def __init__(self, query: sa.Select[Any], dialect: Dialect) -> None:
        """Compile."""
        compiled = query.compile(dialect=dialect)
        self._sql = str(compiled)
        self._values = tuple(compiled.params[name] for name in compiled.positiontup or []) or compiled.params

    def one(self, connection: Connection) -> sa.Row[Any]:
        """
        Return the row.

        Raises:
            NoResultFound: there is none.
        """
        return connection.exec_driver_sql(self._sql, self._values).one()


class Prepared:
    """A statement, compiled for rows of one shape."""

    def __init__(
        self,
        statement: UpdateBase,
        dialect: Dialect,
        names: Iterable[str],
        *,
        counted: bool = False,
        apart: tuple[str, ...] = (),
    ) -> None:
        """
        Compile for rows with exactly these names.

        Args:
            statement: what is run for each row.
            dialect: of the database.
            names: of a row's values.
            counted: each row changes one of its own, and whoever sends fewer changes than rows takes all of them back.
            apart: of an INSERT under a condition: it looks only at rows that are equal in these columns.
        """
        known = set(names)
        plain_insert = isinstance(statement, Insert) and statement.select is None
        compiled = statement.compile(dialect=dialect, column_keys=sorted(known) if plain_insert else None)
        self._sql = " ".join(str(compiled).split())
        self._values = _values_of(compiled.positiontup or [])
        self._constants = {name: value for name, value in compiled.params.items() if name not in known}
        self._group = f"({', '.join('?' * len(compiled.positiontup or []))})"
        self._several = plain_insert and self._sql.count(f"VALUES {self._group}") == 1
        self._apart = _values_of(apart)
        together = plain_insert or (counted and isinstance(statement, Update)) or bool(apart)
        self._arrays = _with_arrays(self._sql, compiled) if together and not compiled.positional else None

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Run the statement for each row; return how many rows of the table it changed."""
        with one_round_trip(connection):
            changed = self.send(connection, rows)
        return changed()

    def send(self, connection: Connection, rows: Sequence[Row]) -> Changed:
        """Send the statement for each row inside `one_round_trip`; ask how many rows it changed when that is over."""
        if self._constants:
            rows = [self._constants | row for row in rows]
        driver = driver_of(connection)
        return self._send_lite(driver, rows) if isinstance(driver, sqlite3.Connection) else self._send(driver, rows)

    def _send_lite(self, driver: sqlite3.Connection, rows: Sequence[Row]) -> Changed:
        values = [self._values(row) for row in rows]
        if self._several:
            changed = sum(self._insert_several(driver, chunk) for chunk in _chunks(values))
        else:
            changed = driver.executemany(self._sql, values).rowcount
        return lambda: changed

    def _insert_several(self, driver: sqlite3.Connection, chunk: Sequence[tuple[Any, ...]]) -> int:
        sql = self._sql.replace(self._group, ", ".join([self._group] * len(chunk)), 1)
        return driver.execute(sql, tuple(itertools.chain.from_iterable(chunk))).rowcount

    def _send(self, driver: psycopg.Connection, rows: Sequence[Row]) -> Changed:
        cursor = driver.cursor()
        if self._arrays is None or len(rows) == 1 or self._see_each_other(rows):
            cursor.executemany(self._sql, rows)
        else:
            cursor.execute(self._arrays, {name: [row[name] for row in rows] for name in rows[0]}, prepare=True)
        return lambda: cursor.rowcount

    def _see_each_other(self, rows: Sequence[Row]) -> bool:
        """Return whether the condition of one row would look at another of them."""
        seen = [self._apart(row) for row in rows]
        return () not in seen and len(set(seen)) < len(seen)


def _values_of(names: Sequence[str]) -> Callable[[Row], tuple[Any, ...]]:
    """Return what takes a row's values in this order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple(row[name] for name in names)


def _chunks(values: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield the rows in powers of two, so that a few prepared statements serve every number of rows."""
    start = 0
    while start < len(values):
        size = min(_MOST_ROWS, 1 << ((len(values) - start).bit_length() - 1))
        yield values[start : start + size]
        start += size


def _with_arrays(sql: str, compiled: Compiled) -> str | None:
    """Return a statement for PostgreSQL as one of arrays; None for an INSERT that does more when a row is there."""
    names = list(dict.fromkeys(name for name, _ in _BOUND.findall(sql)))
    kinds = [compiled.binds[name].type.compile(compiled.dialect).partition(" ")[0] for name in names]
    arrays = ", ".join(f"%({name})b::{kind}[]" for name, kind in zip(names, kinds, strict=True))  # b: in binary
    if inserted := _VALUES.fullmatch(sql):
        return f"{inserted[1]} SELECT * FROM unnest({arrays}){inserted[2]}"  # noqa: S608  names of tables.py only
    if conditional := _CONDITION.fullmatch(sql):
        change, condition = (_BOUND.sub(r"given.\1", part) for part in conditional.groups())
        return f"{change} FROM unnest({arrays}) AS given({', '.join(names)}) {condition}"
    return None
