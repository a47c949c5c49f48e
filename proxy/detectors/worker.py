"""
The worker process: builds its detectors, answers batches, dies with its parent.

Nothing of a text leaves it but findings. Errors cross as a code and the name of their class. The parent closing the
socket ends it; a stage that hangs while nobody is there to kill the process is ended by an alarm.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path
from time import perf_counter_ns
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from proxy.core.model import DetectorId, Finding, House
from proxy.detectors import messages
from proxy.detectors.heartbeat import Heartbeat
from proxy.detectors.loads import Load
from proxy.detectors.port import (
    Described,
    Describes,
    DetectorFault,
    LooksAhead,
    TakesLexicons,
    TakesRecognizers,
    TakesRegister,
    WrongShape,
)
from proxy.detectors.sandbox import close_sandbox
from proxy.detectors.sheet import author_sentences, make_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from proxy.core.model import Lexicon, Recognizer, Register, Span
    from proxy.detectors.port import Builders, Detector, Sheet

LONGEST_BATCH = 60
"""Seconds after which a batch ends the process by itself; the parent kills far earlier, if there still is one."""
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20
_LOOK_AT_MEMORY_EVERY = 64
NO_HOUSE = House()
NO_POST = 0
"""The number that no post has: whoever dies here has nobody to blame."""
FEWEST_TOGETHER = 2


def serve(socket_fd: int, heartbeat_fd: int) -> None:
    """Work for the other end of the socket until it is closed."""
    # A terminal and an init system signal the whole group; the parent decides when workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    close_sandbox()
    heartbeat = Heartbeat(heartbeat_fd)
    with socket.socket(fileno=socket_fd) as connection, connection.makefile("rb") as orders:
        worker: Worker | None = None
        while (body := _read_frame(orders)) is not None:
            match messages.decode_order(body):
                case messages.Configure() as configure:
                    worker, faults = build_worker(configure, heartbeat)
                    connection.sendall(messages.encode_ready(faults))
                case Load() as load if worker:
                    faults = worker.load(load.rules, load.lexicons, load.recognizers, load.house, load.register)
                    connection.sendall(messages.encode_loaded(load.rules, faults))
                case messages.Batch() as batch if worker:
                    signal.alarm(LONGEST_BATCH)
                    answer = worker.answer(batch)
                    signal.alarm(0)
                    connection.sendall(answer)
                case _:
                    return


def _read_frame(orders: BinaryIO) -> bytes | None:
    header = orders.read(messages.HEADER.size)
    if len(header) < messages.HEADER.size:
        return None
    (length,) = messages.HEADER.unpack(header)
    body = orders.read(length)
    return body if len(body) == length else None


def build_worker(configure: messages.Configure, heartbeat: Heartbeat) -> tuple[Worker, list[messages.Fault]]:
    """Build every detector of the line-up; one that cannot be built is a fault, and missing from then on."""
    detectors: list[Detector | None] = []
    faults: list[messages.Fault] = []
    try:
        builders = _factory(configure.factory)(configure.options)
    except Exception as error:  # noqa: BLE001  without its factory every detector of this worker is missing
        builders = {}
        faults = [fault_of(name, error) for name in configure.stages]
    for name in configure.stages:
        try:
            detectors.append(builders[name]())
        except Exception as error:  # noqa: BLE001  a detector that cannot be built is missing
            detectors.append(None)
            faults.append(fault_of(name, error))
    worker = Worker(detectors, heartbeat, posts=configure.recycle_posts, mib=configure.recycle_mib)
    worker.warm_up()
    return worker, faults


def _factory(dotted: str) -> Callable[[object], Builders]:
    module, _, name = dotted.partition(":")
    return cast("Callable[[object], Builders]", getattr(importlib.import_module(module), name))


def fault_of(detector: str, error: BaseException) -> messages.Fault:
    """Return what may be known of an error outside: a code and the name of its class."""
    code = error.code if isinstance(error, DetectorFault) else "raised"
    return messages.Fault(detector=detector, code=code, kind=type(error).__name__)


class Desk(NamedTuple):
    """A post on the desk: its views, and its sentences in the author's text."""

    sheet: Sheet
    sentences: list[tuple[Span, ...]]


