"""
Spread work over processes: tasks go to whoever is idle, results come back as they are made.

A process that started another ends with it, whatever ended it: the pipe between them has no other holder. What a worker
raises is told by its kind alone, for a message could hold a value of the house.
"""

from __future__ import annotations

import errno
import gc
import multiprocessing
import signal
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from proxy.register.refusals import RegisterRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

__all__ = ["spread"]

_PATIENCE_S = 10.0
_CONTEXT = multiprocessing.get_context("spawn")
"""A fork would copy the threads of a progress bar half."""
_DONE = "done"
_BETWEEN_COLLECTIONS = 1_000_000
"""New objects of a worker after which cycles are looked for: tasks make hardly any, and looking takes time."""


class _Worker(NamedTuple):
    process: SpawnProcess
    connection: Connection[Any, Any]


def spread(
    make: Callable[..., Callable[[Any], object]], given: tuple[Any, ...], tasks: Iterable[Any], jobs: int
) -> Generator[None]:
    """
    Do all tasks, and yield once for each that is done.

    Args:
        make: makes what does a task, once in every process.
        given: its arguments.
        tasks: taken one by one, as somebody is idle.
        jobs: processes; with one, everything is done in this one.

    Raises:
        RegisterRefused: a worker could not write, raised something else, or was killed.
    """
    if jobs == 1:
        yield from _alone(make(*given), tasks)
        return
    workers = [_start(make, given) for _ in range(jobs)]
    idle, busy = {worker.connection for worker in workers}, set[Any]()
    try:
        for task in tasks:
            if not idle:
                yield from _some(busy, idle)
            connection = idle.pop()
            _tell(connection, task)
            busy.add(connection)
        while busy:
            yield from _some(busy, idle)
    finally:
        for worker in workers:
            _end(worker)


def _alone(work: Callable[[Any], object], tasks: Iterable[Any]) -> Iterator[None]:
    for task in tasks:
        _raise(_outcome(work, task))
        yield


def _some(busy: set[Any], idle: set[Any]) -> Iterator[None]:
    """Wait until somebody is done, and yield for each who is."""
    for connection in wait(list(busy)):
        try:
            outcome = cast("Connection[Any, Any]", connection).recv()
        except (EOFError, OSError):
            outcome = "killed"
        _raise(outcome)
        busy.remove(connection)
        idle.add(connection)
        yield


def _tell(connection: Connection[Any, Any], task: object) -> None:
    try:
        connection.send(task)
    except OSError:
        _raise("killed")


def _raise(outcome: str) -> None:
    if outcome == _DONE:
        return
    why, _, source = outcome.partition(" ")
    raise RegisterRefused("disk" if why == "disk" else "worker", source=source or outcome) from None


def _outcome(work: Callable[[Any], object], task: object) -> str:
    try:
        work(task)
    except OSError as error:
        return f"disk {errno.errorcode.get(error.errno or 0, 'OSError')}"
    except Exception as error:  # noqa: BLE001 - the build ends; only the kind is told, for the text may hold a value
        return f"raised {type(error).__name__}"
    return _DONE


def _start(make: Callable[..., Callable[[Any], object]], given: tuple[Any, ...]) -> _Worker:
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_serve, args=(theirs, make, given), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _serve(
    connection: Connection[Any, Any], make: Callable[..., Callable[[Any], object]], given: tuple[Any, ...]
) -> None:
    """Do what comes until nobody sends any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    work = make(*given)
    while True:
        try:
            task = connection.recv()
            connection.send(_outcome(work, task))
        except (EOFError, OSError):
            return


def _end(worker: _Worker) -> None:
    worker.connection.close()
    worker.process.join(_PATIENCE_S)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    worker.process.close()
