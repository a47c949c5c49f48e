"""The node notices when wall time cannot be trusted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable
from proxy.core.model import Receipt
from proxy.gate.clockwatch import ClockWatch
from tests.fakes.clock import CountingIds, ManualClock

if TYPE_CHECKING:
    from proxy.gate.work import Work


class Log:
    """Keeps what is committed."""

    def __init__(self) -> None:
        self.works: list[Work] = []
        self.down = False

    async def commit(self, work: Work) -> Receipt:
        """Keep a unit of work, or say that the log is down."""
        if self.down:
            raise AuditUnavailable
        self.works.append(work)
        return Receipt(post=None, mac="", records={}, first_seq=0, size=1)


def _watch(clock: ManualClock, log: Log, database: timedelta = timedelta(0)) -> ClockWatch:
    async def database_now() -> datetime:
        return clock.now() + database

    return ClockWatch(clock=clock, ids=CountingIds(), audit=log, database_now=database_now)


async def test_time_that_passes_is_fit() -> None:
    """An hour that passes on both clocks is no jump."""
    clock, log = ManualClock(), Log()
    watch = _watch(clock, log)
    clock.advance(3600)

    assert await watch.fit()
    assert log.works == []


async def test_a_jump_is_recorded_once_and_shown_for_a_minute() -> None:
    """Wall time jumps back an hour: one record with the size of the jump, not ready for a minute, then fit again."""
    clock, log = ManualClock(), Log()
    watch = _watch(clock, log)
    clock.jump(-3600)

    assert not await watch.fit()
    clock.advance(30)
    assert not await watch.fit()
    clock.advance(31)
    assert await watch.fit()
    assert [work.records[0].data for work in log.works] == [{"skew_ms": -3_600_000}]


async def test_a_node_that_disagrees_with_the_database_is_unfit() -> None:
    """More than a minute of skew against the database makes the node not ready."""
    clock = ManualClock()

    assert not await _watch(clock, Log(), timedelta(seconds=61)).fit()
    assert await _watch(clock, Log(), timedelta(seconds=59)).fit()


async def test_a_jump_while_the_log_is_down_is_recorded_later() -> None:
    """What could not be written is seen again at the next look."""
    clock, log = ManualClock(), Log()
    watch = _watch(clock, log)
    clock.jump(3600)
    log.down = True
    with pytest.raises(AuditUnavailable):
        await watch.fit()
    log.down = False

    assert not await watch.fit()
    assert [record.data for work in log.works for record in work.records] == [{"skew_ms": 3_600_000}]
