"""
The log while its writers are killed: nothing acknowledged is lost, it verifies, and the next one goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.kills import kill_again_and_again
from tests.crash.victim import Victim, check_log, write_on
from tests.stores import migrated, url_for

if TYPE_CHECKING:
    import random
    from pathlib import Path

KILLS = {"sqlite": 12, "postgresql": 8}
RECORDS = 1_500
GOES_ON_S = 5.0
"""Seconds in which another node must be writing again; a limit, not a measurement."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database of each kind that is up to date."""
    return migrated(url_for(request.param, request, tmp_path))


def test_no_acknowledged_record_is_lost_when_the_writer_is_killed(
    tmp_path: Path, url: str, moments: random.Random
) -> None:
    """Again and again, at a random place under load; `python -m tests.crash.kills` does it for longer."""
    kills = KILLS["sqlite" if url.startswith("sqlite") else "postgresql"]

    figures = kill_again_and_again(url, tmp_path, moments, kills=kills, records=RECORDS)

    assert figures.kills >= kills
    assert figures.size >= max(RECORDS, len(figures.acknowledged))


def test_processes_on_one_database_interleave(tmp_path: Path, url: str) -> None:
    """Three writers at once: one chain without gaps, nothing of anybody lost."""
    victims = [Victim(url, tmp_path / f"told-{number}", "--clients", "4") for number in range(3)]
    try:
        for victim in victims:
            victim.wait_for(100)
    finally:
        for victim in victims:
            victim.kill()

    assert check_log(url, set().union(*(victim.acknowledged() for victim in victims))) >= 300


def test_a_node_killed_with_the_head_in_its_hand_stops_nobody(tmp_path: Path, postgres_database: str) -> None:
    """The lock ends with the connection: the other node goes on, and the transaction of the dead one never was."""
    url = migrated(postgres_database)
    told = write_on(url, tmp_path / "first")
    with Victim(url, tmp_path / "other", "--clients", "4") as other:
        other.wait_for(20)
        with Victim(url, tmp_path / "holder", "--clients", "4", "--hold") as holder:
            holder.wait_for_lock()
            before = len(other.acknowledged())
            holder.kill()
            other.wait_for(before + 100, seconds=GOES_ON_S)
        other.kill()

    assert other.refusals() == []
    assert holder.acknowledged() == set()
    check_log(url, told | other.acknowledged())
