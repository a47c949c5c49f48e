from __future__ import annotations

import pytest
import sqlalchemy as sa

from proxy.audit.rebuild import rebuild_nodes
from proxy.audit.verify import Broken, Verified
from proxy.core.errors import AuditBroken, AuditUnavailable
from proxy.storage.columns import instant
from proxy.storage.engines import create_engine, create_reader
from proxy.storage.tables import audit_nodes
from tests.exports import fill
from tests.fakes.clock import START
from tests.verified import verify_stored


def _verified(url: str) -> Verified | Broken:
    engine = create_reader(url)
    with engine.connect() as connection:
        result = verify_stored(connection, now=instant(START))
    engine.dispose()
    return result


def _rebuild(url: str) -> int:
    engine = create_engine(url)
    try:
        return rebuild_nodes(engine)
    finally:
        engine.dispose()


def _owner(url: str, *statements: str) -> int:
    """Do what only the owner of the database can: guards off, statements, guards on."""
    engine = create_engine(url)
    changed = 0
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            guards = [
                tuple(row)
                for row in connection.exec_driver_sql(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
                )
            ]
            off, on = [f"DROP TRIGGER {name}" for name, _ in guards], [sql for _, sql in guards]
        else:
            tables = ("audit_content", "audit_nodes", "audit_records")
            off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        for statement in off:
            connection.exec_driver_sql(statement)
        changed = sum(connection.exec_driver_sql(statement).rowcount for statement in statements)
        for statement in on:
            connection.exec_driver_sql(statement)
    engine.dispose()
    return changed


@pytest.mark.parametrize("where", ["", " WHERE level = 1", " WHERE idx = 1", " WHERE level >= 5"])
def test_nodes_that_were_lost_are_put_back(url: str, where: str) -> None:
    """And nothing else: the log verifies as before, and a second time there is nothing to do."""
    fill(url, 20)
    before = _verified(url)
    assert isinstance(before, Verified)
    lost = _owner(url, f"DELETE FROM audit_nodes{where}")
    assert isinstance(_verified(url), Broken)

    assert _rebuild(url) == lost > 0
    assert _verified(url) == before
    assert _rebuild(url) == 0


def test_a_whole_log_stays_as_it_is(url: str) -> None:
    """Nothing is missing, nothing is added."""
    fill(url, 3)

    assert _rebuild(url) == 0


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_nodes SET hash = {zeros} WHERE level = 2 AND idx = 0", "another one"),
        ("DELETE FROM audit_nodes; UPDATE audit_records SET leaf_hash = {zeros} WHERE seq = 11", "others"),
        ("UPDATE audit_records SET leaf_hash = {zeros} WHERE seq = 0", "another one"),
        ("DELETE FROM audit_content; DELETE FROM audit_records WHERE seq = 5", "another one"),
        ("DELETE FROM audit_content; DELETE FROM audit_records", "found: 0"),
    ],
)
def test_what_was_changed_is_not_covered_up(url: str, statement: str, found: str) -> None:
    """The nodes that are missing besides stay missing, so the log goes on not verifying."""
    fill(url, 3)
    zeros = "zeroblob(32)" if url.startswith("sqlite") else f"'\\x{'00' * 32}'::bytea"
    _owner(url, "DELETE FROM audit_nodes WHERE level = 3", *statement.format(zeros=zeros).split("; "))

    with pytest.raises(AuditBroken, match=found):
        _rebuild(url)

    engine = create_reader(url)
    with engine.connect() as connection:
        rows = connection.scalars(sa.select(audit_nodes.c.hash).where(audit_nodes.c.level == 3)).all()
    engine.dispose()
    assert rows == []
    assert isinstance(_verified(url), Broken)


def test_a_database_without_a_log_has_no_nodes(url: str) -> None:
    """It is said."""
    with pytest.raises(AuditBroken):
        _rebuild(url)


def test_a_database_that_cannot_be_written_is_said(url: str) -> None:
    """In our words."""
    fill(url, 2)
    _owner(url, "DELETE FROM audit_nodes")
    engine = create_reader(url)
    with pytest.raises(AuditUnavailable):
        rebuild_nodes(engine)
    engine.dispose()
