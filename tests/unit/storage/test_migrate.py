from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from proxy.core.errors import GateUnavailable
from proxy.storage.engines import create_engine
from proxy.storage.migrate import upgrade
from proxy.storage.tables import metadata

if TYPE_CHECKING:
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
