"""
The world of one history: two nodes, one log, one platform, people, and what goes wrong.

A history is a list of actions; each begins some time after the one before, whether that has ended or not. When the last
one has begun, everything is repaired, what waits is waited for, and everything is compared.
"""

from __future__ import annotations

import asyncio
import random
import traceback
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable, PostgateError
from proxy.gate.lifecycle import WAITING, State
from proxy.gate.recover import settle_overdue
from proxy.gate.work import OpenAttempt
from tests.factories import CREATE, make_draft, make_grant
from tests.fakes.clock import START, CountingIds
from tests.fakes.envelope import PlainEnvelope
from tests.fakes.log import MemoryAuditLog
from tests.fakes.platform import RecordingPlatform
from tests.simulation.loop import Stuck, run
from tests.simulation.node import Crash, Node
from tests.simulation.policies import MARK, SUN, WordScanner
from tests.simulation.seen import Seen
from tests.simulation.upstream import Platform
from tests.simulation.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from proxy.core.model import Receipt
    from proxy.gate.ports import Grant, Ids
    from proxy.gate.work import Work
    from tests.simulation.actions import Action

NODES = ("a", "b")
PEOPLE = ("a_anna", "a_bert")
NEWCOMER = "a_neu"
_PACES = (
    (0.0, 0.0, 0.0, 0.0, 0.001, 0.01, 0.2),
    (0.0, 0.0, 0.01, 0.01, 0.5, 3.0),
    (0.0, 0.2, 2.0, 9.0, 30.0),
)
"""Seconds that calls take, in a world as it is mostly, a slow one and a very slow one."""
_MOST_ROUNDS = 60


