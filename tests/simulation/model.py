"""
Every way in which a few things can happen at once: two nodes, one post, and at most one of each misfortune.

The gate is the real one. Wherever it waits for something, all that might happen next is tried: who goes on, which node
dies, whether the answer of a commit gets lost, whether other policies come into force, whether time passes. A state
that was seen before is not looked at twice; a state is what is kept and public, and what each of those who are at work
has been told so far, for that is all that their next steps depend on.
"""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.envelope import PlainEnvelope
from tests.simulation.loop import run
from tests.simulation.seen import Seen
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proxy.core.model import Receipt
    from proxy.gate.ports import Ids
    from proxy.gate.work import Work
    from tests.simulation.actions import Action
    from tests.simulation.node import Node

POINTS = frozenset({"by_key", "waiting", "overdue_attempts", "unclear", "own", "scan", "approved", "review"})
"""Where the gate waits, and what it learns may be another thing a moment later. Elsewhere it goes on at once."""
COMMITS = frozenset({"commit", "begun", "answer"})
"""Where it writes or sends, and where it hears what became of it."""
_WHO: ContextVar[str] = ContextVar("_WHO", default="world")
Choice = tuple[str, str]


class _Ids:
    """Ids that tell who drew them and which, whatever the others did meanwhile."""

    def __init__(self) -> None:
        self._drawn: dict[str, int] = {}

    def __call__(self) -> str:
        """Return the next id of whoever asks."""
        who = _WHO.get()
        self._drawn[who] = self._drawn.get(who, 0) + 1
        digest = hashlib.sha256(f"{who} {self._drawn[who]}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))


class _Envelope(PlainEnvelope):
    """Draws what belongs to a name, not to an order."""

    @property
    def _drawn(self) -> int:
        return 0

    @_drawn.setter
    def _drawn(self, _number: int) -> None:
        """Count nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is at work, after what has happened before, and what may go wrong."""

    before: tuple[Action, ...] = ()
    """One after the other, and nothing goes wrong with them."""
    actors: Mapping[str, Action]
    """By name; each begins at any time."""
    swaps: Sequence[str] = ()
    """Policies that may come into force, one after the other."""
    crashes: int = 1
    lost: int = 1
    waits: Sequence[float] = ()
    """Times that may pass, one after the other."""


@dataclass(slots=True)
class _Turn:
    who: str
    node: Node
    what: str
    told: asyncio.Future[bool]


class SmallWorld(World):
    """A world in which somebody else says what happens next."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(0)
        self.scene = scene
        self.free = True
        """Whether nothing is chosen: everything goes on at once."""
        self.turns: list[_Turn] = []
        self.idle = list(scene.actors)
        self.crashes, self.lost = scene.crashes, scene.lost
        for node in self.nodes.values():
            hurry(node)
        self.swaps, self.waits = list(scene.swaps), list(scene.waits)
        self.heard: dict[str, str] = {}
        """By who: a digest of all that they were told."""
        self._fresh: set[str] = set()
        """Who has begun, and waits for the first thing."""

    def make_ids(self) -> Ids:
        """Return what draws ids."""
        return _Ids()

    def make_envelope(self) -> PlainEnvelope:
        """Return what seals."""
        return _Envelope()

    async def pace(self, node: Node, what: str) -> bool:
        """Wait until it is one's turn."""
        if self.free or not (what in POINTS | COMMITS or (what == "committed" and self.lost)):
            return True
        told = asyncio.get_running_loop().create_future()
        self.turns.append(_Turn(_WHO.get(), node, what, told))
        return bool(await told)

    def observe(self, answer: object) -> None:
        """Remember what somebody was told."""
        self._told(repr(answer))

    def _told(self, what: str) -> None:
        who = _WHO.get()
        self.heard[who] = hashlib.sha256(f"{self.heard.get(who)} {what}".encode()).hexdigest()

    async def keep(self, work: Work) -> Receipt:
        """Make a unit of work durable, and remember whether it was kept."""
        self._told("commit")
        receipt = await super().keep(work)
        self._told(f"kept {receipt.first_seq >= 0}")
        return receipt

    def died(self, node: Node) -> None:
        """Start it again at once; whoever was at work there is gone."""
        for who in [who for who, action in self.scene.actors.items() if action.node == node.name]:
            self.heard.pop(who, None)
            if who in self._fresh:
                self.idle.append(who)
        self.turns = [turn for turn in self.turns if turn.node is not node]
        self._start(node.name)

    def _start(self, name: str) -> None:
        super()._start(name)
        hurry(self.nodes[name])

    # ------------------------------------------------------------------------------------------------------- choices
    def choices(self) -> list[Choice]:
        """Return what may happen next."""
        if self.idle:  # where they begin, nobody else can tell
            return [("begin", self.idle[0])]
        found: list[Choice] = [("go", turn.who) for turn in self.turns]
        if self.lost:
            found += [("lose", turn.who) for turn in self.turns if turn.what in {"begun", "committed"}]
        if not found:
            return []
        if self.crashes:
            found += [("crash", name) for name in self.nodes if any(turn.node.name == name for turn in self.turns)]
        if self.swaps:
            found.append(("swap", self.swaps[0]))
        if self.waits:
            found.append(("wait", str(self.waits[0])))
        return found

    async def choose(self, choice: Choice) -> None:
        """Let it happen."""
        what, who = choice
        match what:
            case "begin":
                self.idle.remove(who)
                self._fresh.add(who)
                _WHO.set(who)
                self.spawn(self.scene.actors[who].happen(self))
                _WHO.set("world")
            case "go" | "lose":
                turn = next(turn for turn in self.turns if turn.who == who)
                self.turns.remove(turn)
                self._fresh.discard(who)
                self.lost -= what == "lose"
                self.heard[who] = hashlib.sha256(f"{self.heard.get(who)} {turn.what} {what}".encode()).hexdigest()
                turn.told.set_result(what == "go")
            case "crash":
                self.crashes -= 1
                self.nodes[who].die()
            case "swap":
                self.bundle = self.swaps.pop(0)
                for node in self.nodes.values():
                    node.take(self.bundle)
            case _:
                await asyncio.sleep(self.waits.pop(0))
        await self._quiet()

    async def _quiet(self) -> None:
        """Let everybody go on until they wait for their turn; if nobody waits for it, let time pass."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0)
            if loop._ready:  # type: ignore[attr-defined]
                continue
            busy = sum(not task.done() for task in self._tasks)
            if self.turns or not busy or not loop._scheduled:  # type: ignore[attr-defined]
                return
            await asyncio.sleep(0.05)

    def digest(self) -> bytes:
        """Return what tells this state from others."""
        tables = self.log.tables
        parts = (
            sorted(tables.states.items()),
            sorted(tables.outbox.items()),
            sorted(tables.attempts),
            sorted(tables.results.items()),
            sorted((name, review.state, review.stage) for name, review in tables.reviews.items()),
            sorted(tables.votes),
            sorted(tables.keys),
            sorted(tables.answers),
            [record.id for record in self.log.records],
            sorted(self.platform.taken.items()),
            sorted((turn.who, turn.what) for turn in self.turns),
            sorted(self.heard.items()),
            (self.idle, self.crashes, self.lost, self.swaps, self.waits, self.bundle, round(self.elapsed(), 1)),
        )
        return hashlib.sha256(repr(parts).encode()).digest()


def hurry(node: Node) -> None:
    """Let whoever waits for an equal request ask twice, not two hundred times."""
    node.submit._replays._patience_s = 0.05


@dataclass(slots=True)
class Walk:
    """A walk through all states of a scene."""

    states: int = 0
    paths: int = 0
    ends: int = 0
    complaints: list[str] = field(default_factory=list)
    path: tuple[Choice, ...] = ()
    """The first one with a complaint."""
    seen: Seen = field(default_factory=Seen)


def walk(scene: Scene, *, most: int = 1_000_000) -> Walk:
    """Walk through all states of a scene until something is wrong."""
    walked, known = Walk(), set[bytes]()
    todo: list[tuple[Choice, ...]] = [()]
    while todo and not walked.complaints and walked.paths < most:
        run(_follow(scene, todo.pop(), todo, known, walked))
    walked.states = len(known)
    return walked


async def _follow(
    scene: Scene, path: tuple[Choice, ...], todo: list[tuple[Choice, ...]], known: set[bytes], walked: Walk
) -> None:
    """Follow a path, then one way from its end on to the end of everything; note the other ways."""
    world = SmallWorld(scene)
    for action in scene.before:
        _WHO.set(f"before {len(world.log.records)}")
        await action.happen(world)
        await asyncio.sleep(action.gap)
    _WHO.set("world")
    world.free = False
    for choice in path:
        await world.choose(choice)
    walked.paths += 1
    while not world.watch.complaints:
        state = world.digest()
        if state in known:
            break
        known.add(state)
        choices = world.choices()
        if not choices:
            await _finish(world)
            walked.ends += 1
            break
        todo += [(*path, choice) for choice in choices[1:]]
        path = (*path, choices[0])
        await world.choose(choices[0])
    walked.seen.add(world.seen)
    if world.watch.complaints:
        walked.complaints, walked.path = world.watch.complaints, path


async def _finish(world: SmallWorld) -> None:
    """Repair everything, wait for what waits, and compare."""
    world.free = True
    await world.calm()
    world.watch.end()
