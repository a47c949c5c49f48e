from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from proxy.audit.ledger import Ledger, StoreUnfit
from proxy.audit.verify import Verified
from proxy.audit.writer import prepare
from proxy.core.errors import AuditBroken, AuditUnavailable, Conflict
from proxy.core.model import Receipt
from proxy.gate.work import OpenAttempt, RevokeToken
from proxy.storage.columns import instant
from proxy.storage.engines import create_engine, create_reader
from tests.fakes.clock import START
from tests.fakes.losing_line import LosingLine
from tests.stores import ORIGIN, migrated
from tests.verified import verify_stored
from tests.works import Sample, allowed, blocked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.engine import Engine

    from proxy.audit.ledger import Entry
    from proxy.gate.work import Work


def _entry(work: Work) -> Entry:
    return prepare(work, node="n1")


def _unstorable(sample: Sample) -> Work:
    """Make a unit of work with a number that no column holds."""
    work = allowed(sample)
    changes = tuple(
        replace(change, number=2**63) if isinstance(change, OpenAttempt) else change for change in work.changes
    )
    return replace(work, changes=changes)


def _nothing(_name: str) -> None:
    """Pass a fault point."""


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Return the writer's engine."""
    made = create_engine(url)
    yield made
    made.dispose()


def _ledger(engine: Engine, faults: Callable[[str], None] = _nothing) -> Ledger:
    ledger = Ledger(engine, origin=ORIGIN, faults=faults)
    ledger.open()
    return ledger


def _size(url: str) -> int:
    """Verify the log and return its size."""
    reader = create_reader(url)
    with reader.connect() as connection:
        result = verify_stored(connection, now=instant(START))
    reader.dispose()
    assert isinstance(result, Verified), result
    return result.size


def test_a_batch_is_one_commit(url: str, engine: Engine) -> None:
    """Thirty units of work, one COMMIT, places in order."""
    commits: list[str] = []
    ledger = _ledger(engine, commits.append)

    results = ledger.append([_entry(allowed(Sample())) for _ in range(30)])
    ledger.close()

    assert [result.first_seq for result in results if isinstance(result, Receipt)] == list(range(0, 60, 2))
    assert commits == ["before_commit", "after_commit"]
    assert _size(url) == 60


def test_losers_are_taken_out_before_numbering(url: str, engine: Engine) -> None:
    """No gap where a loser would have been."""
    ledger = _ledger(engine)
    bad = replace(blocked(Sample()), changes=(RevokeToken(id="none", at=START),))

    results = ledger.append([_entry(blocked(Sample())), _entry(bad), _entry(blocked(Sample()))])
    ledger.close()

    assert [type(result) for result in results] == [Receipt, Conflict, Receipt]
    assert _size(url) == 2


def test_rows_that_cannot_be_stored_fail_alone(url: str, engine: Engine) -> None:
    """A value that the database refuses takes its own unit of work down and no other."""
    ledger = _ledger(engine)
    unstorable = _unstorable(Sample())

    results = ledger.append([_entry(blocked(Sample())), _entry(unstorable), _entry(blocked(Sample()))])
    ledger.close()

    assert [type(result) for result in results] == [Receipt, AuditUnavailable, Receipt]
    assert _size(url) == 2


def test_an_error_shows_no_value(engine: Engine) -> None:
    """What a database error quotes goes nowhere."""
    ledger = _ledger(engine)
    unstorable = _unstorable(Sample(fingerprint="canary"))

    result = ledger.append([_entry(unstorable)])[0]
    ledger.close()

    assert isinstance(result, AuditUnavailable)
    assert "canary" not in f"{result} {result.diagnostics()} {result.__cause__} {result.__context__}"


def test_a_log_of_another_name_is_refused(engine: Engine) -> None:
    """Two installations do not write into one log."""
    _ledger(engine).close()

    with pytest.raises(AuditBroken, match="origin"):
        Ledger(engine, origin="other", faults=_nothing).open()


def test_a_database_without_tables_is_unavailable(tmp_path: Path) -> None:
    """It was never brought up to date."""
    engine = create_engine(f"sqlite:///{tmp_path}/empty.db")

    with pytest.raises(AuditUnavailable):
        Ledger(engine, origin=ORIGIN, faults=_nothing).open()
    engine.dispose()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_head SET size = size + 1",
        "UPDATE audit_records SET leaf_hash = zeroblob(32) WHERE seq = 1",
        "UPDATE audit_records SET seq = 7 WHERE seq = 3",
        "DELETE FROM audit_records WHERE seq = 3",
    ],
)
def test_a_broken_end_is_not_written_on(sqlite_url: str, damage: str) -> None:
    """Somebody went round the triggers: the log does not open."""
    engine = create_engine(sqlite_url)
    ledger = _ledger(engine)
    ledger.append([_entry(blocked(Sample())) for _ in range(4)])
    ledger.close()
    with engine.begin() as connection:
        triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for trigger in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("DELETE FROM audit_content")
        connection.exec_driver_sql(damage)

    with pytest.raises(AuditBroken):
        Ledger(engine, origin=ORIGIN, faults=_nothing).open()
    engine.dispose()


