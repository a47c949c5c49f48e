"""Signing and handing out while a node runs: what fails is told, tried again, and stops nothing else."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from proxy.audit.anchoring import LONGEST_PAUSE_S, SIGN_S, Anchoring, Publisher
from proxy.audit.checkpointing import STATE_FILE
from proxy.audit.note_files import read_note_file, write_note_file
from proxy.audit.signed import Signed, read_signed
from proxy.audit.sinks.sink import NOTHING, Found
from proxy.core.errors import AuditBroken
from tests.checkpoints import ANOTHER, SIGNER, SignedLog, note_of, signed_log
from tests.fakes.clock import ManualClock
from tests.stores import ORIGIN, migrated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from proxy.audit.tlog.keys import NoteSigner


@dataclass(slots=True)
class MemorySink:
    """A sink in memory; twin of the file drop."""

    name: str = "file"
    taken: list[int] = field(default_factory=list)
    error: Exception | None = None
    wait: Callable[[], object] | None = None

    def publish(self, signed: Signed) -> None:
        """Take a checkpoint, or hang or fail as told."""
        if self.wait is not None:
            self.wait()
        if self.error is not None:
            raise self.error
        self.taken.append(signed.size)

    def newest(self) -> Found:
        """Return nothing."""
        return NOTHING


@dataclass(slots=True)
class Notes:
    """What was told to people."""

    rounds: list[tuple[str | None, float]] = field(default_factory=list)
    ages: list[tuple[str, float]] = field(default_factory=list)
    handovers: list[tuple[str, str | None]] = field(default_factory=list)

    def signing(self, problem: str | None, *, unsigned_s: float) -> None:
        """Note a round."""
        self.rounds.append((problem, unsigned_s))

    def anchored(self, sink: str, *, age_s: float) -> None:
        """Note an age."""
        self.ages.append((sink, age_s))

    def handed(self, sink: str, problem: str | None) -> None:
        """Note a handover."""
        self.handovers.append((sink, problem))


class Running:
    """A node's checkpoints, with a clock that stands still."""

    def __init__(
        self, log: SignedLog, directory: Path, signer: NoteSigner | None = SIGNER, every_s: float = 60
    ) -> None:
        self.log, self.clock, self.watch, self.sink = log, ManualClock(), Notes(), MemorySink()
        self.state = directory / "state"
        self.publisher = Publisher(self.sink, every_s=every_s, monotonic=self.clock.monotonic, watch=self.watch)
        self.pauses: list[float] = []
        self.left = 0
        self.refused: list[str | None] = []
        self.anchoring = Anchoring(
            log.node(self.state, signer),
            [self.publisher],
            watch=self.watch,
            monotonic=self.clock.monotonic,
            refuse=self.refused.append,
            sleep=self._sleep,
        )

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0.01)
        if not self.left:
            raise asyncio.CancelledError
        self.left -= 1

    async def grow(self) -> None:
        """Add a record."""
        await asyncio.to_thread(self.log.grow)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SignedLog]:
    """Return a log of two records."""
    with signed_log(migrated(f"sqlite:///{tmp_path}/log.db"), 2) as opened:
        yield opened


def _signed(size: int) -> Signed:
    return read_signed(note_of(size), origin=ORIGIN)


def _state(node: Running) -> int:
    note = read_note_file(node.state / STATE_FILE)
    return 0 if note is None else read_signed(note, origin=ORIGIN).size


async def test_what_was_added_is_signed_remembered_and_handed_out(log: SignedLog, tmp_path: Path) -> None:
    """The loop of a running node; the last records are signed when it stops."""
    node = Running(log, tmp_path)
    node.left = 12
    await node.anchoring.run()
    await node.grow()
    await node.anchoring.stop()

    assert node.sink.taken == [2]
    assert await asyncio.to_thread(_state, node) == 3
    assert {problem for problem, _ in node.watch.rounds} == {None}
    assert {SIGN_S, 60} <= set(node.pauses)


async def test_a_log_that_was_rolled_back_is_not_signed(log: SignedLog, tmp_path: Path) -> None:
    """The problem has its code, and an age that grows until somebody has put it right."""
    node = Running(log, tmp_path)
    await asyncio.to_thread(write_note_file, node.state / STATE_FILE, note_of(9))
    for _ in range(2):
        await node.anchoring.once()
        node.clock.advance(5)

    assert node.anchoring.problem() == "log_rolled_back"
    assert node.watch.rounds == [("log_rolled_back", 0.0), ("log_rolled_back", 5.0)]
    assert await asyncio.to_thread(log.kept) == []
    await asyncio.to_thread((node.state / STATE_FILE).unlink)
    await node.anchoring.once()
    assert node.anchoring.problem() is None
    assert node.watch.rounds[-1] == (None, 0.0)


