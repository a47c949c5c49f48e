"""
Group commit: many units of work share one COMMIT, and nobody is told before it.

The event loop collects, one thread writes; a batch is one hop. While a batch is being written the next one gathers. A
batch waits at most 2 ms, and only when the one before shows that others are in flight. A full queue refuses at once; it
never drops and never spools. Cancelling a caller never cancels its commit.

When the store is unfit (disk full, I/O error, server away) the writer latches: it refuses everything, and tries once a
second on a new connection whether the log's end is whole and a write becomes durable.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from proxy.audit.leaf import build
from proxy.audit.ledger import Entry, Ledger, StoreUnfit
from proxy.core.errors import AuditBusy, AuditUnavailable, InvalidRecord, PostgateError
from proxy.storage.changes import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.engine import Engine

    from proxy.audit.ledger import Closing, Result
    from proxy.core.model import Receipt
    from proxy.gate.order_changes import OpenOrder
    from proxy.gate.work import Work

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterLimits:
    """How much waits and how much is written at once."""

    queue: int = 1024
    """Units of work that may wait."""
    records: int = 256
    bytes: int = 1024 * 1024
    window_s: float = 0.010
    """How long a batch waits for others that are in flight."""
    probe_s: float = 1.0
    """Pause between tries while the store is unfit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSample:
    """Numbers of one batch, for metrics."""

    seconds: float
    works: int
    records: int
    queued: int
    """Units of work that wait for the next batch."""
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    entry: Entry
    bytes: int
    told: asyncio.Future[Receipt]


def _ignore(_value: object) -> None:
    """Do nothing: the default observer and the default fault points."""


