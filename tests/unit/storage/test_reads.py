"""
Reads from the event loop: together in one hop, each with its own answer.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.core.errors import GateUnavailable, NotFound
from proxy.storage.engines import create_engine, create_reader
from proxy.storage.migrate import upgrade
from proxy.storage.reads import MOST_TOGETHER, Reads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Engine]:
    """Return the writing side of an empty database of this test's own."""
    engine = create_engine(f"sqlite:///{tmp_path}/test.db")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
async def reads(writer: Engine) -> AsyncIterator[Reads]:
    """Return reads of that database."""
    reads = Reads(create_reader(writer.url.render_as_string()), patience_s=0.001)
    yield reads
    await reads.close()


def _number(connection: Connection) -> int:
    return int(connection.execute(sa.text("SELECT 42")).scalar_one())


def _broken(connection: Connection) -> int:
    return int(connection.execute(sa.text("SELECT * FROM no_such_table")).scalar_one())


def _absent(_connection: Connection) -> int:
    raise NotFound


async def test_each_gets_its_own_answer(reads: Reads) -> None:
    """What is read together is told apart: values, our errors, and errors of the database without their text."""
    answers = await asyncio.gather(
        *(reads.run(read) for read in (_number, _broken, _number, _absent, _number)), return_exceptions=True
    )

    assert [answers[place] for place in (0, 2, 4)] == [42, 42, 42]
    assert isinstance(answers[1], GateUnavailable)
    assert "no_such_table" not in str(answers[1])
    assert answers[1].__cause__ is None
    assert isinstance(answers[3], NotFound)


async def test_reads_of_one_moment_share_a_hop(reads: Reads) -> None:
    """Reads that are asked for at the same time run in one thread, one after the other."""
    threads = await asyncio.gather(*(reads.run(lambda _: threading.get_ident()) for _ in range(10)))

    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()


async def test_more_than_a_batch_is_read_in_several(reads: Reads) -> None:
    """Nobody waits for ever, however many ask at once."""
    answers = await asyncio.gather(*(reads.run(_number) for _ in range(3 * MOST_TOGETHER)))

    assert answers == [42] * 3 * MOST_TOGETHER


class _Slow:
    """A read that takes as long as the test likes."""

    def __init__(self) -> None:
        self._begun = threading.Event()
        self._ends = threading.Event()

    def __call__(self, _connection: Connection) -> str:
        self._begun.set()
        self._ends.wait(30)
        return "slow"

    async def begun(self) -> None:
        await asyncio.to_thread(self._begun.wait)

    def end(self) -> None:
        self._ends.set()


async def test_a_slow_read_holds_up_its_own_batch_only(reads: Reads) -> None:
    """Those that come later are read in another thread after a moment of patience."""
    slow = _Slow()
    running = asyncio.gather(reads.run(slow))
    await slow.begun()
    quick = await reads.run(_number)
    slow.end()

    assert quick == 42
    assert list(await running) == ["slow"]


async def test_a_caller_that_left_costs_nobody_an_answer(reads: Reads) -> None:
    """Cancelling one who asked neither breaks the batch nor the next one."""
    asked: list[str] = []
    slow = _Slow()
    running = asyncio.gather(reads.run(slow), return_exceptions=True)
    await slow.begun()
    left = asyncio.gather(reads.run(lambda _: asked.append("left")), return_exceptions=True)
    stays = asyncio.gather(reads.run(_number))
    await asyncio.sleep(0)
    running.cancel()
    left.cancel()
    slow.end()

    assert list(await stays) == [42]
    assert asked == []


async def test_a_read_sees_the_newest_commit(reads: Reads, writer: Engine) -> None:
    """Nothing is cached between two reads."""
    count = sa.text("SELECT count(*) FROM accounts")
    before = await reads.run(lambda connection: connection.execute(count).scalar_one())

    def add() -> None:
        with writer.begin() as connection:
            columns = "(id, platform, door, kek_id, created_at)"
            connection.execute(sa.text(f"INSERT INTO accounts {columns} VALUES ('a', 'mastodon', 'm', 'k', 't')"))

    await asyncio.to_thread(add)
    after = await reads.run(lambda connection: connection.execute(count).scalar_one())

    assert (before, after) == (0, 1)


async def test_a_database_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    """Without a database every read of a batch fails, and none of them hangs."""
    reads = Reads(create_reader(f"sqlite:///{tmp_path}/absent/test.db"))
    answers = await asyncio.gather(reads.run(_number), reads.run(_number), return_exceptions=True)
    await reads.close()

    assert [type(answer) for answer in answers] == [GateUnavailable, GateUnavailable]


async def test_after_the_end_nothing_is_read(tmp_path: Path) -> None:
    """A read after closing is refused."""
    reads = Reads(create_reader(f"sqlite:///{tmp_path}/test.db"))
    await reads.close()

    with pytest.raises(GateUnavailable):
        await reads.run(_number)


def test_commands_read_without_a_loop(writer: Engine) -> None:
    """The same in one's own thread, for commands."""
    engine = create_reader(writer.url.render_as_string())
    reads = Reads(engine)

    assert reads.run_blocking(_number) == 42
    with pytest.raises(GateUnavailable):
        reads.run_blocking(_broken)
    engine.dispose()
