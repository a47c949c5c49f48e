from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from proxy.core.errors import ConfigurationError, GateUnavailable
from proxy.storage.engines import check_durable, create_engine, create_reader

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Engine


def test_a_fresh_database_is_durable(engine: Engine) -> None:
    """Every setting is read back."""
    check_durable(engine)


def test_sqlite_without_a_log_file_is_refused() -> None:
    """A database in memory loses everything; both languages say what is wrong."""
    engine = create_engine("sqlite:///:memory:")

    with pytest.raises(ConfigurationError) as caught:
        check_durable(engine)
    engine.dispose()

    assert [problem.code for problem in caught.value.problems] == ["database-not-durable"]
    assert "journal_mode ist memory, erwartet wal" in caught.value.render("de")
    assert "acknowledged records could be lost" in caught.value.render("en")


@pytest.mark.parametrize(("setting", "value"), [("synchronous_commit", "off"), ("synchronous_commit", "local")])
def test_postgresql_that_may_forget_is_refused(postgres_database: str, setting: str, value: str) -> None:
    """A setting that acknowledges before the disk has it stops the start."""
    engine = create_engine(postgres_database)
    with engine.connect() as connection:
        name = connection.execute(sa.text("SELECT current_database()")).scalar_one()
        connection.execute(sa.text(f"ALTER DATABASE {name} SET {setting} = {value}"))
        connection.commit()
    engine.dispose()
    again = create_engine(postgres_database)

    with pytest.raises(ConfigurationError) as caught:
        check_durable(again)
    again.dispose()

    assert setting in caught.value.render("en")


def test_a_database_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    """The error names its class, not the address."""
    engine = create_engine(f"postgresql://someone:secret@/nothing?host={tmp_path}")

    with pytest.raises(GateUnavailable) as caught:
        check_durable(engine)
    engine.dispose()

    assert "secret" not in str(caught.value)


def test_a_reader_cannot_write(url: str, engine: Engine) -> None:
    """Every statement that changes something is refused."""
    reader = create_reader(url)

    with reader.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM audit_records")).scalar_one() == 0
        with pytest.raises(DBAPIError):
            connection.execute(sa.text("INSERT INTO audit_head VALUES (1, 'x', 0, '', NULL, NULL, NULL)"))
    reader.dispose()


def test_a_reader_sees_the_newest_commit(url: str, engine: Engine) -> None:
    """On one connection, without ending anything."""
    reader = create_reader(url)
    count = sa.text("SELECT count(*) FROM audit_head")

    with reader.connect() as reading:
        before = reading.execute(count).scalar_one()
        with engine.begin() as writing:
            begun = sa.text("INSERT INTO audit_head VALUES (1, 'x', 0, :hash, NULL, NULL, NULL)")
            writing.execute(begun, {"hash": b"h"})
        after = reading.execute(count).scalar_one()
    reader.dispose()

    assert (before, after) == (0, 1)


def test_errors_do_not_show_parameters(engine: Engine) -> None:
    """What SQLAlchemy prints of an error has no values in it."""
    with pytest.raises(DBAPIError) as caught, engine.begin() as connection:
        connection.execute(sa.text("SELECT * FROM nothing WHERE a = :a"), {"a": "canary"})

    assert "canary" not in str(caught.value)


def test_the_file_is_for_the_gateway_alone(tmp_path: Path) -> None:
    """The database file and its side files are readable by nobody else; the folder is made."""
    engine = create_engine(f"sqlite:///{tmp_path}/var/log.db")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (a)"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "var").iterdir()}
    engine.dispose()

    assert set(modes) >= {"log.db", "log.db-wal"}
    assert set(modes.values()) == {0o600}


def test_names_with_special_characters_can_be_read(tmp_path: Path) -> None:
    """A path is a path, not a part of an address."""
    url = f"sqlite:///{tmp_path}/a b%20c#d.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (a)"))
    reader = create_reader(url)
    with reader.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM t")).scalar_one() == 0
    reader.dispose()
    engine.dispose()
