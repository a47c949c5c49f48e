"""
What can happen in a history, and how a history is drawn.

An action names posts and reviews by a number, which counts round those that there are when it happens: so a history
stays one when some of its actions are left out.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.model import PostKind
from proxy.gate.filing import Pending
from proxy.gate.lifecycle import DELIVERABLE, WAITING, State
from proxy.gate.outcome import OutcomeKind
from proxy.gate.recover import settle_overdue
from proxy.gate.wire import Draft, Endpoint, EndpointClass
from proxy.observability.faults import NAMES
from tests.factories import CREATE, make_part
from tests.fakes.platform import RecordingPlatform
from tests.simulation.people import settle, vote
from tests.simulation.policies import CUSTOMER, DETECTORS, LEAK, MARK, MARKET, PERSON, SUN, TERMS
from tests.simulation.upstream import MANNERS
from tests.simulation.world import NODES, PEOPLE

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from proxy.gate.wire import WireAnswer
    from tests.simulation.node import Node
    from tests.simulation.world import World

EDIT = Endpoint(name="status.edit", cls=EndpointClass.WRITE)
REVIEWERS = ("a_rita", "a_rolf", "a_ruth")
TEXTS = tuple(f"{MARK}: {words}" for words in (SUN, MARKET, PERSON, f"{PERSON} {MARKET}", CUSTOMER, f"{SUN} {LEAK}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that happens on a node, or to the world."""

    node: str = NODES[0]
    gap: float = 0.0
    """Seconds until the next one."""

    async def happen(self, world: World) -> None:
        """Happen."""
        node = world.node(self.node)
        if node is not None:
            await self.on(node, world)

    async def on(self, node: Node, world: World) -> None:
        """Happen on a node that is there."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit(Action):
    """Somebody posts."""

    text: str = TEXTS[0]
    person: str = PEOPLE[0]
    key: str | None = None
    native: bool = False
    """Whether over the API, where a post may wait."""
    send_in: float | None = None
    leaves_s: float | None = None
    """When the client leaves."""
    edits: int | None = None
    """Which published post it changes."""

    async def on(self, node: Node, world: World) -> None:
        """Submit, and hear what became of it."""
        grant = world.grant(self.person)
        draft = self._draft(node, world)
        if grant is None or draft is None:
            return
        endpoint, answers = (CREATE if self.edits is None else EDIT), RecordingPlatform()
        async with asyncio.timeout(self.leaves_s):
            answer: WireAnswer | Pending
            if self.native:
                answer = await node.submit.prepare(endpoint, draft, grant, answers, waits=True)
                if isinstance(answer, Pending):
                    answer = await node.submit.finish(answer)
            else:
                answer = await node.submit(endpoint, draft, grant, answers)
        world.watch.told(answer.body, self.text)

    def _draft(self, node: Node, world: World) -> Draft | None:
        edited = None
        if self.edits is not None:
            names = sorted(world.log.tables.platform_ids.values())
            if not names:
                return None
            edited = names[self.edits % len(names)]
        return Draft(
            operation="status.create" if edited is None else EDIT.name,
            kind=PostKind.POST if edited is None else PostKind.EDIT,
            parts=(make_part(self.text),),
            idempotency_key=self.key,
            edit_of=edited,
            send_at=None if self.send_in is None else node.clock.now() + timedelta(seconds=self.send_in),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote(Action):
    """Somebody says a word on a review: one who may, or the author."""

    which: int = 0
    person: str | None = None
    """None: the author."""
    verdict: str = "approve"

    async def on(self, node: Node, world: World) -> None:
        """Vote."""
        reviews = world.log.tables.reviews
        still_open = [name for name, review in reviews.items() if review.state == "open"]
        if not still_open:
            return
        name = still_open[self.which % len(still_open)]
        author = reviews[name].opened.author
        kept = await vote(node, name, self.person or author, self.verdict)
        if kept and self.person is None:
            world.watch.complain("I4: an author voted on a post of his own")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPost(Action):
    """Something that happens to a post of some states."""

    which: int = 0

    def among(self, world: World, states: Iterable[State]) -> str | None:
        """Return the post that is meant."""
        posts = [post for post, state in world.log.tables.states.items() if state in states]
        return posts[self.which % len(posts)] if posts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(OnPost):
    """An author takes a waiting post back, or chooses another time."""

    send_in: float | None = None
    """None: takes it back."""

    async def on(self, node: Node, world: World) -> None:
        """Do so."""
        post = self.among(world, WAITING)
        grant = None if post is None else world.grant(world.log.tables.posts[post].author)
        if post is None or grant is None:
            return
        if self.send_in is None:
            await node.withdraw.cancel(post, grant)
        else:
            await node.withdraw.move(post, grant, node.clock.now() + timedelta(seconds=self.send_in))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(OnPost):
    """An author takes a published post back."""

    async def on(self, node: Node, world: World) -> None:
        """Do so."""
        post = self.among(world, {State.PUBLISHED, State.RECALLING, State.RECALL_FAILED})
        grant = None if post is None else world.grant(world.log.tables.posts[post].author)
        if post is not None and grant is not None:
            await node.recall(world.log.tables.posts[post].decision_record, by=grant.principal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(OnPost):
    """A person looks at the platform for a post that is unclear, or decides about one that is not there."""

    resend: bool = False

    async def on(self, node: Node, world: World) -> None:
        """Do so."""
        post = self.among(world, {State.UNKNOWN, State.ABSENT})
        if post is not None:
            await settle(node, post, resend=self.resend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap(Action):
    """Other policies come into force."""

    bundle: str = "strict"

    async def happen(self, world: World) -> None:
        """Put them into force."""
        world.swap(self.bundle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Die(Action):
    """A node is going to die at a fault point."""

    point: str = NAMES[0]
    passing: int = 1
    away_s: float = 1.0

    async def on(self, node: Node, world: World) -> None:
        """Arm it."""
        node.crashes[self.point] = self.passing
        world.down_s = self.away_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Commits(Action):
    """What becomes of the next commits of a node."""

    fates: tuple[str, ...] = ("lost",)

    async def on(self, node: Node, world: World) -> None:
        """Say so."""
        node.fates = list(self.fates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Action):
    """A node stands still and goes on as if nothing had been."""

    seconds: float = 90.0

    async def on(self, node: Node, world: World) -> None:
        """Freeze."""
        node.frozen_until = world.elapsed() + self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump(Action):
    """The wall clock of a node, or of all, goes wrong."""

    seconds: float = 3600.0
    everywhere: bool = False

    async def happen(self, world: World) -> None:
        """Jump."""
        world.jumped = True
        for name in NODES:
            if self.everywhere or name == self.node:
                world.jumps[name] = self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Behave(Action):
    """How the platform behaves towards the next requests."""

    manners: tuple[str, ...] = ("fine",)

    async def happen(self, world: World) -> None:
        """Say so."""
        world.platform.next = [MANNERS[name] for name in self.manners]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights(Action):
    """Somebody loses the right to post, or gets it back."""

    person: str = PEOPLE[0]
    back: bool = False

    async def happen(self, world: World) -> None:
        """Do so."""
        (world.back if self.back else world.leave)(self.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectors(Action):
    """Which detectors do not look from now on."""

    missing: frozenset[str] = frozenset()

    async def happen(self, world: World) -> None:
        """Say so."""
        world.scanner.missing = self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic(Action):
    """What a node knows of the platform."""

    broken_s: float = 0.0
    wait_s: float = 0.0

    async def on(self, node: Node, world: World) -> None:
        """Say so."""
        node.traffic.broken_s, node.traffic.wait_s = self.broken_s, self.wait_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain(Action):
    """A node is stopped in order, and started again."""

    async def on(self, node: Node, world: World) -> None:
        """Let it finish what runs."""
        node.faults("drain_started")
        await node.shield.drain(25)
        if node.alive:
            node.die()


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Action):
    """A node's background tasks have a look."""

    async def on(self, node: Node, world: World) -> None:
        """Look."""
        await world.round(node)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(OnPost):
    """A node looks at one waiting post."""

    async def on(self, node: Node, world: World) -> None:
        """Look, as the dispatcher does."""
        post = self.among(world, State)
        waiting = None if post is None else await node.waiting.waiting(post)
        if waiting is None:
            return
        now = node.clock.now()
        if now >= waiting.expires_at:
            await node.deliver.expire(waiting)
        elif waiting.state in DELIVERABLE and waiting.not_before is not None and waiting.not_before <= now:
            await node.deliver(waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reap(Action):
    """A node gives attempts whose lease is over their outcome."""

    async def on(self, node: Node, world: World) -> None:
        """Do so."""
        await settle_overdue(node.ports)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconcile(Action):
    """A node looks at the platform for unclear posts."""

    async def on(self, node: Node, world: World) -> None:
        """Do so."""
        await node.reconcile()


_TEMPI = (
    (0.0, 0.0, 0.001, 0.05, 0.5),
    (0.0, 0.05, 0.5, 3.0, 21.0, 65.0),
    (0.0, 0.5, 3.0, 21.0, 65.0, 130.0, 200.0, 400.0),
    (0.5, 65.0, 200.0, 400.0, 2_000.0, 8_000.0, 90_000.0),
)
"""Gaps between actions: some histories are over in a second, others take days."""
_RARE = (
    "lease_expired",
    "reconcile_found",
    "reconcile_absent",
    "recall_sent",
    "review_committed",
    "release_checked",
    "drain_started",
)
_POINTS = (*NAMES, *_RARE, *_RARE)
"""Fault points at which nodes die; those that few histories pass more often."""
_FATES = ("kept", "kept", "lost", "lost", "down", "full")
_UNCLEAR = tuple(sorted(name for name, manner in MANNERS.items() if manner.kind is OutcomeKind.UNKNOWN))


def draw(chance: random.Random) -> tuple[Action, ...]:
    """Draw a history."""
    tempo = chance.choice(_TEMPI)
    drawn: list[Action] = [Swap(bundle=chance.choice([*TERMS, "mild"]), gap=0.5)]
    for _ in range(chance.randint(5, 18)):
        earlier = [action for action in drawn if isinstance(action, Submit)]
        action = _again(chance, earlier) if earlier and chance.random() < 0.08 else _fresh(chance)
        drawn.append(replace(action, node=chance.choice(NODES), gap=chance.choice(tempo)))
    if chance.random() < 0.15:
        place = chance.randint(1, len(drawn))
        drawn[place:place] = chance.choice((_unclear, _queued))(chance)
    return tuple(drawn)


def _unclear(chance: random.Random) -> list[Action]:
    """Draw what seldom comes together: an unclear post, a look at the platform, perhaps a node that dies at it."""
    manner, point = chance.choice(_UNCLEAR), chance.choice(("reconcile_found", "reconcile_absent"))
    one, other = chance.sample(NODES, 2)
    return [
        Behave(manners=(manner,)),
        Submit(node=one, text=TEXTS[0], person=chance.choice(PEOPLE), native=True, gap=200.0),
        Die(node=one, point=point, away_s=chance.choice([1.0, 70.0])),
        Settle(node=one, which=chance.randint(0, 3), gap=3.0),
        Settle(node=other, which=chance.randint(0, 3), gap=0.05),
        Settle(node=other, resend=chance.random() < 0.6, gap=chance.choice([0.0, 65.0])),
    ]


def _queued(chance: random.Random) -> list[Action]:
    """Draw a post that its platform did not take, and what comes before it is tried again."""
    person = chance.choice(PEOPLE)
    comes = (
        Swap(bundle=chance.choice(("strict", "harsh"))),
        Rights(person=person),
        Withdraw(which=chance.randint(0, 3)),
        Die(point=chance.choice(("claim", "release_checked", "after_intent"))),
    )
    return [
        Swap(bundle="mild", gap=0.5),
        Behave(manners=(chance.choice(("refused connection", "429", "429, soon")),)),
        Submit(text=TEXTS[1], person=person, native=True, gap=0.5),
        replace(chance.choice(comes), gap=chance.choice([65.0, 130.0])),
        Round(node=chance.choice(NODES), gap=0.5),
        Rights(person=person, back=True),
    ]


def _again(chance: random.Random, earlier: list[Submit]) -> Submit:
    """Repeat a submission, sometimes with another text under the same key."""
    one = chance.choice(earlier)
    return replace(one, text=chance.choice(TEXTS)) if chance.random() < 0.2 else one


def _fresh(chance: random.Random) -> Action:
    makers = (_submit, _person, _misfortune, _fault)
    return chance.choices(makers, weights=(34, 30, 16, 20))[0](chance)


def _submit(chance: random.Random) -> Action:
    native = chance.random() < 0.6
    return Submit(
        text=chance.choice(TEXTS),
        person=chance.choice(PEOPLE),
        key=chance.choice([None, "k1", "k2"]),
        native=native,
        send_in=chance.choice([None, None, 30.0, 600.0, 7_200.0]) if native else None,
        leaves_s=chance.choice([None, None, None, 0.0, 0.01, 1.0]),
        edits=chance.choice([None, None, None, None, None, chance.randint(0, 3)]),
    )


def _person(chance: random.Random) -> Action:
    which = chance.randint(0, 3)
    verdict = chance.choice(["approve"] * 6 + ["reject", "return"])
    person = chance.choice([None, *REVIEWERS, *REVIEWERS])
    return chance.choice(
        [
            *[Vote(which=which, person=person, verdict=verdict)] * 5,
            Withdraw(which=which),
            Withdraw(which=which, send_in=chance.choice([60.0, 5_000.0])),
            *[Recall(which=which)] * 2,
            *[Settle(which=which, resend=chance.random() < 0.6)] * 4,
            Round(),
            Round(),
        ]
    )


def _misfortune(chance: random.Random) -> Action:
    return chance.choice(
        [
            *[Behave(manners=tuple(chance.choices(sorted(MANNERS), k=chance.randint(1, 3))))] * 3,
            Behave(manners=tuple(chance.choices(_UNCLEAR, k=2))),
            Rights(person=chance.choice(PEOPLE), back=chance.random() < 0.4),
            Detectors(missing=frozenset(chance.choice([(), (), DETECTORS[:1], DETECTORS[1:]]))),
            Traffic(broken_s=chance.choice([0.0, 30.0]), wait_s=chance.choice([0.0, 60.0])),
            Traffic(),
            *[Swap(bundle=chance.choice(sorted(TERMS)))] * 3,
        ]
    )


def _fault(chance: random.Random) -> Action:
    return chance.choice(
        [
            *[Die(point=chance.choice(_POINTS), passing=chance.choice([1, 1, 1, 2]), away_s=chance.choice([1.0, 70.0]))]
            * 5,
            *[Commits(fates=tuple(chance.choices(_FATES, k=chance.randint(1, 4))))] * 3,
            Freeze(seconds=chance.choice([5.0, 25.0, 90.0, 3_700.0])),
            Jump(seconds=chance.choice([3600.0, -3600.0, 0.0]), everywhere=chance.random() < 0.3),
            Drain(),
        ]
    )