def test_a_full_disk_keeps_nothing_and_a_probe_finds_room(sqlite_url: str) -> None:
    """While there is no room nothing is acknowledged; afterwards the log goes on without a gap."""
    engine = create_engine(sqlite_url)
    room = {"pages": 1_000_000}

    @event.listens_for(engine, "connect")
    def _limit(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count = {room['pages']}")

    ledger = _ledger(engine)
    ledger.append([_entry(blocked(Sample()))])
    ledger.close()
    room["pages"] = 1
    with pytest.raises(StoreUnfit, match="SQLITE_FULL"):
        for _ in range(100):
            ledger.append([_entry(blocked(Sample()))])
    before = _size(sqlite_url)
    room["pages"] = 1_000_000

    ledger.probe()
    result = ledger.append([_entry(blocked(Sample()))])[0]
    ledger.close()
    engine.dispose()

    assert isinstance(result, Receipt)
    assert result.first_seq == before
    assert _size(sqlite_url) == before + 1


def test_a_head_of_an_earlier_version_gets_its_tree(sqlite_url: str) -> None:
    """A node that runs the version before makes it while both run: refused, in a way that a probe mends."""
    engine = create_engine(sqlite_url)
    ledger = _ledger(engine)
    ledger.append([_entry(blocked(Sample()))])
    with engine.begin() as connection:
        for trigger in ("audit_head_grows", "audit_nodes_no_delete"):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql("DELETE FROM audit_nodes")
        connection.exec_driver_sql("UPDATE audit_head SET root = NULL, frontier = NULL")

    with pytest.raises(AuditBroken, match="earlier version"):
        ledger.append([_entry(blocked(Sample()))])
    ledger.probe()
    result = ledger.append([_entry(blocked(Sample()))])[0]
    ledger.close()
    engine.dispose()

    assert isinstance(result, Receipt)
    assert _size(sqlite_url) == 2


def test_a_store_that_is_gone_is_unfit(sqlite_url: str) -> None:
    """A probe on a log whose end is broken does not succeed either."""
    engine = create_engine(sqlite_url)
    ledger = _ledger(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_head_grows")
        connection.exec_driver_sql("UPDATE audit_head SET size = 7")

    with pytest.raises(StoreUnfit):
        ledger.probe()
    ledger.close()
    engine.dispose()


def test_a_lock_held_too_long_keeps_nothing(sqlite_url: str) -> None:
    """Another process that holds the database makes this commit fail, not the store."""
    engine = create_engine(sqlite_url)

    @event.listens_for(engine, "connect")
    def _impatient(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        connection.cursor().execute("PRAGMA busy_timeout = 20")

    ledger = _ledger(engine)
    other = create_engine(sqlite_url)
    with other.begin():
        result = ledger.append([_entry(blocked(Sample()))])[0]
    again = ledger.append([_entry(blocked(Sample()))])[0]
    ledger.close()
    other.dispose()
    engine.dispose()

    assert isinstance(result, AuditUnavailable)
    assert isinstance(again, Receipt)


@pytest.fixture
def line(postgres_database: str, tmp_path: Path) -> Iterator[tuple[LosingLine, str]]:
    """Return a line that can break, and the address at its near end."""
    migrated(postgres_database)
    server = Path(parse_qs(urlsplit(postgres_database).query)["host"][0])
    near = Path("/tmp") / f"line-{tmp_path.name[-40:]}-{id(tmp_path)}"  # a socket path has at most 107 bytes
    near.mkdir()
    with LosingLine(server, near) as opened:
        yield opened, postgres_database.replace(str(server), str(near))
    for file in near.iterdir():
        file.unlink()
    near.rmdir()


@pytest.mark.parametrize("deliver", [True, False])
def test_a_lost_answer_to_commit_is_looked_up(
    line: tuple[LosingLine, str], postgres_database: str, deliver: bool
) -> None:
    """Done by the server: acknowledged, once. Not done: told so, and nothing is kept."""
    losing, near = line
    engine = create_engine(near)
    ledger = _ledger(engine)
    losing.break_at_commit(deliver=deliver)
    entries = [_entry(allowed(Sample())) for _ in range(3)]

    results = ledger.append(entries)
    after = ledger.append([_entry(blocked(Sample()))])[0]
    ledger.close()
    engine.dispose()

    assert losing.broken == 1
    assert {type(result) for result in results} == {Receipt if deliver else AuditUnavailable}
    assert isinstance(after, Receipt)
    assert after.first_seq == (6 if deliver else 0)
    assert _size(postgres_database) == (7 if deliver else 1)


def test_an_idle_connection_that_died_is_replaced(postgres_database: str) -> None:
    """A server that was restarted between two batches costs nothing but a new connection."""
    migrated(postgres_database)
    engine = create_engine(postgres_database)
    ledger = _ledger(engine)
    other = create_engine(postgres_database)
    with other.begin() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    result = ledger.append([_entry(blocked(Sample()))])[0]
    ledger.close()
    other.dispose()
    engine.dispose()

    assert isinstance(result, Receipt)


def test_a_server_that_dies_at_commit_keeps_the_log_whole(postgres_database: str) -> None:
    """Its connection is cut while the transaction is open: nothing is kept, and the caller learns it."""
    migrated(postgres_database)
    engine, other = create_engine(postgres_database), create_engine(postgres_database)
    armed = [True]

    def cut(name: str) -> None:
        if name == "before_commit" and armed:
            armed.clear()
            with other.begin() as connection:
                connection.execute(
                    sa.text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )

    ledger = _ledger(engine, cut)
    result = ledger.append([_entry(blocked(Sample()))])[0]
    ledger.close()
    other.dispose()
    engine.dispose()

    assert isinstance(result, AuditUnavailable)
    assert _size(postgres_database) == 0
