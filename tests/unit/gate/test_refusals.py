"""Refused requests are on record, and a flood of them is not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.core.errors import AuditUnavailable
from proxy.core.model import Receipt
from proxy.gate.refusals import RefusalLog
from tests.fakes.clock import CountingIds, ManualClock

if TYPE_CHECKING:
    from proxy.gate.work import Work


class Log:
    """Keeps what is committed, or refuses."""

    def __init__(self) -> None:
        self.works: list[Work] = []
        self.down = False
        self.committed = asyncio.Event()

    async def commit(self, work: Work) -> Receipt:
        """Keep a unit of work, or say that the log is down."""
        if self.down:
            raise AuditUnavailable
        self.works.append(work)
        self.committed.set()
        return Receipt(post=None, mac="", records={}, first_seq=0, size=1)

    @property
    def rows(self) -> list[tuple[object, object, object]]:
        """Return door, reason and count of every record."""
        return [
            (record.data["door"], record.data["reason"], record.data["count"])
            for work in self.works
            for record in work.records
        ]


def _refusals(log: Log, clock: ManualClock) -> RefusalLog:
    return RefusalLog(audit=log, clock=clock, ids=CountingIds())


async def test_the_first_refusal_is_recorded_at_once_and_the_rest_as_a_sum() -> None:
    """A hundred thousand refusals of one kind in a minute make two records that add up."""
    log, clock = Log(), ManualClock()
    refusals = _refusals(log, clock)
    refusals.note(door="mastodon", reason="auth")
    await refusals.flush()
    for _ in range(100_000):
        refusals.note(door="mastodon", reason="auth")
    await refusals.flush()
    assert log.rows == [("mastodon", "auth", 1)]
    clock.advance(61)
    await refusals.flush()

    assert log.rows == [("mastodon", "auth", 1), ("mastodon", "auth", 100_000)]


async def test_doors_and_reasons_are_counted_apart() -> None:
    """Each pair of door and reason has its own first record."""
    log = Log()
    refusals = _refusals(log, ManualClock())
    refusals.note(door="a", reason="auth")
    refusals.note(door="a", reason="size")
    refusals.note(door="b", reason="auth")
    await refusals.flush()

    assert sorted(log.rows) == [("a", "auth", 1), ("a", "size", 1), ("b", "auth", 1)]


async def test_counts_survive_a_log_that_is_down() -> None:
    """What cannot be recorded now is recorded later, with the time of the first refusal."""
    log, clock = Log(), ManualClock()
    refusals = _refusals(log, clock)
    log.down = True
    refusals.note(door="a", reason="auth")
    await refusals.flush()
    clock.advance(5)
    log.down = False
    refusals.note(door="a", reason="auth")
    await refusals.flush()

    assert log.rows == [("a", "auth", 2)]
    assert log.works[0].records[0].data["first_at"] == "2026-11-23T09:00:00.000000Z"


async def test_the_loop_records_without_being_asked_and_stopping_records_the_rest() -> None:
    """A noted refusal wakes the loop; at shutdown the open sums are written."""
    log = Log()
    refusals = _refusals(log, ManualClock())
    async with asyncio.TaskGroup() as group:
        loop = group.create_task(refusals.run(pause_s=0.01))
        refusals.note(door="a", reason="auth")
        await log.committed.wait()
        refusals.note(door="a", reason="auth")
        await asyncio.sleep(0.03)
        loop.cancel()
    assert log.rows == [("a", "auth", 1)]
    await refusals.flush(everything=True)
    await refusals.flush(everything=True)

    assert log.rows == [("a", "auth", 1), ("a", "auth", 1)]


async def test_what_comes_while_a_sum_is_written_is_in_the_next_one() -> None:
    """No refusal is counted twice, none is lost."""
    log, clock = Log(), ManualClock()
    refusals = _refusals(log, clock)
    commit = log.commit

    async def meanwhile(work: Work) -> Receipt:
        refusals.note(door="mastodon", reason="auth")
        return await commit(work)

    log.commit = meanwhile  # type: ignore[method-assign]
    refusals.note(door="mastodon", reason="auth")
    await refusals.flush()
    log.commit = commit  # type: ignore[method-assign]
    await refusals.flush(everything=True)

    assert log.rows == [("mastodon", "auth", 1), ("mastodon", "auth", 1)]
