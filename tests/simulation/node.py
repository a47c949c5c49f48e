"""
A node of the simulation: the real gate over twins whose every call takes time, and never ends on a dead node.

A crash is the end of an object: nothing that runs on it goes on. A restart is a new one beside the same log.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from proxy.core.errors import AuditBusy, AuditUnavailable, NotFound
from proxy.core.model import PostKind
from proxy.delivery.dispatcher import Dispatcher
from proxy.gate.deliver import Deliver
from proxy.gate.examine import Ports
from proxy.gate.filing import Filing, Terms
from proxy.gate.outcome import OutcomeKind
from proxy.gate.recall import Recall
from proxy.gate.reconcile import Reconcile
from proxy.gate.refiling import Refiling
from proxy.gate.room import Room
from proxy.gate.settle import Settle
from proxy.gate.shield import Shield
from proxy.gate.submit import Submit
from proxy.gate.unclear import Look
from proxy.gate.wire import Draft, Endpoint, EndpointClass
from proxy.gate.withdraw import Withdraw, Withdrawing
from proxy.gate.work import OpenAttempt
from proxy.observability.faults import FaultPoints
from tests.fakes.clock import START
from tests.fakes.consents import MemoryConsents
from tests.fakes.gate_house import OneBundle
from tests.fakes.limits import make_limits
from tests.fakes.log import MemoryOwnPosts, MemoryPosts
from tests.fakes.observer import RecordingObserver
from tests.fakes.spool import MemoryMediaSpool
from tests.fakes.unclear import MemoryUnclearPosts
from tests.fakes.waiting import ManualTraffic, MemoryWaitingPosts
from tests.simulation.policies import BUNDLES
from tests.simulation.upstream import GONE, outcome_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from proxy.core.model import Part, Post, Principal, Receipt, Scan
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.api_ports import OwnPost
    from proxy.gate.native import Native
    from proxy.gate.outcome import Outcome
    from proxy.gate.ports import Grant, ReleasedPost, SpooledMedia
    from proxy.gate.targets import Target
    from proxy.gate.unclear import Window
    from proxy.gate.work import Work
    from tests.simulation.world import World

TERMS = Terms(review_ends=timedelta(minutes=40), delivery_ends=timedelta(minutes=12))
"""Short, so that times end while things happen."""
DELETE = Endpoint(name="status.delete", cls=EndpointClass.ACT)


class Crash(BaseException):
    """The process ends here."""


class Node:
    """One process."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.alive = True
        self.crashes: dict[str, int] = {}
        """Fault points at which it dies, and at which passing."""
        self.fates: list[str] = []
        """What becomes of its next commits."""
        self.frozen_until = 0.0
        self.clock = NodeClock(world, name)
        self.policies = OneBundle(BUNDLES[world.bundle])
        self.traffic = ManualTraffic()
        self.shield = Shield()
        self.faults = FaultPoints(self._reach)
        self.log = NodeLog(self)
        self.unclear = cast("MemoryUnclearPosts", Slow(self, MemoryUnclearPosts(world.log)))
        self.ports = Ports(
            scanner=_Scanner(self),
            policies=self.policies,
            consents=MemoryConsents(world.log, digest=world.envelope.digest),
            audit=self.log,
            posts=cast("MemoryPosts", Slow(self, MemoryPosts(world.log))),
            spool=cast("MemoryMediaSpool", Slow(self, MemoryMediaSpool(world.log, world.envelope))),
            envelope=world.envelope,
            clock=self.clock,
            ids=world.ids,
            observer=RecordingObserver(),
            faults=self.faults,
        )
        self.filing = Filing(envelope=world.envelope, clock=self.clock, ids=world.ids, node=name, terms=TERMS)
        self.refiling = Refiling(self.filing, clock=self.clock, ids=world.ids, node=name)
        self.waiting = cast("MemoryWaitingPosts", Slow(self, MemoryWaitingPosts(world.log)))
        self._wire()

    def _wire(self) -> None:
        publishers = {"mastodon": Upstream(self)}
        self.submit = Submit(
            self.ports,
            filing=self.filing,
            publishers=publishers,
            traffic=self.traffic,
            room=Room(self.waiting, waiting=1000, held=500),
            limits=make_limits(self.ports),
            shield=self.shield,
        )
        self.deliver = Deliver(
            self.ports,
            filing=self.filing,
            refiling=self.refiling,
            publishers=publishers,
            posts=self.waiting,
            standing=_Standing(self),
            traffic=self.traffic,
            shield=self.shield,
        )
        self.dispatcher = Dispatcher(
            self.waiting, self.deliver, clock=self.clock, node=self.name, failed=self.world.noted
        )
        self.withdraw = Withdraw(
            Withdrawing(
                posts=self.waiting,
                refiling=self.refiling,
                audit=self.log,
                envelope=self.world.envelope,
                clock=self.clock,
            )
        )
        self.reconcile = Reconcile(self.ports, self.unclear, {"mastodon": Lookup(self)})
        self.settle = Settle(self.unclear, audit=self.log, clock=self.clock, ids=self.world.ids)
        self.recall = Recall(
            native=cast("Native", _Own(self)),
            submit=self.submit,
            targets={"mastodon": cast("Target", _Target())},
            mandates=_Mandates(self),
            audit=self.log,
            clock=self.clock,
            ids=self.world.ids,
            shield=self.shield,
            faults=self.faults,
        )

    def _reach(self, name: str) -> None:
        self.world.seen.passed.add(name)
        left = self.crashes.get(name)
        if left is not None:
            self.crashes[name] = left - 1
            if left == 1:
                self.world.seen.crashed.add(name)
                self.die()
                raise Crash(name)

    def die(self) -> None:
        """End: nothing that runs here goes on."""
        self.alive = False
        self.world.died(self)

    def take(self, bundle: str) -> None:
        """Put other policies into force."""
        self.policies.bundle = BUNDLES[bundle]
        self.faults("policy_swapped")

    async def passes(self, what: str) -> bool:
        """Let time pass, on a dead node for ever; return whether what is waited for is heard of."""
        heard = await self.world.pace(self, what)
        if self.frozen_until > (now := asyncio.get_running_loop().time()):
            await asyncio.sleep(self.frozen_until - now)
        if not self.alive:
            await self.world.for_ever()
        return heard


