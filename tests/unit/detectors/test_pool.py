from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from proxy.core.errors import GateUnavailable
from proxy.core.model import Lexicon, LexiconTerm
from proxy.detectors.config import LineUp, PoolLimits, Stage
from proxy.detectors.desks import Reply
from proxy.detectors.messages import encode_texts
from proxy.detectors.pool import Pool
from proxy.detectors.quarantine import Quarantine
from tests.fakes.detectors import KEY, FakeBundle, line_up

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Seen = list[tuple[str, str]]


@asynccontextmanager
async def running(line: LineUp, seen: Seen | None = None, *, in_flight: int = 16, **limits: Any) -> AsyncIterator[Pool]:
    """Run a pool for one test."""
    events: Seen = [] if seen is None else seen
    pool = Pool(
        line,
        PoolLimits(**{"spares": 0} | limits),
        quarantine=Quarantine(),
        observe=lambda event, what, _seconds: events.append((event, what)),
        in_flight=lambda: in_flight,
    )
    await pool.start()
    try:
        yield pool
    finally:
        await pool.stop()


def ask(pool: Pool, *texts: str, rules: str = "r", seconds: float = 20.0) -> asyncio.Future[Reply]:
    """Submit one post; its key is its text."""
    deadline = asyncio.get_running_loop().time() + seconds
    return pool.submit(
        encode_texts(texts), rules=rules, key=" ".join(texts).encode(errors="replace"), deadline=deadline
    )


async def test_posts_of_one_moment_are_all_answered_in_their_own_name() -> None:
    """More posts than a batch holds, over two workers; each future gets its own answer."""
    async with running(line_up(workers=2, a="good")) as pool:
        replies = await asyncio.gather(*(ask(pool, "Geheim" if number % 3 == 0 else "x") for number in range(50)))

    found = [len(reply.answer.findings) if reply.answer else None for reply in replies]
    assert found == [1 if number % 3 == 0 else 0 for number in range(50)]


