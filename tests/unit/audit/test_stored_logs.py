"""The logs of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from proxy.audit.stored_logs import head, logs, opening, openings, stored_logs
from proxy.audit.verify import verify
from proxy.core.errors import AuditBroken
from proxy.storage.columns import instant
from proxy.storage.engines import create_reader
from tests.checkpoints import SIGNER, signed_log
from tests.fakes.clock import START

if TYPE_CHECKING:
    from pathlib import Path


def test_a_log_is_read_as_it_stands(url: str, tmp_path: Path) -> None:
    """Its head, its records, its checkpoints; log 1 says nothing of another one."""
    with signed_log(url, 3) as log:
        node = log.node(tmp_path)
        node.sign()
        log.grow(2)

        def read(connection: object) -> None:
            (stored,) = stored_logs(connection)  # type: ignore[arg-type]
            assert [row.seq for row in stored.rows] == [0, 1, 2, 3, 4]
            assert [one.size for one in stored.checkpoints] == [3]
            assert (stored.head.log, stored.head.size, stored.head.closed) == (1, 5, False)
            assert head(connection) == stored.head  # type: ignore[arg-type]
            assert logs(connection) == [1]  # type: ignore[arg-type]
            assert openings(connection) == []  # type: ignore[arg-type]
            assert opening(connection, 2) is None  # type: ignore[arg-type]

        log.reads.run_blocking(read)


def test_without_a_log_nothing_is_read(url: str) -> None:
    """It says so."""
    with signed_log(url) as log, pytest.raises(AuditBroken, match="a database without one"):
        log.reads.run_blocking(lambda connection: head(connection, 7))


@pytest.mark.parametrize("behind", [1, 2, 3])
def test_a_log_that_is_closed_while_it_is_looked_at_is_whole(url: str, tmp_path: Path, behind: int) -> None:
    """What is read is the state of one moment, whichever statement the other process comes behind."""
    with signed_log(url, 3) as log:
        engine = create_reader(url)
        statements: list[object] = []

        @event.listens_for(engine, "after_cursor_execute")
        def _close(*_: object) -> None:
            statements.append(_)
            if len(statements) == behind:
                log.close_log(tmp_path)

        with engine.connect() as connection:
            found = verify(stored_logs(connection), now=instant(START), keys=(SIGNER.key(),))
        engine.dispose()

        assert isinstance(found, tuple), found
        assert len(statements) > behind
