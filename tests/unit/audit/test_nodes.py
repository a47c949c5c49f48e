from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from proxy.audit.ledger import Ledger
from proxy.audit.nodes import SqlNodes, stored_nodes
from proxy.audit.tlog.proving import prove_consistency, prove_inclusion
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import Subtree
from proxy.audit.tlog.trees import Frontier, grow
from proxy.audit.writer import prepare
from proxy.storage.engines import create_engine
from proxy.storage.tables import audit_records
from tests import outsider
from tests.stores import ORIGIN
from tests.works import Sample, blocked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

SIZE = 21


def _nothing(_name: str) -> None:
    """Pass a fault point."""


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    """Return a connection to a log of 21 records."""
    engine = create_engine(url)
    ledger = Ledger(engine, origin=ORIGIN, faults=_nothing)
    ledger.open()
    ledger.append([prepare(blocked(Sample()), node="n1") for _ in range(SIZE)])
    ledger.close()
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def _leaves(connection: Connection) -> list[bytes]:
    return [bytes(leaf) for leaf in connection.scalars(sa.select(audit_records.c.leaf).order_by(audit_records.c.seq))]


def test_every_proof_from_the_database_is_that_of_an_outsider(connection: Connection) -> None:
    """All of inclusion in the whole log, all of consistency up to it."""
    leaves, nodes = _leaves(connection), SqlNodes(connection, 1)

    for index in range(SIZE):
        assert list(prove_inclusion(nodes, index=index, size=SIZE)) == outsider.path(index, leaves)
    for old in range(1, SIZE):
        assert list(prove_consistency(nodes, old=old, new=SIZE)) == outsider.proof(old, leaves)


def test_a_proof_takes_two_queries_at_most(connection: Connection) -> None:
    """Leaves and the rest, however deep the tree is."""
    asked: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))

    prove_inclusion(SqlNodes(connection, 1), index=6, size=SIZE)

    assert 1 <= sum(statement.startswith("SELECT") for statement in asked) <= 2


@pytest.mark.parametrize("missing", [Subtree(level=0, index=SIZE), Subtree(level=3, index=2)])
def test_what_is_not_there_is_refused(connection: Connection, missing: Subtree) -> None:
    """A leaf after the end, and a subtree that is not complete."""
    with pytest.raises(EvidenceRefused) as refused:
        SqlNodes(connection, 1).hashes([Subtree(level=0, index=0), missing])
    assert refused.value.reason == "tile_missing"


def test_nothing_asked_is_nothing_found(connection: Connection) -> None:
    """Without a query."""
    assert SqlNodes(connection, 1).hashes([]) == []


@pytest.mark.parametrize("chunk", [1, 2, 500])
def test_stored_nodes_come_in_the_order_of_completion(
    connection: Connection, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the tree grew, up to the size that is asked for, in pieces of any length."""
    monkeypatch.setattr("proxy.audit.nodes._CHUNK", chunk)
    hashes = connection.scalars(sa.select(audit_records.c.leaf_hash).order_by(audit_records.c.seq)).all()
    for size in (0, 1, 2, 8, 20, SIZE):
        grown = grow(Frontier(), [bytes(one) for one in hashes[:size]])

        assert tuple(stored_nodes(connection, 1, size)) == grown.nodes


def test_a_proof_reads_the_nodes_it_needs_and_no_others(connection: Connection) -> None:
    """SQLite finds each by its whole key: a log of a million records has a million nodes."""
    if connection.dialect.name != "sqlite":
        return
    asked: list[tuple[str, object]] = []
    event.listen(connection, "before_cursor_execute", lambda *arguments: asked.append((arguments[2], arguments[3])))
    prove_inclusion(SqlNodes(connection, 1), index=6, size=SIZE)
    plans = [
        row[3]
        for statement, values in list(asked)
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        if " audit_nodes " in row[3]
    ]

    assert plans
    assert all("(log_id=? AND level=? AND idx=?)" in plan for plan in plans)