async def test_a_post_that_is_alone_in_flight_waits_for_nobody() -> None:
    """One that is not waits until all have come, or for a moment."""
    async with running(line_up(a="good"), in_flight=2, gather_seconds=3600.0) as pool:
        first = ask(pool, "x")
        await asyncio.sleep(0)
        assert not first.done()
        replies = await asyncio.gather(first, ask(pool, "Geheim"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await ask(pool, "x")

    assert [reply.cause for reply in replies] == ["", ""]


async def test_a_crash_costs_its_post_and_the_others_are_tried_again() -> None:
    """Sixteen posts in one batch, one of which kills the worker: fifteen answers, and a new process."""
    seen: Seen = []
    async with running(line_up(a="kill"), seen) as pool:
        texts = ["TRIGGER" if number == 7 else f"Geheim {number}" for number in range(16)]
        before = pool.pids
        replies = await asyncio.gather(*(ask(pool, text) for text in texts))

        assert pool.pids != before
    assert [reply.answer is not None for reply in replies] == [text != "TRIGGER" for text in texts]
    assert replies[7].cause == "crash"
    assert ("crash", "a") in seen


@pytest.mark.parametrize("behaviour", ["stop", "hang"])
async def test_a_worker_that_hangs_is_killed_at_the_deadline_of_its_stage(behaviour: str) -> None:
    """Stopped or in an endless loop: the parent's clock decides, and the stage is named."""
    seen: Seen = []
    async with running(line_up(a="good", b=behaviour, deadline_ms=300), seen) as pool:
        hung, fine = ask(pool, "TRIGGER"), ask(pool, "Geheim")

        assert await hung == Reply(answer=None, cause="deadline")
        assert (await fine).answer is not None
    assert ("deadline", "b") in seen


async def test_waiting_counts_against_a_posts_own_deadline() -> None:
    """A post behind a hanging one is late at its own deadline, however long the stage may last."""
    async with running(line_up(a="hang", deadline_ms=60_000)) as pool:
        hung = ask(pool, "TRIGGER")
        await asyncio.sleep(0.1)
        late = ask(pool, "x", seconds=0.2)

        assert await late == Reply(answer=None, cause="deadline")
        assert not hung.done()


async def test_a_process_killed_from_outside_is_replaced() -> None:
    """The spare answers while the next one starts."""
    async with running(line_up(a="good"), spares=1) as pool:
        assert (await ask(pool, "Geheim")).answer is not None
        os.kill(pool.pids[0], signal.SIGKILL)

        for _ in range(20):
            reply = await ask(pool, "Geheim")
        assert reply.answer is not None


async def test_a_full_queue_answers_at_once() -> None:
    """What cannot wait is not looked at, and says so."""
    async with running(line_up(a="good"), queue=3) as pool:
        replies = await asyncio.gather(*(ask(pool, "x") for _ in range(5)))

    assert [reply.cause for reply in replies] == ["", "", "", "queue-full", "queue-full"]


async def test_an_ordinary_end_leaves_nothing_behind() -> None:
    """Waiting posts get no answer, processes are gone, later posts are refused."""
    pool = Pool(
        line_up(a="hang", deadline_ms=60_000),
        PoolLimits(),
        quarantine=Quarantine(),
        observe=lambda *_: None,
    )
    await pool.start()
    pids = pool.pids
    waiting = ask(pool, "TRIGGER")
    await asyncio.sleep(0.1)
    await pool.stop()

    assert await waiting == Reply(answer=None, cause="stopped")
    assert await ask(pool, "x") == Reply(answer=None, cause="stopped")
    assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)  # noqa: ASYNC240, PTH110


async def test_a_worker_is_replaced_after_its_posts() -> None:
    """Recycling loses no post."""
    async with running(line_up(a="good"), recycle_posts=5) as pool:
        first = pool.pids
        replies = [await ask(pool, "Geheim") for _ in range(12)]

        assert pool.pids != first
    assert all(reply.answer for reply in replies)


async def test_a_detector_that_cannot_be_built_is_named() -> None:
    """`faults` is what readiness shows."""
    async with running(line_up(a="absent", b="good")) as pool:
        reply = await ask(pool, "x")

        assert pool.faults == {"a": "raised"}
    assert reply.answer
    assert [done.detector.name for done in reply.answer.completed] == ["b"]


async def test_workers_that_never_get_ready_are_given_up() -> None:
    """Start-up ends, everything is faulty, posts are late: fail closed and visibly."""
    pool = Pool(
        line_up(a="good"), PoolLimits(spares=0, start_seconds=0.001), quarantine=Quarantine(), observe=lambda *_: None
    )
    await pool.start()
    try:
        assert pool.faults == {"a": "worker-start"}
        assert (await ask(pool, "x", seconds=0.1)).answer is None
    finally:
        await pool.stop()


LEXICON_LINE = LineUp(
    pool="fast",
    workers=2,
    factory="proxy.detectors.standard:build_fast",
    stages=(Stage(name="lexicons", version=None, deadline_ms=2000),),
    options={"key": KEY},
)


async def _hits(pool: Pool, text: str, rules: str) -> int | None:
    reply = await ask(pool, text, rules=rules)
    assert reply.answer
    return len(reply.answer.findings) if reply.answer.completed else None


async def test_word_lists_reach_every_worker_before_load_returns() -> None:
    """Also the spare, also one that starts later; two sets stay usable."""
    first, second, third = (
        (Lexicon(id=name, language="de", terms=(LexiconTerm(text=name),)),) for name in ("eins", "zwei", "drei")
    )
    async with running(LEXICON_LINE, spares=1) as pool:
        await pool.load("1", first)
        await pool.load("2", second)
        assert [await _hits(pool, "eins zwei", rules) for rules in ("1", "2") for _ in range(3)] == [1] * 6
        await pool.load("3", third)
        for pid in pool.pids:
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.05)

        assert [await _hits(pool, "zwei drei", rules) for rules in ("2", "3")] == [1, 1]
        assert await _hits(pool, "eins", "1") is None


async def test_word_lists_that_cannot_be_compiled_are_refused() -> None:
    """The earlier bundle stays in force."""
    bad = (Lexicon(id="x", language="klingon", terms=(LexiconTerm(text="x"),)),)
    async with running(LEXICON_LINE) as pool:
        await pool.load("1", FakeBundle().lexicons)
        with pytest.raises(GateUnavailable):
            await pool.load("bad", bad)

        assert await _hits(pool, "garantiert", "1") == 1


@pytest.mark.blocking
async def test_a_machine_that_stood_still_is_not_the_workers_fault() -> None:
    """After a frozen moment, longer than any stage may take, a healthy worker is alive and its answer counts."""
    seen: Seen = []
    async with running(line_up(a="good", b="pause", deadline_ms=1000), seen) as pool:
        reply = ask(pool, "TRIGGER")
        await asyncio.sleep(0.06)
        os.kill(pool.pids[0], signal.SIGSTOP)
        time.sleep(1.5)  # noqa: ASYNC251  the event loop is to stand still, too
        os.kill(pool.pids[0], signal.SIGCONT)

        assert (await reply).answer is not None
    assert not [event for event, _ in seen if event == "deadline"]
