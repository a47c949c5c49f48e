from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys

from proxy.detectors.messages import Answers, Configure, Loaded, Ready, encode_batch, encode_configure, encode_texts
from proxy.detectors.process import WorkerProcess

Report = Ready | Loaded | Answers


class Desk:
    """What a pool would do with a worker: collect."""

    def __init__(self) -> None:
        self.reports: asyncio.Queue[Report] = asyncio.Queue()
        self.worker = WorkerProcess(lambda _worker, report: self.reports.put_nowait(report), lambda _worker: None)

    async def begin(self, **behaviours: str) -> None:
        await self.worker.launch()
        self.worker.send(
            encode_configure(
                Configure(
                    factory="tests.fakes.detectors:build",
                    stages=tuple(behaviours),
                    options=dict(behaviours),
                    recycle_posts=100,
                    recycle_mib=100,
                )
            )
        )
        assert isinstance(await self.reports.get(), Ready)


async def test_a_worker_starts_answers_and_ends() -> None:
    """The heartbeat tells which post it was at last."""
    desk = Desk()
    await desk.begin(a="good")

    desk.worker.send(encode_batch("r", [(41, encode_texts(("Geheim",)))]))
    report = await desk.reports.get()

    assert isinstance(report, Answers)
    assert len(report.answers[0].findings) == 1
    assert desk.worker.place() == (41, 1)
    desk.worker.retire()
    await desk.worker.lost
    await desk.worker.end()
    assert desk.worker.cause == "retired"
    assert desk.worker.pid == 0


async def test_secrets_of_the_parent_do_not_reach_the_worker() -> None:
    """Its environment is a short list, with what libraries read when imported; its command line has only paths."""
    desk = Desk()
    os.environ["POSTGATE_INVENTED"] = "an invented secret"
    try:
        await desk.begin(a="good")
        with open(f"/proc/{desk.worker.pid}/environ", "rb") as file:  # noqa: ASYNC230, PTH123
            environment = file.read()
    finally:
        del os.environ["POSTGATE_INVENTED"]
        await desk.worker.end()

    assert b"invented" not in environment
    assert {
        b"BLIS_NUM_THREADS=1",
        b"MKL_NUM_THREADS=1",
        b"OMP_NUM_THREADS=1",
        b"OPENBLAS_NUM_THREADS=1",
        b"ORT_DISABLE_TELEMETRY=1",
        b"REGEX_TIMEOUT_SECONDS=1",
        b"TOKENIZERS_PARALLELISM=false",
    } <= set(environment.split(b"\0"))


async def test_a_stopped_process_can_be_killed() -> None:
    """SIGKILL works on what does not react to anything else."""
    desk = Desk()
    await desk.begin(a="good")
    pid = desk.worker.pid
    os.kill(pid, signal.SIGSTOP)

    desk.worker.kill("deadline")
    await desk.worker.lost
    await desk.worker.end()

    assert desk.worker.cause == "deadline"
    assert not os.path.exists(f"/proc/{pid}")  # noqa: ASYNC240, PTH110


async def test_workers_leave_signals_of_the_terminal_to_the_parent() -> None:
    """Interrupt and terminate go to the whole group; a draining parent still needs its workers."""
    desk = Desk()
    await desk.begin(a="good")
    os.kill(desk.worker.pid, signal.SIGINT)
    os.kill(desk.worker.pid, signal.SIGTERM)

    desk.worker.send(encode_batch("r", [(1, encode_texts(("x",)))]))

    assert isinstance(await desk.reports.get(), Answers)
    await desk.worker.end()


_PARENT = """
import asyncio, os, signal
from tests.unit.detectors.test_process import Desk

async def main():
    desk = Desk()
    await desk.begin(a="good")
    print(desk.worker.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def test_workers_die_with_a_parent_that_was_killed() -> None:
    """The socket closes, and that is the end; no process stays behind."""
    paths = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    parent = subprocess.run([sys.executable, "-c", _PARENT], env=os.environ | paths, capture_output=True, check=False)
    worker = int(parent.stdout)

    assert parent.returncode == -signal.SIGKILL
    descriptor = _watch(worker)
    if descriptor is not None:
        ended, _, _ = select.select([descriptor], [], [], 30)
        os.close(descriptor)
        assert ended


def _watch(pid: int) -> int | None:
    """Return a descriptor that becomes readable when the process ends; None when it already has."""
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


async def test_a_worker_that_talks_nonsense_is_killed() -> None:
    """What is no message ends it, with its own cause."""
    desk = Desk()
    await desk.begin(a="good")

    desk.worker.data_received(b"\x00\x00\x00\x02[]")
    await desk.worker.lost
    await desk.worker.end()

    assert desk.worker.cause == "error"


async def test_a_frame_beyond_all_bounds_is_nonsense() -> None:
    """The parent does not wait for four gigabytes."""
    desk = Desk()
    await desk.begin(a="good")

    desk.worker.data_received(b"\xff\xff\xff\xff")
    await desk.worker.lost
    await desk.worker.end()

    assert desk.worker.cause == "error"
