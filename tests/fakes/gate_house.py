"""
The whole gate over twins: what a door calls, and what a test looks at afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.deliver import Deliver
from proxy.gate.examine import Ports
from proxy.gate.filing import Filing, Terms
from proxy.gate.media import Media
from proxy.gate.refiling import Refiling
from proxy.gate.room import Room
from proxy.gate.shield import Shield
from proxy.gate.submit import Submit
from proxy.observability.faults import NAMES
from tests.factories import CREATE, make_draft, make_grant
from tests.fakes.clock import CountingIds, ManualClock
from tests.fakes.consents import MemoryConsents
from tests.fakes.envelope import PlainEnvelope
from tests.fakes.limits import WIDE, MemoryCounts, make_limits
from tests.fakes.log import MemoryAuditLog, MemoryPosts
from tests.fakes.observer import RecordingObserver
from tests.fakes.platform import RecordingPlatform
from tests.fakes.publisher import RecordingPublisher
from tests.fakes.scanner import ScriptedScanner
from tests.fakes.spool import MemoryMediaSpool
from tests.fakes.waiting import ManualTraffic, MemoryStanding, MemoryWaitingPosts
from tests.policies import make_bundle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.limits import LimitTerms
    from proxy.gate.outcome import Outcome
    from proxy.gate.ports import Grant, ReleasedPost, SpooledMedia
    from proxy.gate.wire import Draft, WireAnswer


class HookedPublisher(RecordingPublisher):
    """Calls a test just before and just after it publishes."""

    def __init__(
        self,
        *outcomes: Outcome,
        before: Callable[[], Awaitable[None]] | None = None,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(*outcomes)
        self.before = before
        self.after = after

    async def publish(self, released: ReleasedPost, media: Sequence[SpooledMedia]) -> Outcome:
        """Publish between the two calls."""
        if self.before is not None:
            await self.before()
        outcome = await super().publish(released, media)
        self.after()
        return outcome


class OneBundle:
    """Twin of the policy source with one bundle."""

    def __init__(self, bundle: PolicyBundle) -> None:
        self.bundle = bundle

    def current(self) -> PolicyBundle:
        """Return the bundle."""
        return self.bundle


class GateHouse:
    """A gate that blocks posts with the word `IBAN`, over twins."""

    def __init__(
        self,
        *outcomes: Outcome,
        bundle: PolicyBundle | None = None,
        scanner: ScriptedScanner | None = None,
        clock: ManualClock | None = None,
        faults: Callable[[str], None] = lambda _name: None,
        room: int = 20,
        limits: LimitTerms = WIDE,
    ) -> None:
        self.clock = clock or ManualClock()
        self.log = MemoryAuditLog()
        self.scanner = scanner or ScriptedScanner({"IBAN": "IBAN_CODE"})
        self.observer = RecordingObserver()
        self.platform = RecordingPlatform()
        self.publisher = HookedPublisher(*outcomes)
        self.shield = Shield()
        self.on_fault = faults
        """Called at every fault point."""
        self.reached: list[str] = []
        """Fault points passed, in order."""
        self.pauses: list[float] = []
        """Seconds that answers were kept back."""
        envelope = PlainEnvelope()
        self.consents = MemoryConsents(self.log, digest=envelope.digest)
        self.policies = OneBundle(bundle or make_bundle())
        self.ports = Ports(
            scanner=self.scanner,
            policies=self.policies,
            consents=self.consents,
            audit=self.log,
            posts=MemoryPosts(self.log),
            spool=MemoryMediaSpool(self.log, envelope),
            envelope=envelope,
            clock=self.clock,
            ids=CountingIds(),
            observer=self.observer,
            faults=self._reach,
            pause=self._pause,
        )
        self.filing = Filing(envelope=envelope, clock=self.clock, ids=self.ports.ids, node="n1", terms=Terms())
        self.counts = MemoryCounts()
        self.limits = make_limits(self.ports, limits, counts=self.counts)
        self.media = Media(self.ports, filing=self.filing, limits=self.limits, shield=self.shield)
        self.traffic = ManualTraffic()
        self.posts = MemoryWaitingPosts(self.log)
        self.standing = MemoryStanding(make_grant())
        publishers = {"mastodon": self.publisher}
        self.room = Room(self.posts, waiting=room, held=10)
        self.gate = Submit(
            self.ports,
            filing=self.filing,
            publishers=publishers,
            traffic=self.traffic,
            room=self.room,
            limits=self.limits,
            shield=self.shield,
        )
        self.refiling = Refiling(self.filing, clock=self.clock, ids=self.ports.ids, node="n1")
        self.deliver = Deliver(
            self.ports,
            filing=self.filing,
            refiling=self.refiling,
            publishers=publishers,
            posts=self.posts,
            standing=self.standing,
            traffic=self.traffic,
            shield=self.shield,
        )

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def _reach(self, name: str) -> None:
        assert name in NAMES, f"no fault point: {name}"
        self.reached.append(name)
        self.on_fault(name)

    async def submit(
        self, text: str = "Schönes Wochenende!", *, key: str | None = None, grant: Grant | None = None
    ) -> WireAnswer:
        """Submit a new status."""
        return await self.submit_draft(make_draft(text, key=key), grant)

    async def submit_draft(self, draft: Draft, grant: Grant | None = None) -> WireAnswer:
        """Submit a draft."""
        return await self.gate(CREATE, draft, grant or make_grant(), self.platform)

    @property
    def sent(self) -> list[str]:
        """Return the first text of every post that reached the platform."""
        return [released.post.parts[0].text for released, _ in self.publisher.published]

    @property
    def states(self) -> list[str]:
        """Return the state of every post, in the order of their creation."""
        return [state.value for state in self.log.tables.states.values()]
