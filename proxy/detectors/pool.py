"""
A pool of worker processes for one line-up of detectors: queue, batches, deadlines, restarts.

What waits goes to the next idle worker after a moment for others to join it, at most sixteen at a time. The parent
watches each worker's heartbeat by its own clock and kills one that stays at one stage for too long. A kill costs the
post it happened on its answer; the others of the batch are tried once more, alone, within their own deadline.

Processes beyond those allowed to work at the same time are the warm spares: idle workers are used last in, first out,
so a spare stays untouched until it is needed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import count
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable
from proxy.core.model import House
from proxy.detectors import messages
from proxy.detectors.desks import Desk, Job, Reply
from proxy.detectors.loads import Load
from proxy.detectors.process import WorkerLost, WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.core.model import Lexicon, Recognizer, Register
    from proxy.detectors.config import LineUp, PoolLimits
    from proxy.detectors.quarantine import Quarantine

LARGEST_BATCH = 16
TICK = 0.02
"""Seconds between two looks at deadlines, while there is work."""
MOST_PER_TICK = 5 * TICK
"""Seconds that one look adds to the age of a worker's stage, however late it comes."""
SLOWEST_RESTART = 5.0
NO_HOUSE = House()
KEPT_SETS = 2


class Pool:
    """Workers of one line-up. Never raises towards a post: what cannot be answered gets a reply without an answer."""

    def __init__(
        self,
        line_up: LineUp,
        limits: PoolLimits,
        *,
        quarantine: Quarantine,
        observe: Callable[[str, str, float], None],
        in_flight: Callable[[], int] = lambda: LARGEST_BATCH,
    ) -> None:
        self._line_up = line_up
        self.stages = line_up.stages
        self._limits = limits
        self._deadlines = line_up.limits()
        self._quarantine = quarantine
        self._observe = observe
        self._in_flight = in_flight
        self._numbers = count(1)
        self._queue: deque[Job] = deque()
        self._desks: dict[WorkerProcess, Desk] = {}
        self._idle: list[Desk] = []
        self._sets: dict[tuple[str, str], bytes] = {}
        self._slots: list[asyncio.Task[None]] = []
        self._warm = asyncio.Event()
        self._loading = asyncio.Lock()
        self._ticking = False
        self._ticked = 0.0
        self._pumping = False
        self._stopped = False
        self.faults: dict[str, str] = {}
        """Detectors that could not be built by the worker that started last, and why."""

    async def start(self) -> None:
        """Start the workers and wait until they are ready or given up; the spares follow by themselves."""
        loop = asyncio.get_running_loop()
        for slot in range(self._line_up.workers + self._limits.spares):
            # Owned by this pool: cancelled and awaited in `stop`. A task group would have to span both methods.
            self._slots.append(loop.create_task(self._keep(spare=slot >= self._line_up.workers)))
        try:
            async with asyncio.timeout(self._limits.start_seconds):
                await self._warm.wait()
        except TimeoutError:
            self.faults = dict.fromkeys((stage.name for stage in self._line_up.stages), "worker-start")
            self._warm.set()

    async def stop(self) -> None:
        """End every process; posts that still wait get no answer."""
        self._stopped = True
        for job in (*self._queue, *(job for desk in self._desks.values() for job in desk.batch.values())):
            job.settle(Reply(answer=None, cause="stopped"))
        self._queue.clear()
        for desk in self._desks.values():
            # Nobody is to blame for a worker that ends now.
            desk.batch = {}
        for slot in self._slots:
            slot.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)
        self._slots.clear()

    @property
    def pids(self) -> tuple[int, ...]:
        """Return the process ids of all workers that are ready, spares included."""
        return tuple(desk.worker.pid for desk in self._desks.values() if desk.welcome)

    def submit(
        self, texts: bytes, *, rules: str, key: bytes, deadline: float, register: str = ""
    ) -> asyncio.Future[Reply]:
        """Put a post, made by `encode_texts`, into the queue; the reply comes by the deadline (of the loop's clock)."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        if self._stopped or len(self._queue) >= self._limits.queue:
            reply.set_result(Reply(answer=None, cause="stopped" if self._stopped else "queue-full"))
            return reply
        job = Job(
            number=next(self._numbers),
            texts=texts,
            rules=rules,
            register=register,
            key=key,
            deadline=deadline,
            reply=reply,
        )
        self._queue.append(job)
        self._pump_soon()
        self._tick_soon()
        return reply

    async def load(
        self,
        rules: str,
        lexicons: tuple[Lexicon, ...],
        recognizers: tuple[Recognizer, ...] = (),
        house: House = NO_HOUSE,
        register: Register | None = None,
    ) -> None:
        """
        Bring word lists, recognizers and the register to every worker, one after the other: the others go on working.

        Raises:
            GateUnavailable: a worker could not take them.
        """
        if not any(stage.by_rules for stage in self._line_up.stages):
            return
        async with self._loading:
            await self._load(
                Load(rules=rules, lexicons=lexicons, recognizers=recognizers, house=house, register=register)
            )

    async def _load(self, message: Load) -> None:
        wanted = message.rules, "" if message.register is None else message.register.version
        self._sets.pop(wanted, None)
        self._sets[wanted] = messages.encode_load(message)
        while len(self._sets) > KEPT_SETS:
            del self._sets[next(iter(self._sets))]
        for desk in [desk for desk in self._desks.values() if desk.welcome]:
            try:
                await self._give(desk, wanted)
            except (WorkerLost, TimeoutError):
                # It is dead or being killed; its successor gets the lists before its first post.
                continue

    async def _give(self, desk: Desk, wanted: tuple[str, str], excused: frozenset[str] = frozenset()) -> None:
        desk.loaded = asyncio.get_running_loop().create_future()
        if desk in self._idle:
            self._idle.remove(desk)
        desk.worker.send(self._sets[wanted])
        try:
            async with asyncio.timeout(self._limits.start_seconds):
                loaded = await desk.loaded
        except TimeoutError:
            desk.worker.kill("deadline")
            raise
        finally:
            desk.loaded = None
        faults = [fault for fault in loaded.faults if fault.detector not in excused]
        if faults:
            raise GateUnavailable(found=f"word lists that no matcher can be built from ({faults[0].code})")
        self._rest(desk)

    async def _keep(self, *, spare: bool) -> None:
        """Keep one process alive until cancelled: start it, wait for its end, start the next."""
        if spare:
            await self._warm.wait()
        failures = 0
        while True:
            if failures:
                await asyncio.sleep(min(SLOWEST_RESTART, 0.05 * 2**failures))
            failures = 0 if await self._life() else failures + 1

    async def _life(self) -> bool:
        """Live through one process; return whether it did any work."""
        worker = WorkerProcess(self._reported, self._lost)
        desk = Desk(worker=worker, ready=asyncio.get_running_loop().create_future())
        self._desks[worker] = desk
        try:
            await worker.launch()
            async with asyncio.timeout(self._limits.start_seconds):
                await self._welcome(desk)
            await asyncio.shield(worker.lost)
        except (OSError, TimeoutError, WorkerLost, GateUnavailable):
            # Not a word about a text can be in these; the next process is started after a pause.
            self._observe("error", self._line_up.pool, 0.0)
        finally:
            if desk in self._idle:
                self._idle.remove(desk)
            await worker.end()
            self._desks.pop(worker, None)
        return desk.answered

    async def _welcome(self, desk: Desk) -> None:
        begun = asyncio.get_running_loop().time()
        desk.worker.send(
            messages.encode_configure(
                messages.Configure(
                    factory=self._line_up.factory,
                    stages=tuple(stage.name for stage in self._line_up.stages),
                    options=self._line_up.options,
                    recycle_posts=self._limits.recycle_posts,
                    recycle_mib=self._limits.recycle_mib,
                )
            )
        )
        ready = await desk.ready
        given: list[tuple[str, str]] = []
        # The file of a register may have been replaced since: then posts lack that detector until the new one is in
        # force, and are held.
        by_register = frozenset(stage.name for stage in self._line_up.stages if stage.register)
        # Word lists may come while others are being given; the worker takes posts only when it has all.
        while missing := [one for one in self._sets if one not in given]:
            await self._give(desk, missing[0], by_register)
            given.append(missing[0])
        desk.welcome = True
        self.faults = {fault.detector: fault.code for fault in ready.faults}
        self._rest(desk)
        self._observe("started", self._line_up.pool, asyncio.get_running_loop().time() - begun)
        if len(self.pids) >= self._line_up.workers:
            self._warm.set()

    def _reported(self, worker: WorkerProcess, report: messages.Ready | messages.Loaded | messages.Answers) -> None:
        desk = self._desks[worker]
        match report:
            case messages.Ready() if not desk.ready.done():
                desk.ready.set_result(report)
            case messages.Loaded() if desk.loaded is not None and not desk.loaded.done():
                desk.loaded.set_result(report)
            case messages.Answers() if {answer.post for answer in report.answers} == desk.batch.keys():
                self._answered(desk, report)
            case _:
                worker.kill("error")

    def _answered(self, desk: Desk, report: messages.Answers) -> None:
        jobs, desk.batch = desk.batch, {}
        desk.answered = True
        desk.retired = report.retire
        for answer in report.answers:
            jobs[answer.post].settle(Reply(answer=answer))
        if report.retire:
            desk.worker.retire()
        self._rest(desk)

    def _rest(self, desk: Desk) -> None:
        """Let a worker take the next batch, if it has nothing else to do."""
        free = desk.welcome and desk.loaded is None and not desk.batch and not desk.retired
        if free and not desk.worker.lost.done() and desk not in self._idle:
            self._idle.append(desk)
        self._pump()

    def _lost(self, worker: WorkerProcess) -> None:
        """Settle the post a worker died on, give the others of its batch another try."""
        desk = self._desks[worker]
        desk.welcome = False
        for waiting in (desk.ready, desk.loaded):
            if waiting is not None and not waiting.done():
                waiting.set_exception(WorkerLost())
                # Asked for here, so that the loop does not report it when nobody waits any more.
                waiting.exception()
        if desk in self._idle:
            self._idle.remove(desk)
        number, stage = worker.place()
        jobs, desk.batch = desk.batch, {}
        for job in jobs.values():
            if job.number == number:
                self._blame(job, worker.cause, stage)
            elif job.alone:
                job.settle(Reply(answer=None, cause=worker.cause))
            else:
                job.alone = True
                self._queue.appendleft(job)
        self._pump()

    def _blame(self, job: Job, cause: str, stage: int) -> None:
        now = asyncio.get_running_loop().time()
        self._observe(cause, self._stage_name(stage), 0.0)
        if self._quarantine.strike(job.key, now):
            self._observe("quarantined", self._stage_name(stage), 0.0)
        job.settle(Reply(answer=None, cause=cause))

    def _stage_name(self, stage: int) -> str:
        stages = self._line_up.stages
        return stages[stage - 1].name if 0 < stage <= len(stages) else "surfaces"

    def _pump_soon(self) -> None:
        """Hand out work after a moment in which other posts may join it; at once when no other one is in flight."""
        if len(self._queue) >= self._in_flight():
            asyncio.get_running_loop().call_soon(self._pump)
        elif not self._pumping:
            self._pumping = True
            asyncio.get_running_loop().call_later(self._limits.gather_seconds, self._pump)

    def _pump(self) -> None:
        self._pumping = False
        working = sum(1 for desk in self._desks.values() if desk.batch)
        while self._queue and self._idle and working < self._line_up.workers:
            free = min(len(self._idle), self._line_up.workers - working)
            jobs = self._take(share=-(-len(self._queue) // free))
            if not jobs:
                return
            desk = self._idle.pop()
            desk.batch = {job.number: job for job in jobs}
            desk.place, desk.age = (-1, -1), 0.0
            desk.worker.send(
                messages.encode_batch(jobs[0].rules, [(job.number, job.texts) for job in jobs], jobs[0].register)
            )
            working += 1

    def _take(self, *, share: int) -> list[Job]:
        """Take the next batch off the queue: equal word lists, one alone or several."""
        jobs: list[Job] = []
        while self._queue and len(jobs) < min(share, LARGEST_BATCH):
            job = self._queue[0]
            if job.reply.done():
                self._queue.popleft()
                continue
            if jobs and (job.alone or job.asks != jobs[0].asks):
                break
            jobs.append(self._queue.popleft())
            if job.alone:
                break
        return jobs

    def _tick_soon(self) -> None:
        if not self._ticking:
            self._ticking = True
            self._ticked = asyncio.get_running_loop().time()
            asyncio.get_running_loop().call_later(TICK, self._tick)

    def _tick(self) -> None:
        """Settle what is late, kill what hangs."""
        self._ticking = False
        now = asyncio.get_running_loop().time()
        # A tick that comes late means that this process or the whole machine stood still, and the workers with it.
        passed = min(now - self._ticked, MOST_PER_TICK)
        working = [desk for desk in self._desks.values() if desk.batch]
        for job in (*self._queue, *(job for desk in working for job in desk.batch.values())):
            if now >= job.deadline:
                job.settle(Reply(answer=None, cause="deadline"))
        while self._queue and self._queue[0].reply.done():
            self._queue.popleft()
        for desk in working:
            place = desk.worker.place()
            if place != desk.place:
                desk.place, desk.age = place, 0.0
                continue
            desk.age += passed
            if desk.age >= self._limit(desk, place):
                desk.worker.kill("deadline")
        if self._queue or working:
            self._tick_soon()

    def _limit(self, desk: Desk, place: tuple[int, int]) -> float:
        """Return how long a worker may stay at a place; before the first post of its batch, the longest of all."""
        number, stage = place
        if number in desk.batch and stage < len(self._deadlines):
            return self._deadlines[stage]
        return max(self._deadlines)