class Worker:
    """The detectors of one process, and how much they have done."""

    def __init__(self, detectors: Sequence[Detector | None], heartbeat: Heartbeat, *, posts: int, mib: int) -> None:
        self._detectors = tuple(detectors)
        takers = [(detector.name, cast("object", detector)) for detector in detectors if detector is not None]
        self._takers = [(name, taker) for name, taker in takers if isinstance(taker, TakesLexicons)]
        self._preparers = [taker for _, taker in takers if isinstance(taker, LooksAhead)]
        self._learners = [(name, taker) for name, taker in takers if isinstance(taker, TakesRecognizers)]
        self._openers = {name: taker for name, taker in takers if isinstance(taker, TakesRegister)}
        # Found here: asking what a detector can do costs more than some of them need for a post.
        self._describers = {name: taker for name, taker in takers if isinstance(taker, Describes)}
        self._heartbeat = heartbeat
        self._posts_left = posts
        self._mib = mib
        self._memory_at_start = 0.0
        self._retire = False

    def warm_up(self) -> None:
        """Let every detector do its first work now, and keep what it built out of the garbage collector's way."""
        for text in ("Warm-up 030 1, a@b.example: Anna Beispiel.", "The quick brown fox of Jane Doe."):
            self._look(NO_POST, self._desk(NO_POST, (text,)))
        settle_memory()
        self._memory_at_start = resident_mib()

    def load(
        self,
        rules: str,
        lexicons: Sequence[Lexicon],
        recognizers: Sequence[Recognizer] = (),
        house: House = NO_HOUSE,
        register: Register | None = None,
    ) -> list[messages.Fault]:
        """Give word lists, recognizers, the house's digests and the register to every detector that takes some."""
        faults: list[messages.Fault] = []
        for name, detector in self._takers:
            try:
                detector.load(rules, lexicons)
            except Exception as error:  # noqa: BLE001  scans that ask for these lists will lack the detector
                faults.append(fault_of(name, error))
        for name, learner in self._learners:
            try:
                learner.learn(rules, recognizers, house)
            except Exception as error:  # noqa: BLE001  scans that ask for these rules will lack the detector
                faults.append(fault_of(name, error))
        for name, opener in self._openers.items():
            try:
                if register is not None:
                    opener.take(register)
            except Exception as error:  # noqa: BLE001  scans that ask for this register will lack the detector
                faults.append(fault_of(name, error))
        settle_memory()
        return faults

    def answer(self, batch: messages.Batch) -> bytes:
        """Look at every post of a batch; return the frame to send."""
        desks = [
            self._desk(number, texts, batch.rules, thread, batch.register) for number, texts, thread in batch.posts
        ]
        shares = self._prepare(desks)
        rows = [self._look(number, desk, shares) for (number, *_), desk in zip(batch.posts, desks, strict=True)]
        self._forget()
        before, self._posts_left = self._posts_left, self._posts_left - len(batch.posts)
        if before // _LOOK_AT_MEMORY_EVERY != self._posts_left // _LOOK_AT_MEMORY_EVERY:
            self._retire = self._retire or resident_mib() - self._memory_at_start > self._mib
        return messages.encode_answers(rows, retire=self._retire or self._posts_left <= 0)

    def _desk(
        self, number: int, texts: Sequence[str], rules: str = "", thread: Sequence[str] = (), register: str = ""
    ) -> Desk | Exception:
        self._heartbeat.write(number, 0)
        try:
            sheet = make_sheet(texts, rules, thread, register)
            return Desk(sheet, [author_sentences(part) for part in sheet.parts])
        except Exception as error:  # noqa: BLE001  without views every detector is missing
            return error

    def _prepare(self, desks: Sequence[Desk | Exception]) -> dict[str, int]:
        """
        Let models look at all posts of a batch at once; return the microseconds that each post has of it, by detector.

        Nobody is to blame when that fails: every post is looked at alone then.
        """
        shares: dict[str, int] = {}
        together = [desk.sheet for desk in desks if not isinstance(desk, Exception)]
        if len(together) < FEWEST_TOGETHER:
            return shares
        for preparer in self._preparers:
            self._heartbeat.write(NO_POST, 0)
            begun = perf_counter_ns()
            with suppress(Exception):
                preparer.prepare(together)
            shares[preparer.name] = (perf_counter_ns() - begun) // 1000 // len(together)
        return shares

    def _forget(self) -> None:
        for preparer in self._preparers:
            preparer.prepare(())

    def _look(
        self, number: int, desk: Desk | Exception, shares: Mapping[str, int] = MappingProxyType({})
    ) -> list[object]:
        faults: list[messages.Fault]
        if isinstance(desk, Exception):
            faults = [fault_of(detector.name, desk) for detector in self._detectors if detector]
            return messages.answer_row(number, completed=(), faults=faults, findings=(), sentences=())
        completed: list[messages.Completed] = []
        faults = []
        rows: list[list[object]] = []
        described = Described()
        for stage, detector in enumerate(self._detectors, start=1):
            if detector is None:
                continue
            self._heartbeat.write(number, stage)
            try:
                begun = perf_counter_ns()
                rows.extend(_rows(detector, desk.sheet))
                describer = self._describers.get(detector.name)
                described = described if describer is None else describer.describe(desk.sheet)
                micros = (perf_counter_ns() - begun) // 1000 + shares.get(detector.name, 0)
                asked = desk.sheet.register if detector.name in self._openers else desk.sheet.rules
                detector_id = DetectorId(name=detector.name, version=detector.version(asked))
                completed.append(messages.Completed(detector=detector_id, micros=micros))
            except Exception as error:  # noqa: BLE001  a detector that raised did not complete
                faults.append(fault_of(detector.name, error))
        return messages.answer_row(
            number,
            completed=completed,
            faults=faults,
            findings=rows,
            sentences=desk.sentences,
            described=described,
        )


def _rows(detector: Detector, sheet: Sheet) -> list[list[object]]:
    found = detector.find(sheet)
    if not isinstance(found, list | tuple) or not all(isinstance(finding, Finding) for finding in found):
        raise WrongShape
    return [messages.finding_row(finding, detector.name) for finding in found]


def settle_memory() -> None:
    """Keep what is there out of the garbage collector's rounds: models and word lists stay until others come."""
    gc.collect()
    gc.freeze()


def resident_mib() -> float:
    """Return the memory this process holds; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_MIB
    except OSError:
        return 0.0
