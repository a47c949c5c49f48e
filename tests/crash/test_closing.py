"""
The log while it is closed under load, and while whoever closes it is killed: one log is open, nothing is lost.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.audit.stored_logs import stored_logs
from proxy.audit.verify import verify
from proxy.storage.columns import instant
from proxy.storage.engines import create_engine
from proxy.storage.tables import audit_head, audit_records
from tests.checkpoints import SIGNER
from tests.crash import log_closer
from tests.crash.victim import Victim
from tests.fakes.clock import START
from tests.stores import migrated, url_for

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

POINTS = ("log_closed", "before_commit", "after_commit", "")
"""Where it is killed; the last one not at all."""
LATER = {"after_commit": 1, "": 1}
"""After which of them another log is open."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database of each kind that is up to date."""
    return migrated(url_for(request.param, request, tmp_path))


def _close(url: str, state: Path, point: str) -> int:
    command = [sys.executable, "-I", log_closer.__file__, url, str(state), *([point] if point else [])]
    return subprocess.run(command, check=False, timeout=120).returncode


def _check(url: str, acknowledged: AbstractSet[str]) -> tuple[int, int]:
    """Check all logs; return how many there are, and how many records."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = verify(stored_logs(connection), now=instant(START), keys=(SIGNER.key(),))
        closed = connection.scalars(sa.select(audit_head.c.closed_at).order_by(audit_head.c.log_id)).all()
        kept = list(connection.scalars(sa.select(audit_records.c.id)))
    engine.dispose()
    assert isinstance(found, tuple), found
    assert [one is None for one in closed] == [False] * (len(closed) - 1) + [True]
    assert len(kept) == len(set(kept))
    assert acknowledged <= set(kept)
    return len(found), len(kept)


def test_nodes_go_on_in_the_next_log_whoever_is_killed(tmp_path: Path, url: str) -> None:
    """Two nodes write while a third process closes the log, and is killed at every point of it."""
    victims = [Victim(url, tmp_path / f"told-{number}", "--clients", "4") for number in range(2)]
    expected = 1
    try:
        for point in POINTS:
            for victim in victims:
                victim.wait_for(len(victim.acknowledged()) + 20)
            assert _close(url, tmp_path / "state", point) == (137 if point else 0)
            expected += LATER.get(point, 0)
        for victim in victims:
            victim.wait_for(len(victim.acknowledged()) + 20)
    finally:
        for victim in victims:
            victim.kill()

    told = set().union(*(victim.acknowledged() for victim in victims))
    logs, records = _check(url, told)
    assert logs == expected == 3
    assert records >= len(told) + 2 * (logs - 1)
    assert [victim.refusals() for victim in victims] == [[], []]
