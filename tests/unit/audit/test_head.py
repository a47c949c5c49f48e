from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.audit.head import Head, HeadRow, append
from proxy.audit.ledger import Ledger, StoreUnfit
from proxy.audit.nodes import SqlNodes, node_rows
from proxy.audit.tlog.proving import head_of
from proxy.audit.tlog.trees import Frontier, grow
from proxy.audit.writer import prepare
from proxy.core.errors import AuditBroken
from proxy.core.model import Receipt
from proxy.gate.work import RevokeToken
from proxy.storage.engines import create_engine
from proxy.storage.tables import audit_content, audit_head, audit_nodes, audit_records
from tests import outsider
from tests.fakes.clock import START
from tests.stores import ORIGIN
from tests.works import Sample, allowed, blocked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine

    from proxy.gate.work import Work


def _nothing(_name: str) -> None:
    """Pass a fault point."""


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Return the writer's engine."""
    made = create_engine(url)
    yield made
    made.dispose()


def _write(engine: Engine, *batches: list[Work]) -> None:
    ledger = Ledger(engine, origin=ORIGIN, faults=_nothing)
    ledger.open()
    for batch in batches:
        ledger.append([prepare(work, node="n1") for work in batch])
    ledger.close()


def _without_guards(connection: Connection) -> None:
    """Take the triggers away, as somebody who owns the database could."""
    if connection.dialect.name == "sqlite":
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")


def _leaves(connection: Connection) -> list[bytes]:
    return [bytes(leaf) for leaf in connection.scalars(sa.select(audit_records.c.leaf).order_by(audit_records.c.seq))]


def _lost() -> Work:
    """Return a unit of work that loses its condition."""
    return replace(blocked(Sample()), changes=(RevokeToken(id="none", at=START),))


def test_the_root_is_that_of_all_leaves(engine: Engine) -> None:
    """An outsider computes the same from the leaves, whatever the batches were and whoever lost a condition."""
    batches = [
        [blocked(Sample())],
        [allowed(Sample()) for _ in range(5)],
        [blocked(Sample()), _lost(), allowed(Sample()), _lost()],
        [_lost()],
        [blocked(Sample()) for _ in range(7)],
    ]

    _write(engine, *batches)

    with engine.connect() as connection:
        leaves = _leaves(connection)
        row = connection.execute(sa.select(audit_head)).one()
        nodes = SqlNodes(connection, 1)
        assert len(leaves) == row.size == 21
        assert bytes(row.root) == outsider.mth(leaves)
        for size in range(len(leaves) + 1):
            assert head_of(nodes, size).root == outsider.mth(leaves[:size])


def test_a_log_that_was_begun_without_a_tree_gets_one(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """When it is opened next; also when it has to be read in several pieces."""
    monkeypatch.setattr("proxy.audit.head._BUILT_AT_ONCE", 4)
    _write(engine, [blocked(Sample()) for _ in range(11)])
    with engine.begin() as connection:
        _without_guards(connection)
        connection.exec_driver_sql("DELETE FROM audit_nodes")
        connection.exec_driver_sql("UPDATE audit_head SET root = NULL, frontier = NULL")

    _write(engine, [blocked(Sample())])

    with engine.connect() as connection:
        leaves = _leaves(connection)
        assert len(leaves) == 12
        assert bytes(connection.scalars(sa.select(audit_head.c.root)).one()) == outsider.mth(leaves)
        assert head_of(SqlNodes(connection, 1), 12).root == outsider.mth(leaves)


def test_a_log_without_tree_and_with_too_few_records_is_not_opened(engine: Engine) -> None:
    """Its head says more than there is."""
    _write(engine, [blocked(Sample())])
    with engine.begin() as connection:
        _without_guards(connection)
        connection.exec_driver_sql("DELETE FROM audit_nodes")
        connection.exec_driver_sql("UPDATE audit_head SET root = NULL, frontier = NULL, size = 3")

    with pytest.raises(AuditBroken, match="3 records"):
        _write(engine)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_nodes SET hash = (SELECT leaf_hash FROM audit_records WHERE seq = 1) WHERE level = 2",
        "DELETE FROM audit_nodes WHERE level = 2",
        "UPDATE audit_head SET root = chain_hash",
        "UPDATE audit_head SET frontier = chain_hash",
    ],
)
def test_a_tree_that_does_not_fit_is_not_grown(engine: Engine, damage: str) -> None:
    """Somebody went round the triggers: the log does not open."""
    _write(engine, [blocked(Sample()) for _ in range(4)])
    with engine.begin() as connection:
        _without_guards(connection)
        connection.exec_driver_sql(damage)

    with pytest.raises(AuditBroken):
        _write(engine)