class GroupCommitWriter:
    """The append side of the log; implements `gate.ports.AuditLog`."""

    def __init__(
        self,
        engine: Engine,
        *,
        origin: str,
        node: str,
        limits: WriterLimits | None = None,
        observe: Callable[[CommitSample], None] = _ignore,
        faults: Callable[[str], None] = _ignore,
    ) -> None:
        self._node = node
        self._limits = limits or WriterLimits()
        self._observe = observe
        self._ledger = Ledger(engine, origin=origin, faults=faults)
        self._thread: ThreadPoolExecutor | None = None
        self._queue: deque[_Waiting] = deque()
        self._writing = False
        self._expected = 1
        self._timer: asyncio.TimerHandle | None = None
        self._problem: str | None = "not started"
        self._refused: str | None = None
        self._idle: asyncio.Event = asyncio.Event()
        self._idle.set()
        self._stopping = False

    async def start(self) -> None:
        """
        Open the log and begin to take units of work.

        Raises:
            AuditBroken: the end of the log does not fit its head.
            AuditUnavailable: the database does not answer.
        """
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="postgate-audit")
        try:
            await self._loop.run_in_executor(self._thread, self._ledger.open)
        except BaseException:  # a start that failed or was interrupted leaves nothing to stop; the error goes on
            self._thread.shutdown(wait=False)
            self._thread = None
            raise
        self._problem = None

    async def stop(self) -> None:
        """Write what waits, then close; later units of work are refused."""
        self._stopping = True
        await self._idle.wait()
        if self._timer is not None:
            self._timer.cancel()
        if self._thread is not None:
            await self._loop.run_in_executor(self._thread, self._ledger.close)
            self._thread.shutdown(wait=False)
            self._thread = None
        self._problem = "stopped"

    def problem(self) -> str | None:
        """Return why nothing can be recorded at the moment, or None when it can."""
        return self._refused or self._problem

    def healthy(self) -> bool:
        """Return whether units of work are taken."""
        return self.problem() is None and not self._stopping

    def queued(self) -> int:
        """Return how many units of work wait."""
        return len(self._queue)

    async def commit(self, work: Work) -> Receipt:
        """
        Make a unit of work durable; return only after COMMIT reached the disk.

        Raises:
            InvalidRecord: a record outside the catalogue, or one whose content is not that of the post.
            Conflict: a conditional change lost; nothing of this work was kept.
            AuditBusy: the queue is full; nothing was kept.
            AuditUnavailable: nothing is known to be kept, nothing may be sent.
        """
        if not self.healthy():
            raise AuditUnavailable(expected="a fit audit log", found=self.problem() or "stopping")
        if len(self._queue) >= self._limits.queue:
            raise AuditBusy(expected=f"at most {self._limits.queue} units of work waiting", found="a full queue")
        entry = prepare(work, node=self._node)
        told: asyncio.Future[Receipt] = self._loop.create_future()
        self._queue.append(_Waiting(entry=entry, bytes=entry.bytes(), told=told))
        self._idle.clear()
        self._consider()
        return await told

    async def close_log(self, closing: Closing) -> Receipt:
        """
        Close the open log and open the next one; return only after COMMIT reached the disk.

        Raises:
            Conflict: a conditional change lost; nothing was done.
            AuditBroken: the log is another one than the closing is for.
            AuditUnavailable: nothing is known to be done.
        """
        result = await self._in_thread(lambda: self._ledger.close_log(closing))
        if isinstance(result, PostgateError):
            raise result
        return result

    async def keep_order(self, order: OpenOrder) -> None:
        """
        Keep an order without a record, where the open log may take none; its record opens the next log.

        Raises:
            AuditUnavailable: nothing is known to be kept.
        """
        await self._in_thread(lambda: self._ledger.keep(steps_of((order,))))

    def refuse(self, problem: str | None) -> None:
        """Take no units of work: this log is not to be continued. None: it is, if the store is fit."""
        self._refused = problem

    async def _in_thread(self, work: Callable[[], Value]) -> Value:
        """Do something in the writer's thread, between batches."""
        if self._thread is None:
            raise AuditUnavailable(expected="a fit audit log", found="not started")
        try:
            return await self._loop.run_in_executor(self._thread, work)
        except StoreUnfit as unfit:
            raise AuditUnavailable(expected="a store that keeps what it is given", found=str(unfit)) from None

    def _consider(self) -> None:
        """Write now, or wait a moment for others that are in flight."""
        if self._writing or not self._queue:
            return
        if len(self._queue) >= self._expected or self._stopping:
            self._write()
        elif self._timer is None:
            self._timer = self._loop.call_later(self._limits.window_s, self._write)

    def _write(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._writing or not self._queue or self._thread is None:
            return
        self._writing = True
        self._thread.submit(self._append, self._take())

    def _take(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        records = written = 0
        while self._queue:
            records += len(self._queue[0].entry.leaves)
            written += self._queue[0].bytes
            if batch and (records > self._limits.records or written > self._limits.bytes):
                break
            batch.append(self._queue.popleft())
        return batch

    def _append(self, batch: list[_Waiting]) -> None:
        """Write a batch; in the writer's thread."""
        started = time.perf_counter()
        results: Sequence[Result]
        unfit: str | None = None
        try:
            results = self._ledger.append([waiting.entry for waiting in batch])
        except StoreUnfit as error:
            unfit = str(error)
            results = [AuditUnavailable(expected="a store that keeps what it is given", found=unfit)] * len(batch)
        except Exception as error:  # noqa: BLE001  every caller must be told "not recorded", whatever broke
            unfit = type(error).__name__
            results = [AuditUnavailable(expected="a working writer", found=unfit)] * len(batch)
        seconds = time.perf_counter() - started
        self._loop.call_soon_threadsafe(self._written, batch, results, unfit, seconds)

    def _written(self, batch: Sequence[_Waiting], results: Sequence[Result], unfit: str | None, seconds: float) -> None:
        """Tell the callers; in the event loop, after COMMIT."""
        self._writing = False
        for waiting, result in zip(batch, results, strict=True):
            _tell(waiting, result)
        if unfit is not None:
            self._latch(unfit)
        self._expected = min(len(batch) + len(self._queue), self._limits.records)
        records = sum(len(waiting.entry.leaves) for waiting in batch)
        self._observe(
            CommitSample(
                seconds=seconds,
                works=len(batch),
                records=records,
                queued=len(self._queue),
                failed=unfit is not None,
            )
        )
        if self._queue:
            self._consider()
        else:
            self._idle.set()

    def _latch(self, problem: str) -> None:
        self._problem = problem
        refused = AuditUnavailable(expected="a store that keeps what it is given", found=problem)
        while self._queue:
            _tell(self._queue.popleft(), refused)
        self._timer = self._loop.call_later(self._limits.probe_s, self._probe)

    def _probe(self) -> None:
        self._timer = None
        if self._thread is not None and not self._stopping:
            self._idle.clear()
            self._thread.submit(self._probe_in_thread)

    def _probe_in_thread(self) -> None:
        problem: str | None = None
        try:
            self._ledger.probe()
        except StoreUnfit as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001  whatever broke, the store stays unfit
            problem = type(error).__name__
        self._loop.call_soon_threadsafe(self._probed, problem)

    def _probed(self, problem: str | None) -> None:
        self._idle.set()
        if problem is None:
            self._problem = None
        else:
            self._latch(problem)


def _tell(waiting: _Waiting, result: Result) -> None:
    """Resolve a caller's future; a caller that was cancelled has no use for it."""
    if waiting.told.done():
        return
    if isinstance(result, PostgateError):
        waiting.told.set_exception(result)
    else:
        waiting.told.set_result(result)


def prepare(work: Work, *, node: str) -> Entry:
    """
    Build and hash the leaves of a unit of work, and turn its changes into statements.

    Raises:
        InvalidRecord: no record, a record outside the catalogue, or content of another code than the post's.
    """
    if not work.records:
        raise InvalidRecord(expected="at least one record", found="a unit of work without records")
    for record in work.records:
        macs = {record.data.get("mac"), None if record.content is None else record.content.mac} - {None}
        if work.post is not None and record.subject.post == work.post and work.mac and not macs <= {work.mac}:
            raise InvalidRecord(expected="the code of the post's content", found=f"another code in {record.code}")
    return Entry(
        leaves=tuple(build(record, node=node) for record in work.records),
        steps=tuple(steps_of(work.changes)),
        post=work.post,
        mac=work.mac,
    )
