"""
The composition root: settings in, a node out.

Nothing is started here; `Node.start` does that, in the order of the parts, and stops them in the opposite one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.assembly.api import NodeParts, wire_api
from proxy.assembly.doors import SandboxServer, Wired, wire_door
from proxy.assembly.limits import limits_of
from proxy.assembly.logins import wire_oauth
from proxy.assembly.looking import require_detectors, scanner_of, sources_of
from proxy.assembly.policies import KeptFiles, origin_of
from proxy.assembly.registers import NodeRegister
from proxy.assembly.rounds import Rounds
from proxy.assembly.store import Store
from proxy.assembly.tuning import Tuning
from proxy.assembly.waiting import Parts, Waiting
from proxy.assembly.watchers import VERSION, Watchers
from proxy.audit.anchoring import Anchoring, Publisher
from proxy.delivery.reaper import Reaper
from proxy.gate.clockwatch import ClockWatch
from proxy.gate.examine import Ports
from proxy.gate.media import Media
from proxy.gate.noderecords import NodeRecords
from proxy.gate.reading import Reads
from proxy.gate.refusals import RefusalLog
from proxy.gate.sessions import SessionPorts, Sessions
from proxy.gate.shield import Shield
from proxy.gate.sinkrecords import SinkRecords
from proxy.gate.submit import Submit
from proxy.gate.waiting_endpoints import WaitingEndpoints
from proxy.loading.reload import PolicySource
from proxy.observability.faults import FaultPoints
from proxy.observability.system import SystemClock, random_id
from proxy.web.connections import Proxies
from proxy.web.door import Door, DoorPorts
from proxy.web.flight import Flight
from proxy.web.node import Background, Node, Part, Plan
from proxy.web.operations import Operations
from proxy.web.readiness import (
    SelfTests,
    canary_check,
    checkpoint_check,
    clock_check,
    keys_check,
    policy_check,
    store_check,
)
from proxy.web.server import Listener, Server, ServerPorts
from proxy.web.tls import Certificate, CertificateWatch

if TYPE_CHECKING:
    from proxy.gate.oauth import OAuth
    from proxy.settings.model import Api, Settings
    from proxy.settings.model import Door as DoorSettings


def build(settings: Settings, tuning: Tuning | None = None, *, trust_database: bool = False) -> Node:
    """
    Return a node that is ready to start.

    Args:
        settings: of the node.
        tuning: for tests.
        trust_database: start although nothing outside the database says how far the log had come.

    Raises:
        ConfigurationError: a key file, a file of a sink or the database address is unfit.
    """
    return _Build(settings, tuning or Tuning(), trust_database=trust_database).node()


class _Build:
    """One node's objects, made in the order in which they need each other."""

    def __init__(self, settings: Settings, tuning: Tuning, *, trust_database: bool) -> None:
        # Long: one object a line, in the order of their needs; cutting it would hide that order.
        self.settings = settings
        self.tuning = tuning
        self.trust_database = trust_database
        self.clock = clock = SystemClock()
        self.faults = FaultPoints(tuning.faults)
        self.watchers = Watchers(settings, clock)
        self.flight = flight = Flight(settings.limits, on_change=self.watchers.metrics.in_flight)
        self.store = store = Store(
            settings,
            clock=clock,
            observe=self.watchers.committed,
            faults=self.faults,
            in_flight=lambda: flight.requests,
        )
        self.scanner = scanner_of(
            settings, store.keys.fingerprint, self.watchers.detector, in_flight=lambda: flight.requests
        )
        self.policies = PolicySource(
            origin_of(settings, sources_of(settings, store.keys.fingerprint), store, clock),
            fingerprint_key=store.keys.fingerprint,
            scanner=self.scanner,
            today=lambda: clock.now().date(),
            reloaded=self.watchers.reloaded,
            swapped=lambda: self.faults("policy_swapped"),
        )
        self.ports = Ports(
            scanner=self.scanner,
            policies=self.policies,
            consents=store.consents(),
            audit=store.audit,
            posts=store.posts,
            spool=store.spool,
            envelope=store.envelope,
            clock=clock,
            ids=random_id,
            observer=self.watchers.metrics,
            faults=self.faults,
        )
        self.limits = limits_of(settings, store, self.ports)
        self.rounds = Rounds(settings, store, self.ports, self.watchers, tuning, limits=self.limits)
        self.records = NodeRecords(
            audit=store.audit,
            clock=clock,
            ids=random_id,
            scanner=self.scanner,
            policies=self.policies,
            keep=KeptFiles(sources_of(settings, store.keys.fingerprint), store, clock),
            rounds=self.rounds.state,
        )
        self.register = NodeRegister(settings, audit=store.audit, clock=clock, watchers=self.watchers)
        self.anchoring = self._anchoring()
        self.sink_records = SinkRecords(audit=store.audit, clock=clock, ids=random_id)
        self.watchers.on_reload = self._reloaded
        self.watchers.on_sink = self.sink_records.changed
        self.refusals = RefusalLog(audit=store.audit, clock=clock, ids=random_id)
        self.self_tests = SelfTests(self.scanner.self_test, monotonic=clock.monotonic, sleep=asyncio.sleep)
        self.shield = Shield()
        self.certificates = _certificates(settings)
        sandboxed = any(door.sandboxed for door in settings.doors)
        self.sandbox = SandboxServer(now=clock.now) if sandboxed else None
        self.doors = [
            wire_door(
                door,
                settings,
                accounts=store.accounts,
                sandbox=self.sandbox,
                faults=self.faults if tuning.faults else None,
                clock=clock,
            )
            for door in settings.doors
        ]

        self.waiting = Waiting(
            settings,
            Parts(
                store=store,
                ports=self.ports,
                doors=self.doors,
                shield=self.shield,
                watchers=self.watchers,
                lease=tuning.lease,
                settle=tuning.settle,
            ),
        )

    def _reloaded(self, succeeded: bool) -> None:  # noqa: FBT001  the callback's signature
        self.watchers.explained(self.policies)
        self.records.loaded(succeeded)

    def _anchoring(self) -> Anchoring:
        every, monotonic, watch = self.settings.audit.publish_seconds, self.clock.monotonic, self.watchers
        publishers = [Publisher(sink, every_s=every, monotonic=monotonic, watch=watch) for sink in self.store.sinks]
        return Anchoring(
            self.store.checkpoints,
            publishers,
            watch=watch,
            monotonic=monotonic,
            refuse=self.store.audit.refuse,
            unsigned_limit_s=self.settings.audit.unsigned_limit,
        )

    def node(self) -> Node:
        """Return the node."""
        settings, watchers = self.settings, self.watchers
        server = Server(
            ServerPorts(
                flight=self.flight,
                operations=self._operations(),
                log=watchers.log,
                metrics=watchers.metrics,
                faults=self.faults,
                finish=self.shield.drain,
            ),
            limits=settings.limits,
            withdraw=settings.withdraw,
            drain=settings.drain,
        )
        return Node(
            Plan(
                server=server,
                operations=settings.operations.address,
                parts=self._parts(),
                listeners=self._listeners,
                background=self._background(),
                reload=self.policies.reload,
                log=watchers.log,
            )
        )

    def _operations(self) -> Operations:
        watch = ClockWatch(clock=self.clock, ids=random_id, audit=self.store.audit, database_now=self.store.now)
        checks = {
            "store": store_check(self.store.audit, self.store.now),
            "keys": keys_check(self.store.unfit),
            "detectors": self.self_tests.check,
            "policies": policy_check(self.policies),
            "clock": clock_check(watch),
            "checkpoints": checkpoint_check(self.anchoring),
            "canary": canary_check(self.rounds.canary),
            **self.register.checks(),
        }
        return Operations(checks, metrics=self.watchers.metrics, log=self.watchers.log)

    def _parts(self) -> list[Part]:
        parts = [
            Part(name="log", start=_nothing, stop=self.watchers.stop),
            Part(name="detectors", start=self._start_detectors, stop=self.scanner.stop),
            Part(name="store", start=self._start_store, stop=self.store.stop),
            Part(name="checkpoints", start=self._begin_checkpoints, stop=self.anchoring.stop),
            Part(name="policies", start=self._start_policies, stop=_nothing),
            Part(name="records", start=self._record_start, stop=self._record_stop),
        ]
        if self.sandbox is not None:
            parts.append(Part(name="sandbox", start=self.sandbox.start, stop=self.sandbox.stop))
        parts += [Part(name=wired.door.name, start=_nothing, stop=wired.client.close) for wired in self.doors]
        return parts

    async def _start_store(self) -> None:
        await self.store.start(trust_database=self.trust_database)

    async def _start_detectors(self) -> None:
        await self.scanner.start()
        require_detectors(self.scanner)

    async def _begin_checkpoints(self) -> None:
        self.watchers.begun(self.store.begun, self.store.outside.problems)
        self.anchoring.unread(self.store.outside.problems)

    async def _start_policies(self) -> None:
        await self.register.start(self.policies)
        await self.policies.start()
        await self.self_tests.once()

    async def _record_start(self) -> None:
        await self.records.started(VERSION, trusted_database=self.store.begun.trusted_database)

    async def _record_stop(self) -> None:
        await self.refusals.flush(everything=True)
        await self.records.stopped()

    def _background(self) -> list[Background]:
        reaper = Reaper(self.ports, settled=self.watchers.settled, interval_s=self.tuning.reaper_interval_s)
        watch = self.settings.policies.watch_seconds
        return [
            Background(name="reaper", run=reaper.run),
            Background(name="reconciler", run=self.waiting.reconciler.run),
            Background(name="dispatcher", run=self.waiting.dispatcher.run),
            Background(name="traffic", run=self.waiting.traffic.run),
            *self.rounds.background(),
            Background(name="refusals", run=self.refusals.run),
            Background(name="self-tests", run=self.self_tests.run),
            Background(name="checkpoints", run=self.anchoring.run),
            Background(name="purge", run=self.store.purge().run),
            Background(name="sink-records", run=self.sink_records.run),
            Background(name="heartbeats", run=self.records.run_heartbeats),
            Background(name="policy-records", run=self.records.run_loads),
            Background(name="policy-files", run=lambda: self.policies.watch(watch)),
            *self.register.background(self.policies, watch),
            Background(
                name="certificates", run=CertificateWatch([*self.certificates.values()], log=self.watchers.log).run
            ),
        ]

    def _listeners(self) -> list[Listener]:
        filing = self.waiting.filing
        submit = Submit(
            self.ports,
            filing=filing,
            publishers=self.waiting.publishers,
            traffic=self.waiting.traffic,
            room=self.waiting.room,
            limits=self.limits,
            shield=self.shield,
        )
        media = Media(self.ports, filing=filing, limits=self.limits, shield=self.shield)
        doors = [self._listener(wired, submit, media) for wired in self.doors]
        return doors if self.settings.api is None else [*doors, self._api(self.settings.api, submit, media)]

    def _api(self, api: Api, submit: Submit, media: Media) -> Listener:
        return wire_api(
            api,
            self.settings,
            NodeParts(
                store=self.store,
                scanner=self.scanner,
                policies=self.policies,
                refusals=self.refusals,
                watchers=self.watchers,
                flight=self.flight,
                shield=self.shield,
                clock=self.clock,
                ports=self.ports,
                limits=self.limits,
                submit=submit,
                filing=self.waiting.filing,
                withdraw=self.waiting.withdraw,
                settle=self.tuning.settle,
                media=media,
                doors=self.doors,
                wake=self.waiting.dispatcher.wake,
            ),
        )

    def _listener(self, wired: Wired, submit: Submit, media: Media) -> Listener:
        sessions = self._sessions(wired)
        handler = Door(
            DoorPorts(
                platform=wired.adapters.platform,
                identity=self.rounds.doors.identity(self.store.identity),
                submit=self.rounds.doors.taking(submit),
                upload=self.rounds.doors.taking(media.take),
                attach=media.attach,
                own=media.show if sessions is None else sessions.show,
                sessions=sessions or self._oauth(wired.door),
                waiting=self._waiting(wired),
                reader=Reads(wired.adapters.reader),
                refusals=self.refusals,
                metrics=self.watchers.metrics,
                log=self.watchers.log,
                flight=self.flight,
                monotonic=self.clock.monotonic,
            ),
            name=wired.door.name,
            host=wired.door.host,
            limits=self.settings.limits,
            behind_proxy=wired.door.tls is None and bool(self.settings.proxies),
        )
        certificate = self.certificates.get(wired.door.name)
        return Listener(
            name=wired.door.name,
            address=wired.door.address,
            handler=handler,
            refusals=self.refusals,
            certificate=certificate,
            proxies=Proxies(self.settings.proxies) if certificate is None and self.settings.proxies else None,
        )

    def _waiting(self, wired: Wired) -> WaitingEndpoints | None:
        """Return what answers for waiting posts, at a door whose clients know scheduled ones."""
        shapes = wired.adapters.waiting
        return None if shapes is None else WaitingEndpoints(self.waiting.withdraw, shapes)

    def _oauth(self, door: DoorSettings) -> OAuth | None:
        """Return what logs programs in, at a door whose programs use OAuth."""
        if door.platform != "mastodon":
            return None
        language = self.settings.language_of(door)
        return wire_oauth(door, language=language, store=self.store, refusals=self.refusals)

    def _sessions(self, wired: Wired) -> Sessions | None:
        """Return what answers logins, at a door whose clients log in."""
        if wired.adapters.logins is None:
            return None
        platform, profiles = wired.adapters.logins
        office = self.store.session_office(self.tuning.access_life)
        ports = SessionPorts(
            identity=self.store.identity, office=office, profiles=profiles, platform=platform, door=wired.door.name
        )
        return Sessions(ports)


def _certificates(settings: Settings) -> dict[str, Certificate]:
    """Return the certificates of the doors that have one, by door."""
    return {
        door.name: Certificate(door.name, certificate=door.tls.certificate, key=door.tls.key)
        for door in settings.doors
        if door.tls is not None
    }


async def _nothing() -> None:
    """Stand in for a start or stop that is not needed."""