async def test_in_a_log_that_was_rolled_back_nothing_is_recorded(log: SignedLog, tmp_path: Path) -> None:
    """Until it continues what was signed again; that it cannot be compared for a while changes nothing."""
    node = Running(log, tmp_path)
    file = node.state / STATE_FILE
    await asyncio.to_thread(write_note_file, file, note_of(9))
    await node.anchoring.once()
    await asyncio.to_thread(file.write_text, "no note")
    await node.anchoring.once()
    assert node.anchoring.problem() not in {None, "log_rolled_back"}
    assert node.refused == ["log_rolled_back"]
    await asyncio.to_thread(file.unlink)
    await node.anchoring.once()

    assert node.refused == ["log_rolled_back", None]


async def test_a_missing_key_shows(log: SignedLog, tmp_path: Path) -> None:
    """From the first second on; nothing is handed out."""
    node = Running(log, tmp_path, signer=None)
    await node.anchoring.once()
    node.clock.advance(900)
    await node.anchoring.once()

    assert node.watch.rounds == [("key_missing", 0.0), ("key_missing", 900.0)]


async def test_a_key_that_nobody_knows_is_named(log: SignedLog, tmp_path: Path) -> None:
    """The reason of the refused evidence, not its family."""
    node = Running(log, tmp_path)
    other = log.node(tmp_path / "other", signer=ANOTHER)
    await asyncio.to_thread(other.sign)
    await node.anchoring.once()

    assert node.anchoring.problem() == "key_unknown"


async def test_without_a_state_directory_sinks_still_get_their_checkpoints(log: SignedLog, tmp_path: Path) -> None:
    """It is told all the same."""
    node = Running(log, tmp_path)
    await asyncio.to_thread(node.state.symlink_to, tmp_path / "gone" / "away")
    node.left = 6
    await node.anchoring.run()

    assert node.anchoring.problem() == "state_unwritable"
    assert node.sink.taken == [2]


async def test_a_sink_gets_growing_sizes_only() -> None:
    """Not the same again, and nothing before the first."""
    sink, watch = MemorySink(), Notes()
    publisher = Publisher(sink, every_s=60, monotonic=ManualClock().monotonic, watch=watch)
    for newest in (None, _signed(3), _signed(3), _signed(2), _signed(7)):
        await publisher.once(newest)

    assert sink.taken == [3, 7]
    assert watch.handovers == [("file", None)] * 2


async def test_the_last_checkpoint_of_a_log_comes_before_the_first_of_the_next() -> None:
    """Also when the sink did not take it at first; sizes grow in each log."""
    sink = MemorySink()
    publisher = Publisher(sink, every_s=60, monotonic=ManualClock().monotonic, watch=Notes())
    signer = SIGNER.named(ORIGIN.removesuffix("1") + "2")
    later = read_signed(note_of(2, origin=signer.name, signer=signer), origin=ORIGIN)
    await publisher.once(_signed(3))
    sink.error = OSError()
    await publisher.once(later, _signed(7))
    assert sink.taken == [3]
    sink.error = None
    for _ in range(2):
        await publisher.once(later, _signed(7))

    assert sink.taken == [3, 7, 2]


async def test_a_running_node_goes_on_in_the_next_log(log: SignedLog, tmp_path: Path) -> None:
    """Whoever closed it: the sink gets its last checkpoint, and the state file the first of the next."""
    node = Running(log, tmp_path)
    node.left = 3
    await node.anchoring.run()
    await asyncio.to_thread(log.close_log, tmp_path / "closer")
    await node.grow()
    await node.anchoring.once()
    publisher = Publisher(node.sink, every_s=60, monotonic=ManualClock().monotonic, watch=Notes())
    await publisher.once(node.anchoring._newest, node.anchoring._before)

    assert node.sink.taken[-2:] == [3, 2]
    note = await asyncio.to_thread(read_note_file, node.state / STATE_FILE)
    assert note is not None
    assert read_signed(note, origin=ORIGIN).place == (2, 2)