class World:
    """Everything that one history happens in."""

    def __init__(self, seed: int | str) -> None:
        self._chance = random.Random(f"pace {seed}")
        self._paces = self._chance.choice((_PACES[0], *_PACES))
        self.seen = Seen()
        self.traced: list[str] = []
        self.log = MemoryAuditLog()
        self.envelope = self.make_envelope()
        self.ids = self.make_ids()
        self.platform = Platform()
        self.scanner = WordScanner()
        self.bundle = "mild"
        self.jumps: dict[str, float] = {}
        self.jumped = False
        self.down_s = 1.0
        """How long a node that died stays away."""
        self.leases: dict[str, float] = {}
        """Attempts, and when their lease is over by a clock that is right."""
        self._gone: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._never: list[asyncio.Future[None]] = []
        self.watch = Watch(self)
        self.nodes = {name: Node(self, name) for name in NODES}

    # ------------------------------------------------------------------------------------------- what nodes ask of it
    def make_ids(self) -> Ids:
        """Return what draws ids."""
        return CountingIds()

    def make_envelope(self) -> PlainEnvelope:
        """Return what seals."""
        return PlainEnvelope()

    async def pace(self, node: Node, what: str) -> bool:
        """Let a call take as long as it takes; return whether its answer arrives."""
        await asyncio.sleep(self._chance.choice(self._paces))
        return True

    def observe(self, answer: object) -> None:
        """Hear what a call was answered."""

    async def for_ever(self) -> None:
        """Wait for what never comes."""
        never = asyncio.get_running_loop().create_future()
        self._never.append(never)  # or it would be swept up, with who waits for it
        await never

    def elapsed(self) -> float:
        """Return the seconds that really passed."""
        return asyncio.get_running_loop().time()

    def fate(self, node: Node, work: Work) -> str:
        """Return what becomes of a commit that nobody said anything about."""
        return "kept"

    async def keep(self, work: Work) -> Receipt:
        """Make a unit of work durable."""
        before, size = dict(self.log.tables.states), len(self.log.records)
        receipt = await self.log.commit(work)
        if len(self.log.records) > size:
            for change in work.changes:
                if isinstance(change, OpenAttempt):
                    self.leases[change.id] = self.elapsed() + 60
            if self.traced:
                codes = " ".join(record.code for record in work.records)
                states = {post[-4:]: state.value for post, state in self.log.tables.states.items()}
                self.trace(f"kept {codes}: {states}")
            self.watch.kept(work, before)
        return receipt

    def grant(self, person: str) -> Grant | None:
        """Return the grant of a person, if it lives."""
        return None if person in self._gone else make_grant(person)

    def gone_since(self, person: str) -> float | None:
        """Return when a person lost the right to post."""
        return self._gone.get(person)

    def died(self, node: Node) -> None:
        """Start a node again, later."""
        self.trace(f"{node.name} dies")
        asyncio.get_running_loop().call_later(self.down_s, self._start, node.name)

    def _start(self, name: str) -> None:
        self.trace(f"{name} starts")
        self.nodes[name] = Node(self, name)

    def noted(self, code: str) -> None:
        """Hear of an error that a background task met."""
        self.trace(f"error {code}")

    def trace(self, line: str) -> None:
        """Note for people what happens, if somebody wants to read it."""
        if self.traced:
            self.traced.append(f"{self.elapsed():12.3f}  {line}")

    # ----------------------------------------------------------------------------------------------- what happens in it
    def node(self, name: str) -> Node | None:
        """Return a node, if it is there."""
        node = self.nodes[name]
        return node if node.alive else None

    def swap(self, bundle: str) -> None:
        """Put other policies into force, on every node."""
        self.bundle = bundle
        for node in self.nodes.values():
            if node.alive:
                self.spawn(self._taken(node, bundle))

    async def _taken(self, node: Node, bundle: str) -> None:
        await node.passes("policies")
        node.take(bundle)

    def leave(self, person: str) -> None:
        """Take the right to post from somebody."""
        self._gone.setdefault(person, self.elapsed())

    def back(self, person: str) -> None:
        """Give it back."""
        self._gone.pop(person, None)

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Let something happen beside everything else."""
        task = asyncio.get_running_loop().create_task(self._watched(work))
        self._tasks.append(task)

    async def _watched(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except (Crash, TimeoutError):
            return
        except PostgateError as error:
            self.trace(f"error {error.code}")
            self.watch.error(error)
        except Exception:  # noqa: BLE001  whatever it is, it is a defect
            self.watch.complain(f"an error nobody expects: {traceback.format_exc()}")

    async def round(self, node: Node) -> None:
        """Do what a node's background tasks do from time to time."""
        try:
            await settle_overdue(node.ports)
            await node.reconcile()
            await node.dispatcher.once()
        except GateUnavailable as error:
            self.trace(f"error {error.code}")

    async def live(self, history: Sequence[Action]) -> None:
        """Live through a history, let everything end, and compare."""
        for action in history:
            self.trace(f"--- {action}")
            self.spawn(action.happen(self))
            await asyncio.sleep(action.gap)
            if action.gap >= 1:
                self._rounds()
                await asyncio.sleep(0.5)
        await self.calm()
        if not self.watch.complaints:
            self.watch.end()
            await self._still_works()

    def _rounds(self) -> None:
        for node in self.nodes.values():
            if node.alive:
                self.spawn(self.round(node))

    async def calm(self) -> None:
        """Repair everything, and wait for what waits."""
        self.trace("--- everything is repaired")
        for node in self.nodes.values():
            node.crashes, node.fates, node.frozen_until = {}, [], 0.0
            node.traffic.broken_s = node.traffic.wait_s = 0.0
        self._paces = _PACES[0]
        self.jumps.clear()
        self.scanner.missing = frozenset()
        self.platform.next = []
        await asyncio.sleep(max(200.0, self.down_s + 1))
        for _ in range(_MOST_ROUNDS):
            left = [post for post, state in self.log.tables.states.items() if state in WAITING | {State.INTENT}]
            if not left:
                return
            await asyncio.sleep(self._until_next(left))
            self._rounds()
            await asyncio.sleep(30)

    def _until_next(self, left: Sequence[str]) -> float:
        """Return seconds until something may be done about one of these posts."""
        now = START + timedelta(seconds=self.elapsed())
        times = [now + timedelta(seconds=61)]
        rows = [row for post, row in self.log.tables.outbox.items() if post in left]
        if not any(self.log.tables.states[post] is State.INTENT for post in left) and len(rows) == len(left):
            times = [row.expires_at if row.not_before is None else row.not_before for row in rows]
        return max((min(times) - now).total_seconds(), 0.0) + 1

    async def _still_works(self) -> None:
        """After all of it a harmless new post is published: nothing is stuck."""
        before = self.seen.sent
        for name in NODES:
            node = self.nodes[name]
            draft = make_draft(f"{MARK}: {SUN} {name}", key=f"at last {name}")
            try:
                await node.submit(CREATE, draft, make_grant(NEWCOMER), RecordingPlatform())
            except PostgateError as error:
                self.watch.complain(f"a harmless post is answered with {error.code} in the end")
        if self.seen.sent != before + len(NODES):
            self.watch.complain("a harmless post is not published in the end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a history."""

    seed: int
    complaints: tuple[str, ...]
    seen: Seen
    trace: tuple[str, ...] = ()


def simulate(seed: int, history: Sequence[Action], *, trace: bool = False) -> Result:
    """Live through one history."""

    async def living() -> Result:
        world = World(seed)
        if trace:
            world.traced.append(f"seed {seed}")
        await world.live(history)
        return Result(seed=seed, complaints=tuple(world.watch.complaints), seen=world.seen, trace=tuple(world.traced))

    try:
        return run(living())
    except Stuck:
        return Result(seed=seed, complaints=("nothing goes on",), seen=Seen())