class NodeClock:
    """Time as a node sees it: its wall clock may be wrong."""

    def __init__(self, world: World, name: str) -> None:
        self._jumps = world.jumps
        self._name = name

    def now(self) -> datetime:
        """Return the wall time."""
        return START + timedelta(seconds=self.monotonic() + self._jumps.get(self._name, 0.0))

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        return asyncio.get_running_loop().time()


class Slow:
    """A twin whose calls take time on a node."""

    def __init__(self, node: Node, twin: object) -> None:
        self._node = node
        self._twin = twin

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._twin, name)

        async def call(*args: object, **named: object) -> object:
            await self._node.passes(name)
            answer = await method(*args, **named)
            self._node.world.observe(answer)
            return answer

        return call


class NodeLog:
    """The writer of a node: what it is given is kept or not, and its caller hears of it or not."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def commit(self, work: Work) -> Receipt:
        """Keep a unit of work; cancelling the caller does not cancel it."""
        task = asyncio.get_running_loop().create_task(self._commit(work))
        task.add_done_callback(lambda done: None if done.cancelled() else (done.exception(), None)[1])
        return await asyncio.shield(task)

    async def _commit(self, work: Work) -> Receipt:
        node = self._node
        await node.passes("commit")
        node.faults("before_commit")
        fate = self._fate(work)
        if fate == "down":
            raise AuditUnavailable(found="a log that is down")
        if fate == "full":
            raise AuditBusy(found="a log that is full")
        receipt = await node.world.keep(work)
        node.faults("after_commit")
        begins = any(isinstance(change, OpenAttempt) for change in work.changes)
        if not await node.passes("begun" if begins else "committed") or fate == "lost":
            raise AuditUnavailable(found="an answer that was lost")
        return receipt

    def _fate(self, work: Work) -> str:
        node = self._node
        return node.fates.pop(0) if node.fates else node.world.fate(node, work)


class _Scanner:
    """The world's scanner, on a node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.expected = node.world.scanner.expected

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        """Look."""
        await self._node.passes("scan")
        return self._node.world.scanner.look(parts, bundle)

    async def load(self, bundle: PolicyBundle) -> None:
        """Nothing is to be brought anywhere."""


class _Standing:
    """Who may still post."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def stands(self, author: str, account: str) -> Grant | None:
        """Return the grant of an author, if it lives."""
        await self._node.passes("stands")
        grant = self._node.world.grant(author)
        self._node.world.observe(grant)
        return grant


class _Mandates:
    """Which accounts a person may post to."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def grant(self, by: Principal, account: str, *, to_check: bool = False) -> Grant:
        """Return the grant of a person, if it lives."""
        grant = self._node.world.grant(by.ref)
        if grant is None:
            raise NotFound(found="another account")
        return grant


class _Own:
    """The part of the API's use case that a recall needs."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._posts = MemoryOwnPosts(node.world.log)

    async def own(self, name: str, *, by: Principal) -> OwnPost:
        """Return a post of one's own."""
        await self._node.passes("own")
        post = await self._posts.by_decision(name, author=by.ref)
        if post is None:
            raise NotFound(found="another id")
        return post


class _Target:
    """What deletes."""

    makes = frozenset({"status.create"})

    async def recall(self, platform_id: str, grant: Grant) -> tuple[Endpoint, Draft]:
        """Return the act that takes a post back."""
        draft = Draft(operation=DELETE.name, kind=PostKind.ACT, parts=(), options=(("id", platform_id),))
        return DELETE, draft


class Upstream:
    """The sending side of a node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def publish(self, released: ReleasedPost, media: Sequence[SpooledMedia]) -> Outcome:
        """Send, as the platform lets it."""
        node = self._node
        platform = node.world.platform
        node.faults("before_first_byte")
        manner = platform.manner()
        if not manner.sent:
            return outcome_of(manner, None)
        node.world.watch.sending(node, released)
        name, there = platform.carry_out(released) if manner.taken else (None, True)
        node.faults("after_request")
        await node.passes("publish")
        await asyncio.sleep(manner.takes_s)
        await node.passes("answer")
        node.faults("after_status")
        node.faults("after_body")
        return GONE if not there and manner.kind is OutcomeKind.PUBLISHED else outcome_of(manner, name)


class Lookup:
    """A look at the platform."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def find(self, post: Post, window: Window) -> Look:
        """Return what a post made, when it is there."""
        await self._node.passes("find")
        return Look(there=self._node.world.platform.has(post.id))