def test_a_head_that_moved_meanwhile_is_not_overwritten(engine: Engine) -> None:
    """Whoever did not lock it does not move it."""
    _write(engine, [blocked(Sample()) for _ in range(2)])
    row = HeadRow(engine.dialect, origin=ORIGIN)
    with engine.begin() as connection:
        here = row.lock(connection)
        with pytest.raises(AuditBroken, match="another head"):
            row.move(connection, _shorter(here), here)


def _shorter(head: Head) -> Head:
    return replace(head, frontier=replace(head.frontier, size=1, hashes=head.frontier.hashes[:1]))


def test_an_append_of_nothing_changes_nothing(engine: Engine) -> None:
    """No row, the same head."""
    _write(engine, [blocked(Sample())])
    with engine.begin() as connection:
        head = HeadRow(engine.dialect, origin=ORIGIN).lock(connection)

    added = append(head, ())

    assert (added.head, added.records, added.nodes) == (head, [], [])


def _set_back(engine: Engine, row: dict[str, object]) -> None:
    """Let the log be as it was when its head was this row, as in a backup or on a replica that is behind."""
    with engine.begin() as connection:
        _without_guards(connection)
        gone = audit_records.c.seq >= row["size"]
        of_gone = sa.select(audit_records.c.id).where(gone)
        connection.execute(sa.delete(audit_content).where(audit_content.c.record_id.in_(of_gone)))
        connection.execute(sa.delete(audit_records).where(gone))
        connection.execute(sa.delete(audit_nodes))
        connection.execute(sa.insert(audit_nodes), node_rows(grow(Frontier(), _hashes(connection)).nodes, 1))
        connection.execute(sa.update(audit_head).values(row))


def _hashes(connection: Connection) -> list[bytes]:
    return [
        bytes(one) for one in connection.scalars(sa.select(audit_records.c.leaf_hash).order_by(audit_records.c.seq))
    ]


@pytest.mark.parametrize("written_by", ["itself", "another"])
def test_a_log_that_went_back_is_not_continued(engine: Engine, written_by: str) -> None:
    """
    A replica that was behind takes over while a node runs: its next numbers were given to records that are lost.

    The node notices by what it wrote itself, or saw when it locked the head last, and again when it tries to go on.
    """
    ledger = Ledger(engine, origin=ORIGIN, faults=_nothing)
    ledger.open()

    def append() -> None:
        (result,) = ledger.append([prepare(blocked(Sample()), node="n1")])
        assert isinstance(result, Receipt)

    for _ in range(3):
        append()
    with engine.connect() as connection:
        row = dict(connection.execute(sa.select(audit_head)).mappings().one())
    if written_by == "itself":
        append()
    else:
        _write(engine, [blocked(Sample())])
        ledger.probe()
    ledger.close()
    _set_back(engine, row)

    with pytest.raises(AuditBroken, match="older"):
        append()
    with pytest.raises(StoreUnfit):
        ledger.probe()
    ledger.close()
    with engine.connect() as connection:
        assert len(_hashes(connection)) == 3


def test_another_record_at_the_same_place_is_another_log(engine: Engine) -> None:
    """The history that was lost was as long as the one that is there."""
    ledger = Ledger(engine, origin=ORIGIN, faults=_nothing)
    ledger.open()
    ledger.append([prepare(blocked(Sample()), node="n1") for _ in range(2)])
    with engine.connect() as connection:
        row = dict(connection.execute(sa.select(audit_head)).mappings().one())
    ledger.append([prepare(blocked(Sample()), node="n1")])
    ledger.close()
    _set_back(engine, row)
    _write(engine, [blocked(Sample())])

    with pytest.raises(AuditBroken, match="another"):
        ledger.append([prepare(blocked(Sample()), node="n1")])
    ledger.close()
