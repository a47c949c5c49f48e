from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from proxy.audit.verify import Verified
from proxy.audit.writer import CommitSample, GroupCommitWriter, WriterLimits
from proxy.core.errors import AuditBroken, AuditBusy, AuditUnavailable
from proxy.core.model import Receipt
from proxy.storage.columns import instant
from proxy.storage.engines import create_engine
from tests.fakes.clock import START
from tests.stores import ORIGIN, reads_on, writer_on
from tests.verified import verify_stored
from tests.works import Sample, allowed, blocked, ended

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection


async def _verified(url: str) -> Verified:
    def check(connection: Connection) -> object:
        return verify_stored(connection, now=instant(START))

    async with reads_on(url) as reads:
        result = await reads.run(check)
    assert isinstance(result, Verified), result
    return result


async def _healthy(writer: GroupCommitWriter) -> None:
    """Wait until a probe succeeded; the writer has no event for it, `/readyz` asks too."""
    while not writer.healthy():  # noqa: ASYNC110  see above
        await asyncio.sleep(0.01)


class _Gate:
    """Holds the writer's thread before COMMIT until the test opens it."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._open = threading.Event()

    def __call__(self, name: str) -> None:
        if name == "before_commit":
            self.reached.set()
            self._open.wait(30)

    def open(self) -> None:
        """Let everything through from now on."""
        self._open.set()


async def test_those_in_flight_share_a_commit(url: str) -> None:
    """Sixteen at a time need far fewer commits than records, and everything verifies."""
    samples: list[CommitSample] = []
    async with writer_on(url, observe=samples.append) as writer:

        async def client() -> None:
            for _ in range(10):
                sample = Sample()
                await writer.commit(allowed(sample))
                await writer.commit(ended(sample))

        await asyncio.gather(*(client() for _ in range(16)))

    assert (await _verified(url)).size == 480
    assert sum(sample.records for sample in samples) == 480
    assert len(samples) <= 0.1 * 480


async def test_one_alone_does_not_wait_for_others(sqlite_url: str) -> None:
    """Each is written at once: a window of an hour changes nothing."""
    samples: list[CommitSample] = []
    limits = WriterLimits(window_s=3600)
    async with writer_on(sqlite_url, observe=samples.append, limits=limits) as writer:
        for _ in range(5):
            await writer.commit(blocked(Sample()))

    assert [sample.works for sample in samples] == [1] * 5


async def test_nobody_is_told_before_commit(url: str) -> None:
    """While COMMIT is held back the caller waits."""
    gate = _Gate()
    async with writer_on(url, faults=gate) as writer, asyncio.TaskGroup() as group:
        told = group.create_task(writer.commit(blocked(Sample())))
        await asyncio.to_thread(gate.reached.wait, 30)
        early = told.done()
        gate.open()

    assert not early
    assert isinstance(told.result(), Receipt)


async def test_cancelling_a_caller_does_not_cancel_its_commit(url: str) -> None:
    """The client went away; what it began is durable."""
    gate = _Gate()
    async with writer_on(url, faults=gate) as writer:
        async with asyncio.TaskGroup() as group:
            gone = group.create_task(writer.commit(blocked(Sample())))
            waiting = group.create_task(writer.commit(blocked(Sample())))
            await asyncio.to_thread(gate.reached.wait, 30)
            gone.cancel()
            waiting.cancel()
            await asyncio.sleep(0)
            gate.open()
        assert gone.cancelled()
        assert waiting.cancelled()

    assert (await _verified(url)).size == 2


async def test_a_full_queue_refuses_at_once(sqlite_url: str) -> None:
    """It neither drops what waits nor takes more."""
    gate = _Gate()
    limits = WriterLimits(queue=3, window_s=0.0)
    async with writer_on(sqlite_url, faults=gate, limits=limits) as writer, asyncio.TaskGroup() as group:
        tasks = [group.create_task(writer.commit(blocked(Sample())))]
        await asyncio.to_thread(gate.reached.wait, 30)
        tasks += [group.create_task(writer.commit(blocked(Sample()))) for _ in range(3)]
        await asyncio.sleep(0)
        assert writer.queued() == 3
        with pytest.raises(AuditBusy):
            await writer.commit(blocked(Sample()))
        gate.open()

    assert [type(task.result()) for task in tasks] == [Receipt] * 4


async def test_a_batch_is_bounded(sqlite_url: str) -> None:
    """By records and by bytes; a unit of work larger than both goes alone."""
    samples: list[CommitSample] = []
    gate = _Gate()
    limits = WriterLimits(records=4)
    async with (
        writer_on(sqlite_url, faults=gate, observe=samples.append, limits=limits) as writer,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(writer.commit(blocked(Sample())))
        await asyncio.to_thread(gate.reached.wait, 30)
        for _ in range(5):
            group.create_task(writer.commit(allowed(Sample())))
        await asyncio.sleep(0)
        gate.open()

    assert max(sample.records for sample in samples) <= 4
    assert sum(sample.works for sample in samples) == 6


async def test_large_contents_bound_a_batch_too(sqlite_url: str) -> None:
    """A megabyte at a time."""
    samples: list[CommitSample] = []
    async with writer_on(sqlite_url, observe=samples.append, limits=WriterLimits(bytes=1)) as writer:
        await asyncio.gather(*(writer.commit(blocked(Sample())) for _ in range(3)))

    assert [sample.works for sample in samples] == [1, 1, 1]


async def test_an_unfit_store_latches_and_recovers(sqlite_url: str) -> None:
    """Disk full: everything is refused, also what waits, until a probe write works; then the log goes on."""
    engine = await asyncio.to_thread(create_engine, sqlite_url)
    room = {"pages": 1_000_000}

    @event.listens_for(engine, "connect")
    def _limit(connection: DBAPIConnection, _record: object) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count = {room['pages']}")

    limits = WriterLimits(probe_s=0.01)
    samples: list[CommitSample] = []
    writer = GroupCommitWriter(engine, origin=ORIGIN, node="n1", limits=limits, observe=samples.append)
    room["pages"] = 1
    await writer.start()
    kept = refused = 0
    while not refused:
        results = await asyncio.gather(*(writer.commit(blocked(Sample())) for _ in range(50)), return_exceptions=True)
        kept += sum(isinstance(result, Receipt) for result in results)
        refused += sum(isinstance(result, AuditUnavailable) for result in results)
    assert not writer.healthy()
    assert "SQLITE_FULL" in str(writer.problem())
    with pytest.raises(AuditUnavailable):
        await writer.commit(blocked(Sample()))

    room["pages"] = 1_000_000
    await _healthy(writer)
    receipt = await writer.commit(blocked(Sample()))
    await writer.stop()
    await asyncio.to_thread(engine.dispose)

    assert receipt.first_seq == kept
    assert any(sample.failed for sample in samples)
    assert (await _verified(sqlite_url)).size == kept + 1


async def test_an_unforeseen_error_acknowledges_nothing(sqlite_url: str) -> None:
    """Whatever breaks in the thread, callers are told "not recorded" and the writer recovers."""
    broken = [True]

    def fail(name: str) -> None:
        if name == "before_commit" and broken:
            broken.clear()
            raise ZeroDivisionError

    async with writer_on(sqlite_url, faults=fail, limits=WriterLimits(probe_s=0.01)) as writer:
        with pytest.raises(AuditUnavailable, match="ZeroDivisionError"):
            await writer.commit(blocked(Sample()))
        await _healthy(writer)
        receipt = await writer.commit(blocked(Sample()))

    assert receipt.first_seq == 0


async def test_a_log_that_is_not_to_be_continued_stays_so_when_the_store_recovers(sqlite_url: str) -> None:
    """A database that was away may come back as an older one."""
    broken = [True]

    def fail(name: str) -> None:
        if name == "before_commit" and broken:
            broken.clear()
            raise ZeroDivisionError

    async with writer_on(sqlite_url, faults=fail, limits=WriterLimits(probe_s=0.01)) as writer:
        with pytest.raises(AuditUnavailable):
            await writer.commit(blocked(Sample()))
        writer.refuse("log_rolled_back")
        await asyncio.sleep(0.5)
        assert (writer.healthy(), writer.problem()) == (False, "log_rolled_back")
        with pytest.raises(AuditUnavailable, match="log_rolled_back"):
            await writer.commit(blocked(Sample()))
        writer.refuse(None)
        await _healthy(writer)
        assert (await writer.commit(blocked(Sample()))).first_seq == 0


async def test_nothing_is_taken_before_start_and_after_stop(sqlite_url: str) -> None:
    """A writer says what state it is in."""
    engine = await asyncio.to_thread(create_engine, sqlite_url)
    writer = GroupCommitWriter(engine, origin=ORIGIN, node="n1")
    with pytest.raises(AuditUnavailable, match="not started"):
        await writer.commit(blocked(Sample()))
    await writer.start()
    healthy = writer.healthy()
    await writer.stop()

    with pytest.raises(AuditUnavailable, match="stopped"):
        await writer.commit(blocked(Sample()))
    await asyncio.to_thread(engine.dispose)
    assert healthy
    assert not writer.healthy()


async def test_stopping_writes_what_waits(sqlite_url: str) -> None:
    """Everything taken is answered before the thread ends."""
    async with asyncio.TaskGroup() as group, writer_on(sqlite_url) as writer:
        tasks = [group.create_task(writer.commit(blocked(Sample()))) for _ in range(20)]
        await asyncio.sleep(0)

    assert [type(task.result()) for task in tasks] == [Receipt] * 20


async def test_a_log_of_another_name_does_not_start(sqlite_url: str) -> None:
    """The node refuses to serve."""
    async with writer_on(sqlite_url):
        pass
    engine = await asyncio.to_thread(create_engine, sqlite_url)

    with pytest.raises(AuditBroken):
        await GroupCommitWriter(engine, origin="other", node="n2").start()
    await asyncio.to_thread(engine.dispose)


async def test_two_nodes_interleave_without_gaps(url: str) -> None:
    """Two writers on one database: all records, one chain, keys given once."""
    async with writer_on(url) as one, writer_on(url) as other:

        async def client(writer: GroupCommitWriter) -> None:
            for _ in range(8):
                sample = Sample()
                await writer.commit(allowed(sample))
                await writer.commit(ended(sample))

        await asyncio.gather(*(client(writer) for writer in (one, other) for _ in range(8)))
        contested = await asyncio.gather(
            *(writer.commit(allowed(Sample(), key="k")) for writer in (one, other) for _ in range(8)),
            return_exceptions=True,
        )

    assert sum(isinstance(result, Receipt) for result in contested) == 1
    assert (await _verified(url)).size == 2 * 8 * 8 * 3 + 2