@pytest.mark.parametrize(
    ("error", "code"),
    [(FileNotFoundError(), "unreachable"), (AuditBroken(), "audit_broken"), (UnicodeError(), "unexpected")],
)
async def test_a_sink_that_fails_is_tried_again_ever_more_seldom(error: Exception, code: str) -> None:
    """Its age grows; once it takes the newest, all is as before."""
    sink, watch, clock = MemorySink(error=error), Notes(), ManualClock()
    publisher = Publisher(sink, every_s=60, monotonic=clock.monotonic, watch=watch)
    pauses = [publisher.pause()]
    for _ in range(7):
        await publisher.once(_signed(3))
        pauses.append(publisher.pause())
        clock.advance(pauses[-1])
    aged = publisher.age()
    sink.error = None
    await publisher.once(_signed(8))

    assert pauses == [SIGN_S, 60, 120, 240, 480, 600, 600, 600]
    assert aged == sum(pauses[1:])
    assert watch.handovers == [("file", code)] * 7 + [("file", None)]
    assert (sink.taken, publisher.age(), publisher.pause()) == ([8], 0.0, 60)


async def test_a_sink_that_is_asked_seldom_is_not_asked_more_often_for_failing() -> None:
    """The pause of the settings is the least."""
    publisher = Publisher(MemorySink(error=OSError()), every_s=3600, monotonic=ManualClock().monotonic, watch=Notes())
    await publisher.once(_signed(3))

    assert publisher.pause() == 3600 > LONGEST_PAUSE_S


async def test_every_sink_has_an_age_of_its_own(log: SignedLog, tmp_path: Path) -> None:
    """One that works does not hide one that does not; readiness names it, and posts go on."""
    node = Running(log, tmp_path)
    sink = MemorySink(name="revision", error=OSError())
    broken = Publisher(sink, every_s=60, monotonic=node.clock.monotonic, watch=node.watch)
    anchoring = Anchoring(
        log.node(node.state),
        [node.publisher, broken],
        watch=node.watch,
        monotonic=node.clock.monotonic,
        refuse=node.refused.append,
    )
    node.clock.advance(100)
    for publisher in (node.publisher, broken):
        await publisher.once(_signed(2))
    await anchoring.once()

    assert node.watch.ages == [("file", 0.0), ("revision", 100.0)]
    assert (anchoring.fit(), anchoring.detail()) == (True, "revision:unreachable")
    sink.error = None
    await broken.once(_signed(2))
    anchoring.unread({"file": "key_unknown"})
    assert anchoring.detail() == "file:key_unknown"


async def test_a_sink_that_hangs_is_left_alone() -> None:
    """It is told after its limit, asked again only once it came back, and holds up nobody."""
    go = threading.Event()
    sink, watch = MemorySink(wait=go.wait), Notes()
    publisher = Publisher(sink, every_s=60, monotonic=ManualClock().monotonic, watch=watch, limit_s=0.01)
    await publisher.once(_signed(3))
    await publisher.once(_signed(3))
    sink.wait = None
    go.set()
    async with asyncio.timeout(10):
        while publisher.problem is not None:
            await asyncio.sleep(0.01)
            await publisher.once(_signed(4))

    assert watch.handovers[:2] == [("file", "timeout")] * 2
    assert watch.handovers[-1] == ("file", None)
    assert sink.taken == [3, 4]


@pytest.mark.parametrize(("signer", "demanded"), [(SIGNER, True), (None, False)])
async def test_a_log_that_stays_unsigned_is_not_ready(
    log: SignedLog, tmp_path: Path, signer: NoteSigner | None, demanded: bool
) -> None:
    """After the limit, where somebody relies on signatures: with a key, or with a sink."""
    node = Running(log, tmp_path, signer)
    anchoring = Anchoring(
        log.node(node.state, signer),
        [],
        watch=node.watch,
        monotonic=node.clock.monotonic,
        refuse=node.refused.append,
        unsigned_limit_s=900,
    )
    await asyncio.to_thread(node.state.symlink_to, tmp_path / "gone" / "away")
    fit = []
    for passed in (0, 899, 1):
        node.clock.advance(passed)
        for one in (anchoring, node.anchoring):
            await one.once()
        fit.append((anchoring.fit(), node.anchoring.fit()))

    assert fit == [(True, True), (True, True), (not demanded, False)]


async def test_a_node_without_a_key_notices_when_nobody_signs(log: SignedLog, tmp_path: Path) -> None:
    """While another node signs what is added all is well, and it hands out what that one signed."""
    node = Running(log, tmp_path, None)
    node.anchoring = Anchoring(
        log.node(node.state, None, keys=[SIGNER]),
        [node.publisher],
        watch=node.watch,
        monotonic=node.clock.monotonic,
        refuse=node.refused.append,
    )
    other = log.node(tmp_path / "other")
    for signs in (True, True, False, False, False, True):
        await node.grow()
        if signs:
            await asyncio.to_thread(other.sign)
        await node.anchoring.once()
        node.clock.advance(6)

    assert [problem for problem, _ in node.watch.rounds] == [None, None, None, None, "key_missing", None]
    assert await asyncio.to_thread(_state, node) == 8
