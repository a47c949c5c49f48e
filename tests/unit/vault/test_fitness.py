"""Whether the wrapping keys of a process fit its database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.core.errors import ConfigurationError
from proxy.storage.engines import create_engine
from proxy.storage.wrapping_keys import wrapping_keys
from proxy.vault.fitness import MISSING, RETIRED, require_usable, unfit
from tests.fakes.clock import START
from tests.key_exchanges import FIRST, FIRST_ID, SECOND, SECOND_ID, ring_of
from tests.stores import migrated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection

LATER = START + timedelta(days=1)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Return a connection to an empty database."""
    engine = create_engine(migrated(f"sqlite:///{tmp_path}/log.db"))
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def _note(connection: Connection, kek_id: str, *, left: bool) -> None:
    row = {"kek_id": kek_id, "noted_at": START, "left_at": START if left else None, "retired_at": None}
    connection.execute(sa.insert(wrapping_keys), row)


def test_before_the_first_exchange_every_key_fits(connection: Connection) -> None:
    """The database names none."""
    assert unfit(connection, ring_of(FIRST)) is None


def test_while_keys_are_exchanged_a_node_needs_both(connection: Connection) -> None:
    """Rows of either come along; afterwards the one that is retired is not needed."""
    _note(connection, FIRST_ID, left=True)
    _note(connection, SECOND_ID, left=False)

    assert unfit(connection, ring_of(FIRST)) == MISSING
    assert unfit(connection, ring_of(SECOND)) == MISSING
    assert unfit(connection, ring_of(FIRST, SECOND)) is None
    require_usable(connection, ring_of(SECOND))

    connection.execute(sa.update(wrapping_keys).where(wrapping_keys.c.kek_id == FIRST_ID).values(retired_at=LATER))
    assert unfit(connection, ring_of(SECOND)) is None
    assert unfit(connection, ring_of(FIRST, SECOND)) == RETIRED
    with pytest.raises(ConfigurationError) as refused:
        require_usable(connection, ring_of(FIRST))
    assert [problem.code for problem in refused.value.problems] == [RETIRED]
    assert "another node" in refused.value.render("en")
