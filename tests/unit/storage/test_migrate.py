from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from proxy.core.errors import GateUnavailable
from proxy.storage.engines import create_engine
from proxy.storage.migrate import upgrade
from proxy.storage.order_tables import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy.engine import Engine


def test_the_revisions_build_the_tables_that_queries_expect(engine: Engine) -> None:
    """Migrated database and `tables.py` are the same."""
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_that_is_up_to_date_stays_as_it_is(engine: Engine) -> None:
    """Running again changes nothing."""
    assert upgrade(engine) == upgrade(engine)


def test_nodes_that_start_at_once_wait_for_each_other(url: str) -> None:
    """Eight nodes bring one empty database up to date; one does it."""

    def start() -> str:
        engine = create_engine(url)
        try:
            return upgrade(engine)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(8) as nodes:
        assert len({node.result() for node in [nodes.submit(start) for _ in range(8)]}) == 1


def test_a_database_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    """The error says so without an address."""
    engine = create_engine(f"postgresql://someone:secret@/nothing?host={tmp_path}")

    with pytest.raises(GateUnavailable, match="up to date"):
        upgrade(engine)
    engine.dispose()


_RECORD = {
    "log_id": 1,
    "id": "r0",
    "leaf": b"leaf",
    "leaf_hash": b"h",
    "chain_hash": b"c",
    "code": "PG-601",
    "at": "2026",
    "actor_ref": "a",
}


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Return a database with one record, its content and a head."""
    with engine.begin() as connection:
        connection.execute(
            sa.insert(metadata.tables["audit_head"]),
            {"log_id": 1, "origin": "o", "size": 1, "chain_hash": b"c", "root": b"r", "frontier": b"f"},
        )
        connection.execute(sa.insert(metadata.tables["audit_nodes"]), {"log_id": 1, "level": 1, "idx": 0, "hash": b"h"})
        connection.execute(
            sa.insert(metadata.tables["audit_checkpoints"]),
            {"log_id": 1, "size": 1, "root": b"r", "note": b"n", "signed_at": "2026"},
        )
        # The record comes below the head's size only here; the writer adds it before it moves the head.
        connection.execute(sa.insert(metadata.tables["audit_records"]), _RECORD | {"seq": 1})
        connection.execute(
            sa.insert(metadata.tables["audit_content"]),
            {"record_id": "r0", "key_id": "k", "nonce": b"n", "ciphertext": b"x"},
        )
    return engine


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_records SET leaf = leaf",
        "DELETE FROM audit_records",
        "UPDATE audit_content SET nonce = nonce",
        "DELETE FROM audit_content",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET size = 0",
        "UPDATE audit_head SET origin = 'other'",
        "UPDATE audit_head SET chain_hash = leaf_hash FROM audit_records",
        "UPDATE audit_head SET root = leaf_hash FROM audit_records",
        "UPDATE audit_head SET root = NULL",
        "UPDATE audit_head SET frontier = leaf_hash FROM audit_records",
        "UPDATE audit_head SET frontier = NULL",
        "UPDATE audit_head SET size = 2, root = NULL",
        "UPDATE audit_head SET size = 2, frontier = NULL",
        "UPDATE audit_head SET size = 2",
        "UPDATE audit_head SET size = 2, root = leaf_hash FROM audit_records",
        "UPDATE audit_head SET size = 2, frontier = leaf_hash FROM audit_records",
        "UPDATE audit_nodes SET hash = hash",
        "DELETE FROM audit_nodes",
        "UPDATE audit_checkpoints SET note = note",
        "DELETE FROM audit_checkpoints",
        "INSERT INTO audit_checkpoints SELECT log_id, 0, root, note, signed_at FROM audit_checkpoints",
    ],
)
def test_raw_sql_cannot_change_the_log(filled: Engine, statement: str) -> None:
    """The database itself refuses, whoever asks."""
    with pytest.raises(DBAPIError), filled.begin() as connection:
        connection.execute(sa.text(statement))


@pytest.mark.parametrize("table", ["audit_records", "audit_content", "audit_head", "audit_nodes", "audit_checkpoints"])
def test_raw_sql_cannot_empty_the_log(filled: Engine, table: str) -> None:
    """PostgreSQL has one more statement for it."""
    if filled.dialect.name == "sqlite":
        return
    with pytest.raises(DBAPIError), filled.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO audit_records SELECT * FROM audit_records",
        "INSERT OR REPLACE INTO audit_content SELECT * FROM audit_content",
        "INSERT OR REPLACE INTO audit_head SELECT log_id, origin, 0, chain_hash, root, frontier FROM audit_head",
        "INSERT OR REPLACE INTO audit_nodes SELECT * FROM audit_nodes",
        "INSERT OR REPLACE INTO audit_checkpoints SELECT * FROM audit_checkpoints",
        (
            "INSERT INTO audit_records SELECT log_id, 0, 'r9', leaf, leaf_hash, chain_hash, code, at, actor_ref, "
            "account, platform, decision, post_id, rules, policy_digest FROM audit_records"
        ),
    ],
)
def test_replacing_is_refused_too(filled: Engine, statement: str) -> None:
    """SQLite deletes for a replacing insert without asking its delete triggers."""
    if filled.dialect.name != "sqlite":
        return
    with pytest.raises(DBAPIError), filled.begin() as connection:
        connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        connection.execute(sa.text(statement))


def test_the_head_may_grow(filled: Engine) -> None:
    """Growing, and writing the same again, are the only changes allowed."""
    with filled.begin() as connection:
        connection.execute(sa.text("UPDATE audit_head SET size = size"))
        connection.execute(
            sa.text(
                "UPDATE audit_head SET size = 2, chain_hash = other.chain_hash, root = other.chain_hash, "
                "frontier = other.chain_hash FROM (SELECT chain_hash FROM audit_records) AS other"
            )
        )


_AT = "2016-11-23T09:00:00.000000Z"
_LATER = "2016-11-24T09:00:00.000000Z"
_KEY = {
    "id": "k1",
    "post_id": "p1",
    "wrapped_dek": b"w",
    "kek_id": "kek",
    "class": "blocked-30d",
    "created_at": _AT,
    "expires_at": "2016-12-23T09:00:00.000000Z",
}
_ACTOR = {
    "kind": "employee",
    "name_nonce": b"n",
    "name": b"n",
    "name_key": b"n",
    "kek_id": "kek",
    "created_at": _AT,
}
_ORDER = {
    "kind": "erase",
    "case_number": "A-1",
    "basis": "gdpr-17",
    "opened_by": "a1",
    "opened_role": "privacy",
    "opened_at": _AT,
    "expires_at": "2016-12-07T09:00:00.000000Z",
    "mac": "m",
}
_DESTROY = f"UPDATE data_keys SET wrapped_dek = NULL, destroyed_at = '{_LATER}' WHERE id = 'k1'"
_CONFIRM = "INSERT INTO audit_confirmations VALUES ('{order}', '{person}', 'legal', '{at}', 'm')"


@pytest.fixture
def ordered(engine: Engine) -> Engine:
    """Return a database with a post's key and content, two people, and orders that nobody has confirmed."""
    tables = metadata.tables
    with engine.begin() as connection:
        connection.execute(
            sa.insert(tables["audit_head"]),
            {"log_id": 1, "origin": "o", "size": 0, "chain_hash": b"c", "root": b"r", "frontier": b"f"},
        )
        record = _RECORD | {"seq": 0, "code": "PG-101", "post_id": "p1", "actor_ref": "a9", "account": "x:y", "at": _AT}
        connection.execute(sa.insert(tables["audit_records"]), record)
        connection.execute(sa.insert(tables["data_keys"]), _raw(_KEY))
        connection.execute(
            sa.insert(tables["audit_content"]),
            {"record_id": "r0", "key_id": "k1", "nonce": b"n", "ciphertext": b"x"},
        )
        for ref in ("a1", "a2", "a9"):
            connection.execute(sa.insert(tables["actors"]), _raw(_ACTOR | {"ref": ref, "name_digest": ref}))
        for name, more in (
            ("e1", {}),
            ("e9", {"actor": "a9"}),
            ("h1", {"kind": "hold", "actor": "a9"}),
            ("h2", {"kind": "hold", "actor": "a8"}),
            ("x1", {"kind": "release", "hold": "h1"}),
            ("x2", {"kind": "release", "hold": "h1"}),
        ):
            connection.execute(sa.insert(tables["audit_orders"]), _raw(_ORDER | {"id": name} | more))
        connection.execute(sa.insert(tables["audit_order_posts"]), {"order_id": "e1", "post_id": "p1"})
    return engine


