"""What each wrapping key wraps, and the database's own refusals, on both databases. All rows are invented."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from proxy.storage import tables
from proxy.storage.columns import instant
from proxy.storage.wrapping_keys import WRAPPED, Kind, noted, retired_among, usage, wrapped_by_others, wrapping_keys
from tests.fakes.clock import START

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

LATER = START + timedelta(days=1)
_ROWS: dict[Kind, dict[str, Any]] = {
    Kind.POST: {
        "id": "1",
        "post_id": "p",
        "wrapped_dek": b"w",
        "class": "blocked-30d",
        "created_at": START,
        "expires_at": START,
    },
    Kind.CREDENTIAL: {
        "id": "1",
        "platform": "mastodon",
        "door": "d",
        "credential_nonce": b"n",
        "credential": b"c",
        "credential_key": b"w",
        "created_at": LATER,
    },
    Kind.NAME: {
        "ref": "1",
        "kind": "employee",
        "name_digest": "d",
        "name_nonce": b"n",
        "name": b"n",
        "name_key": b"w",
        "created_at": LATER,
    },
    Kind.BUNDLE: {"digest": "1", "nonce": b"n", "package": b"p", "package_key": b"w", "stored_at": LATER},
}
_GONE: dict[Kind, dict[str, Any]] = {
    Kind.POST: {"id": "2", "wrapped_dek": None, "destroyed_at": LATER},
    Kind.CREDENTIAL: {"id": "2", "credential_key": None, "removed_at": LATER},
    Kind.NAME: {"ref": "2", "name_digest": "e", "name_key": b"", "destroyed_at": LATER},
}


def _add(connection: Connection, kind: Kind, kek_id: str, **more: object) -> None:
    connection.execute(sa.insert(WRAPPED[kind].table), _ROWS[kind] | {"kek_id": kek_id} | more)


def _retired(engine: Engine, *kek_ids: str) -> None:
    with engine.begin() as connection:
        for kek_id in kek_ids:
            connection.execute(
                sa.insert(wrapping_keys), {"kek_id": kek_id, "noted_at": START, "left_at": START, "retired_at": None}
            )
        connection.execute(sa.update(wrapping_keys).values(retired_at=LATER))


def test_what_each_key_wraps_is_counted(engine: Engine) -> None:
    """What is destroyed counts for nothing, but the name of its key is told."""
    with engine.begin() as connection:
        for kind in Kind:
            _add(connection, kind, "one")
        for kind, gone in _GONE.items():
            _add(connection, kind, "old", **gone)
        found = usage(connection)

    assert found["one"].live == dict.fromkeys(Kind, 1)
    assert found["one"].oldest == START
    assert found["old"].live == dict.fromkeys(Kind, 0)
    assert found["old"].oldest is None
    assert set(found) == {"one", "old"}


@pytest.mark.parametrize("kind", list(Kind))
def test_rows_of_other_keys_come_page_by_page(engine: Engine, kind: Kind) -> None:
    """Without those of the current key, and without what is destroyed."""
    (key,) = WRAPPED[kind].table.primary_key
    with engine.begin() as connection:
        for number in ("3", "1", "5"):
            _add(connection, kind, "one", **{key.name: number} | ({"name_digest": number} if kind is Kind.NAME else {}))
        other = {"name_digest": "4"} if kind is Kind.NAME else {}
        _add(connection, kind, "two", **{key.name: "4"} | other)
        if kind in _GONE:
            _add(connection, kind, "one", **_GONE[kind])
        first = wrapped_by_others(connection, kind, "two", after="", limit=2)
        rest = wrapped_by_others(connection, kind, "two", after=first[-1].id, limit=2)

    assert [row.id for row in (*first, *rest)] == ["1", "3", "5"]
    assert {(row.wrapped, row.kek_id) for row in first} == {(b"w", "one")}
    assert {row.platform for row in first} == {"mastodon" if kind is Kind.CREDENTIAL else ""}
    assert "b'w'" not in repr(first)


def test_notes_are_read_back(engine: Engine) -> None:
    """By name."""
    _retired(engine, "one")
    with engine.begin() as connection:
        connection.execute(
            sa.insert(wrapping_keys), {"kek_id": "two", "noted_at": START, "left_at": None, "retired_at": None}
        )
        found = noted(connection)

        answers = [retired_among(connection, names) for names in (set(), {"two"}, {"one", "two"})]

    assert answers == [False, False, True]
    assert {name: (note.left_at, note.retired_at) for name, note in found.items()} == {
        "one": (START, LATER),
        "two": (None, None),
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_comes_in_that_a_retired_key_wrapped(engine: Engine, kind: Kind) -> None:
    """Neither as a new row nor by wrapping an old one again; other keys may."""
    _retired(engine, "old")
    column = WRAPPED[kind]
    with engine.begin() as connection:
        _add(connection, kind, "new")
    with pytest.raises(DBAPIError), engine.begin() as connection:
        _add(connection, kind, "old", **{next(iter(column.table.primary_key)).name: "2"})
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(sa.update(column.table).values({column: b"other", column.table.c.kek_id: "old"}))


def test_what_a_retired_key_wrapped_and_is_destroyed_stays(engine: Engine) -> None:
    """Its row keeps the name of that key: it says when an erasure is final."""
    _retired(engine, "old")
    with engine.begin() as connection:
        for kind, gone in _GONE.items():
            _add(connection, kind, "old", **gone)
        assert set(usage(connection)) == {"old"}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_key_that_wraps_something_is_not_retired(engine: Engine, kind: Kind) -> None:
    """Whatever it is."""
    with engine.begin() as connection:
        _add(connection, kind, "old")
    with pytest.raises(DBAPIError):
        _retired(engine, "old")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM wrapping_keys",
        "UPDATE wrapping_keys SET retired_at = NULL",
        "UPDATE wrapping_keys SET left_at = NULL",
        f"UPDATE wrapping_keys SET retired_at = '{instant(LATER + timedelta(days=1))}'",
        "UPDATE wrapping_keys SET kek_id = 'other'",
        f"UPDATE wrapping_keys SET noted_at = '{instant(LATER)}' WHERE kek_id = 'open'",
        f"UPDATE wrapping_keys SET retired_at = '{instant(LATER)}' WHERE kek_id = 'open'",
        f"INSERT INTO wrapping_keys VALUES ('new', '{instant(START)}', '{instant(START)}', '{instant(LATER)}')",
        "INSERT INTO wrapping_keys VALUES ('new', 'yesterday', NULL, NULL)",
        "INSERT INTO wrapping_keys SELECT kek_id, noted_at, NULL, NULL FROM wrapping_keys",
    ],
)
def test_raw_sql_brings_no_retired_key_back(engine: Engine, statement: str) -> None:
    """Nor does it retire one that was not left."""
    _retired(engine, "old")
    with engine.begin() as connection:
        connection.execute(
            sa.insert(wrapping_keys), {"kek_id": "open", "noted_at": START, "left_at": None, "retired_at": None}
        )
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_the_table_is_not_emptied(engine: Engine) -> None:
    """PostgreSQL has a statement of its own for it, SQLite replaces without asking triggers of deletions."""
    _retired(engine, "old")
    statement = "TRUNCATE wrapping_keys"
    if engine.dialect.name == "sqlite":
        statement = f"INSERT OR REPLACE INTO wrapping_keys VALUES ('old', '{instant(START)}', NULL, NULL)"
        with closing(sqlite3.connect(str(engine.url.database))) as plain, pytest.raises(sqlite3.IntegrityError):
            plain.execute("UPDATE OR REPLACE wrapping_keys SET rowid = 7")
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_a_key_is_retired_only_after_those_who_were_wrapping_with_it(engine: Engine) -> None:
    """Whoever wrote at the same moment is waited for, and found; on SQLite there is one writer at a time anyway."""
    if engine.dialect.name == "sqlite":
        return
    with engine.begin() as connection:
        connection.execute(
            sa.insert(wrapping_keys), {"kek_id": "old", "noted_at": START, "left_at": START, "retired_at": None}
        )
    refused: list[bool] = []

    def retire() -> None:
        try:
            with engine.begin() as other:
                other.execute(sa.update(wrapping_keys).values(retired_at=LATER))
        except DBAPIError:
            refused.append(True)

    with engine.begin() as connection:
        _add(connection, Kind.POST, "old")
        waiting = Thread(target=retire)
        waiting.start()
        with engine.connect() as onlooker:
            while not onlooker.execute(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar():
                assert waiting.is_alive()
                onlooker.rollback()
    waiting.join()

    assert refused == [True]
    with engine.begin() as connection:
        assert connection.execute(sa.select(tables.data_keys.c.kek_id)).scalars().all() == ["old"]
        assert noted(connection)["old"].retired_at is None