def _raw(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row with its times as the columns take them."""
    return {
        name: datetime.fromisoformat(value) if isinstance(value, str) and value.endswith("Z") else value
        for name, value in row.items()
    }


def _confirm(order: str, person: str = "a2", at: str = _LATER) -> str:
    return _CONFIRM.format(order=order, person=person, at=at)


def _run(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    "allowed",
    [
        ("UPDATE data_keys SET wrapped_dek = name, kek_id = 'kek2' FROM actors WHERE ref = 'a1'",),
        (_DESTROY.replace(_LATER, "2016-12-23T09:00:00.000000Z"), "DELETE FROM audit_content"),
        ("UPDATE data_keys SET expires_at = '2018-12-23T09:00:00.000000Z'",),
        ("UPDATE data_keys SET expires_at = NULL",),
        (_confirm("e1"), _DESTROY, "DELETE FROM audit_content"),
        (_confirm("e9"), _DESTROY, "DELETE FROM audit_content"),
        (_confirm("e1"), _confirm("h2"), _DESTROY),
        (_confirm("e1"), _confirm("h1"), _confirm("x1"), _DESTROY),
        (_confirm("e9"), f"UPDATE actors SET name_digest = 'x', destroyed_at = '{_LATER}' WHERE ref = 'a9'"),
        ("UPDATE actors SET name_key = name, kek_id = 'kek2'",),
    ],
)
def test_two_people_and_time_may_destroy(ordered: Engine, allowed: tuple[str, ...]) -> None:
    """And keys may be wrapped anew."""
    _run(ordered, *allowed)


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        ((), _DESTROY),
        ((), _DESTROY.replace(f"'{_LATER}'", "NULL")),
        ((_confirm("e1"),), _DESTROY.replace(f"'{_LATER}'", "NULL")),
        ((_confirm("e1"), _confirm("h1")), _DESTROY),
        ((_confirm("h1"),), _DESTROY.replace(_LATER, "2020-12-23T09:00:00.000000Z")),
        ((), _DESTROY.replace(_LATER, "9999-12-23T09:00:00.000000Z")),
        ((), "UPDATE data_keys SET expires_at = '2016-12-23T08:59:59.999999Z'"),
        (
            ("UPDATE data_keys SET expires_at = NULL",),
            "UPDATE data_keys SET expires_at = '9999-12-23T09:00:00.000000Z'",
        ),
        ((), "UPDATE data_keys SET class = 'short-1d'"),
        ((), f"UPDATE data_keys SET destroyed_at = '{_LATER}'"),
        ((), "UPDATE data_keys SET post_id = 'p2'"),
        ((_confirm("e1"), _DESTROY), "UPDATE data_keys SET wrapped_dek = name FROM actors WHERE ref = 'a1'"),
        ((), "DELETE FROM data_keys"),
        ((), "DELETE FROM audit_content"),
        ((), _confirm("e1", person="a1")),
        ((), _confirm("e1", at="2016-11-22T09:00:00.000000Z")),
        ((), _confirm("e1", at="2016-12-07T09:00:00.000000Z")),
        ((), _confirm("x1")),
        ((_confirm("h1"), _confirm("x1")), _confirm("x2")),
        ((_confirm("e1"),), "INSERT INTO audit_order_posts VALUES ('e1', 'p2')"),
        ((_confirm("e1"),), "UPDATE audit_confirmations SET person = 'a1'"),
        ((_confirm("e1"),), "DELETE FROM audit_confirmations"),
        ((), "UPDATE audit_orders SET actor = 'a2'"),
        ((), "DELETE FROM audit_order_posts"),
        ((_confirm("e1"),), f"UPDATE actors SET name_digest = 'x', destroyed_at = '{_LATER}' WHERE ref = 'a9'"),
        ((), "UPDATE actors SET name_digest = 'x' WHERE ref = 'a9'"),
        ((), "DELETE FROM actors WHERE ref = 'a2'"),
    ],
)
def test_one_person_alone_may_not_destroy(ordered: Engine, before: tuple[str, ...], refused: str) -> None:
    """The database itself refuses, whoever asks."""
    _run(ordered, *before)
    with pytest.raises(DBAPIError):
        _run(ordered, refused)


@pytest.mark.parametrize("table", ["data_keys", "actors"])
def test_no_row_takes_the_place_of_another(ordered: Engine, table: str) -> None:
    """By whoever opens the file without our settings: SQLite would delete the other one and ask no trigger."""
    if ordered.dialect.name != "sqlite":
        return
    column = {"data_keys": "kek_id", "actors": "kek_id"}[table]
    other = _raw(_KEY | {"id": "k2", "post_id": "p2"})
    with ordered.begin() as connection:
        connection.execute(sa.insert(metadata.tables["data_keys"]), other)
    with closing(sqlite3.connect(str(ordered.url.database))) as plain:
        count = plain.execute(f"SELECT count(*) FROM {table}").fetchone()
        with pytest.raises(sqlite3.IntegrityError):
            plain.execute(
                f"UPDATE OR REPLACE {table} SET {column} = {column}, rowid = (SELECT max(rowid) FROM {table})"
                f" WHERE rowid = (SELECT min(rowid) FROM {table})"
            )
        assert plain.execute(f"SELECT count(*) FROM {table}").fetchone() == count


@pytest.mark.parametrize("hold", ["h1", "h2"])
def test_a_record_with_a_content_of_its_own_is_ordered_and_held_as_a_post_is(ordered: Engine, hold: str) -> None:
    """Its key bears its id: whoever looked for words is erased with them, unless a hold of that person covers them."""
    with ordered.begin() as connection:
        record = _RECORD | {"seq": 1, "id": "r1", "code": "PG-510", "actor_ref": "a9", "at": _AT}
        connection.execute(sa.insert(metadata.tables["audit_records"]), record)
        connection.execute(sa.insert(metadata.tables["data_keys"]), _raw(_KEY | {"id": "k2", "post_id": "r1"}))
    destroy = _DESTROY.replace("'k1'", "'k2'")
    with pytest.raises(DBAPIError):
        _run(ordered, destroy)
    _run(ordered, _confirm("e9"), _confirm(hold))
    if hold == "h1":
        with pytest.raises(DBAPIError):
            _run(ordered, destroy)
    else:
        _run(ordered, destroy)


def test_a_name_is_not_replaced(ordered: Engine) -> None:
    """SQLite asks no trigger of updates or deletions for it."""
    if ordered.dialect.name != "sqlite":
        return
    with pytest.raises(DBAPIError, match="two people"), ordered.begin() as connection:
        connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        connection.exec_driver_sql("INSERT OR REPLACE INTO actors SELECT * FROM actors WHERE ref = 'a2'")


@pytest.mark.parametrize("retention", [("blocked-30d", "2016-12-23T09:00:00"), ("published-3y", "2019-11-24T09:00:00")])
def test_keys_from_before_get_an_end(url: str, retention: tuple[str, str]) -> None:
    """A database of the version before, with a key that had none."""
    engine = create_engine(url)
    upgrade(engine, "0004")
    with engine.begin() as connection:
        row = {"id": "k", "post": "p", "class": retention[0], "at": _AT}
        connection.execute(
            sa.text(
                "INSERT INTO data_keys (id, post_id, kek_id, class, created_at) VALUES (:id, :post, 'k', :class, :at)"
            ),
            row,
        )
    upgrade(engine)
    with engine.connect() as connection:
        end = connection.execute(sa.text("SELECT expires_at FROM data_keys")).scalar_one()
    engine.dispose()

    assert end == f"{retention[1]}.000000Z"


_HEAD_CLOSED = "UPDATE audit_head SET closed_at = '2026-11-24T09:00:00.000000Z' WHERE log_id = 1"
_SECOND = "INSERT INTO audit_head SELECT log_id + 1, 'o2', 0, chain_hash, root, frontier, NULL FROM audit_head"


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        ((), _SECOND),
        ((_HEAD_CLOSED,), "UPDATE audit_head SET size = size + 1"),
        ((_HEAD_CLOSED,), "UPDATE audit_head SET closed_at = NULL"),
        ((_HEAD_CLOSED,), _HEAD_CLOSED.replace("24T", "25T")),
        ((_HEAD_CLOSED, _SECOND), _SECOND.replace("+ 1", "+ 2").replace("'o2'", "'o3'") + " WHERE log_id = 1"),
        ((_HEAD_CLOSED,), _SECOND.replace("+ 1", "- 1")),
        ((), "UPDATE audit_head SET closed_at = 'now'"),
    ],
)
def test_a_closed_log_stays_closed_and_one_is_open(ordered: Engine, before: tuple[str, ...], refused: str) -> None:
    """The database itself refuses, whoever asks."""
    _run(ordered, *before)
    with pytest.raises(DBAPIError):
        _run(ordered, refused)


def test_orders_from_before_are_kept_with_their_guards(url: str) -> None:
    """Their tables are made anew on SQLite, for kinds of orders that there were not."""
    engine = create_engine(url)
    upgrade(engine, "0013")
    actor, order = _raw(_ACTOR), _raw(_ORDER)
    with engine.begin() as connection:
        for ref in ("a1", "a2"):
            connection.execute(sa.insert(metadata.tables["actors"]), actor | {"ref": ref, "name_digest": ref})
        orders = metadata.tables["audit_orders"]
        connection.execute(sa.insert(orders), order | {"id": "h1", "kind": "hold"})
        connection.execute(sa.insert(orders), order | {"id": "x1", "kind": "release", "hold": "h1"})
        connection.execute(sa.insert(metadata.tables["audit_order_posts"]), {"order_id": "h1", "post_id": "p1"})
    _run(engine, _confirm("h1"))
    upgrade(engine)

    with engine.begin() as connection:
        connection.execute(sa.insert(orders), order | {"id": "r1", "kind": "rotate"})
        kept = connection.execute(sa.select(orders.c.id, orders.c.hold).order_by(orders.c.id)).all()
        assert [tuple(row) for row in kept] == [("h1", None), ("r1", None), ("x1", "h1")]
        for table in ("audit_order_posts", "audit_confirmations"):
            assert connection.scalars(sa.select(metadata.tables[table].c.order_id)).all() == ["h1"]
    for refused in ("DELETE FROM audit_orders", "UPDATE audit_confirmations SET person = 'a1'", _confirm("r1", "a1")):
        with pytest.raises(DBAPIError):
            _run(engine, refused)
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(sa.insert(orders), order | {"id": "r2", "kind": "other"})
    engine.dispose()
