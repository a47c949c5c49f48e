"""
Any door of the product as a node wires it, between a socket that takes raw bytes and a platform that records them.

Real: the edge, the door, the wire side, the gate, the publisher, the reader, and of the detectors those that need no
process. Twins: the log, the spool, the token look-up, the clock. What holds `CANARY` or an account number is blocked.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from proxy.assembly.doors import Adapters, wire_door
from proxy.core.model import Account, Confidence, DetectorId, Finding, PostKind, Principal, Scan, Verdict
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.detectors.identifiers import IdentifierDetector
from proxy.detectors.sheet import author_sentences, make_sheet
from proxy.gate.media import Media
from proxy.gate.oauth import OAuth, OAuthPorts
from proxy.gate.ports import Grant
from proxy.gate.reading import Reads
from proxy.gate.session_ports import SessionTokens
from proxy.gate.sessions import SessionPorts, Sessions
from proxy.gate.submit import Submit
from proxy.gate.waiting_endpoints import WaitingEndpoints
from proxy.gate.withdraw import Withdraw, Withdrawing
from proxy.identity.apps import SignedApps
from proxy.observability.logs import Log
from proxy.observability.metrics import Metrics
from proxy.platforms.bluesky.blobs import cid_of
from proxy.platforms.mastodon.oauth import MastodonOAuth
from proxy.settings.model import Limits, Settings
from proxy.web.body import Pace
from proxy.web.connections import Connections, EdgeServer, Watch
from proxy.web.door import Door, DoorPorts
from proxy.web.flight import Flight
from tests.fakes import bluesky
from tests.fakes.authorizations import ScriptedAuthorizations
from tests.fakes.door_house import HOST
from tests.fakes.door_platform import MemoryLines, RecordingRefusals, ScriptedIdentity
from tests.fakes.fault_upstream import FaultUpstream, Seen, answer
from tests.fakes.gate_house import GateHouse
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from proxy.core.model import Part
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.ports import DoorPlatform
    from proxy.gate.work import AuditRecord
    from tests.fakes.fault_upstream import Behaviour
    from tests.fakes.log import Tables

DOORS = ("mastodon", "bluesky", "x", "linkedin", "facebook", "instagram", "threads")
IBAN = "DE02120300000000202051"
"""A published example number, nobody's account."""
CANARY = "kanariQ7vogelZ3"
AUTHOR = "urn:li:organization:5583111"
PICTURES = "images.bank.example"
_READ_OVER = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad.,:;_/|-]")
_PACE = Pace(seconds=1.0, grace=1.0)
"""Short: a broken request often promises more than it sends."""
_IDENTIFIERS = IdentifierDetector(b"an invented key of 32 bytes, yes")
"""Made here, for making it reads files."""
_CREDENTIALS = {"bluesky": bluesky.CREDENTIAL, "linkedin": f"{AUTHOR} platform-token-of-the-house"}
_EVERYTHING = {
    "id": "1017",
    "success": True,
    "status_code": "FINISHED",
    "status": "FINISHED",
    "data": {"id": "1017", "dm_event_id": "1018"},
}
"""What the platform says of anything: each publisher finds what it looks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the door answered."""

    status: int
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


class ViewScanner:
    """A scanner without processes: the numbers that the product finds, and the canary in any view."""

    def __init__(self) -> None:
        self._expected = frozenset({DetectorId(name="identifiers", version="1")})

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        """Return the one detector."""
        return self._expected

    async def load(self, bundle: PolicyBundle) -> None:
        """Take no word lists."""

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        """Look at every view of every part."""
        sheet = make_sheet([part.text for part in parts], "", thread)
        found = _IDENTIFIERS.find(sheet)
        found += [
            Finding(
                rule="test/canary",
                entity="CANARY",
                confidence=Confidence.HIGH,
                part=number,
                span=view.origin(0, len(view.text)),
            )
            for number, part in enumerate(sheet.parts)
            for view in part.surfaces
            if CANARY.casefold() in squeezed(view.text)
        ]
        return Scan(
            findings=tuple(found),
            expected=self._expected,
            completed=self._expected,
            sentences=tuple(author_sentences(part) for part in sheet.parts),
        )


class ScriptedOffice:
    """Twin of the logins of a platform's clients: gives out the same tokens to everybody it is shown the token by."""

    def __init__(self, identity: ScriptedIdentity) -> None:
        self._identity = identity

    async def open(self, token: str | None, *, door: str, subject: str) -> SessionTokens:
        """Log in."""
        await self._identity.authenticate(token, door=door)
        return SessionTokens(access=bluesky.jwt(sub=subject), renewal=bluesky.jwt(sub=subject, scope="renewal"))

    async def holder(self, token: str | None, *, door: str) -> Grant:
        """Return whose login it is."""
        return await self._identity.authenticate(token, door=door)

    async def renew(self, token: str | None, *, door: str) -> SessionTokens:
        """Renew a login."""
        return await self.open(token, door=door, subject=bluesky.DID)

    async def end(self, token: str | None, *, door: str) -> None:
        """End a login."""
        await self._identity.authenticate(token, door=door)


class _OneCredential:
    def __init__(self, credential: str) -> None:
        self._credential = credential

    async def credential(self, account_id: str) -> str:
        """Return the credential of every account."""
        assert account_id
        return self._credential


class EveryDoor:
    """One door. Open it, send bytes with `raw` or `ask`, look at what reached the platform in `seen`."""

    def __init__(
        self,
        name: str,
        *,
        scanner: ViewScanner | None = None,
        weaken: Callable[[DoorPlatform], DoorPlatform] | None = None,
    ) -> None:
        self.name = name
        self.token = bluesky.jwt(sub=bluesky.DID) if name == "bluesky" else "pgt_valid"
        self.lines = MemoryLines()
        self.log = Log(self.lines, strict=True)
        self.refusals = RecordingRefusals()
        self.upstream = FaultUpstream(behaviours=[self._behave])
        self.limits = Limits()
        self._weaken = weaken or (lambda platform: platform)
        self.gate = GateHouse(bundle=_blocking())
        self.gate.scanner = scanner or ViewScanner()  # type: ignore[assignment]  # another twin of the port
        self.gate.ports = replace(self.gate.ports, scanner=self.gate.scanner)
        self.gate.media = Media(
            self.gate.ports, filing=self.gate.filing, limits=self.gate.limits, shield=self.gate.shield
        )
        self.behave: Behaviour | None = None
        """How the platform answers from now on; None: that all went well."""
        self.behave_at = ""
        """Only at paths that have this in them."""
        self.recorded_when_sent: list[frozenset[str]] = []
        """Codes of the records that were there whenever a request reached the platform."""
        self._settings = self._read_settings()
        self._seed: Tables | None = None
        self._first_records: list[AuditRecord] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[EveryDoor]:
        """Listen on a free loopback port, with the platform on another one."""
        async with self.upstream.running():
            settings = self._settings  # read before, for reading looks into files
            wired = wire_door(
                settings.doors[0].model_copy(update={"upstream": self.upstream.origin}),
                settings,
                accounts=_OneCredential(_CREDENTIALS.get(self.name, "platform-token-of-the-house")),
                sandbox=None,
                faults=None,
                clock=self.gate.clock,
            )
            metrics = Metrics(version="0", doors=(self.name,), platforms=(self.name,))
            watch = Watch(
                door=self.name,
                connections=Connections(total=50, per_peer=50),
                log=self.log,
                metrics=metrics,
                refusals=self.refusals,
                header_seconds=5.0,
                idle_seconds=_PACE.seconds,
                linger_seconds=0.2,
            )
            handler = self._door(wired.adapters, metrics)
            runner = _runner(handler, watch)
            self.port = await _listen(runner)
            try:
                yield self
            finally:
                await runner.cleanup()
                await wired.client.close()

    @property
    def seen(self) -> list[Seen]:
        """Return what reached the platform, apart from the gateway's own logins."""
        return [one for one in self.upstream.seen if not _is_login(one)]

    @property
    def verdicts(self) -> list[str]:
        """Return the verdicts so far."""
        return self.gate.observer.verdicts

    def keep(self) -> None:
        """Let what is in the spool now be there before every request from now on."""
        self._seed = self.gate.log.tables.copy()
        self._first_records = list(self.gate.log.records)

    def forget(self) -> None:
        """Go back to where `keep` was called: nothing was said, sent, logged or recorded."""
        if self._seed is not None:
            self.gate.log.tables = self._seed.copy()
        observer = self.gate.observer
        self.gate.log.records[:] = self._first_records
        for notes in (self.upstream.seen, self.refusals.noted, self.recorded_when_sent):
            notes.clear()
        for words in (self.lines.lines, observer.verdicts, observer.outcomes, observer.stages):
            words.clear()

    async def raw(self, request: bytes) -> bytes:
        """Send bytes on a connection of their own and return everything until the door closes it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            await writer.drain()
            async with asyncio.timeout(20):
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def ask(
        self, method: str, target: str, *headers: str, body: bytes | None = None, token: str | None = "own"
    ) -> Told:
        """Send one request; `token` None for none."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {HOST}", "Connection: close", *headers]
        if token is not None:
            lines.append(f"Authorization: Bearer {self.token if token == 'own' else token}")
        lines += [f"Content-Length: {len(body)}"] if body is not None else []
        return told(await self.raw("\r\n".join([*lines, "", ""]).encode() + (body or b"")))

    def _door(self, adapters: Adapters, metrics: Metrics) -> Door:
        gate, grant = self.gate, self._grant()
        identity = ScriptedIdentity({self.token: grant})
        submit = Submit(
            gate.ports,
            filing=gate.filing,
            publishers={self.name: adapters.publisher},
            traffic=gate.traffic,
            room=gate.room,
            limits=gate.limits,
            shield=gate.shield,
        )
        sessions = self._sessions(adapters, identity)
        ports = DoorPorts(
            platform=self._weaken(adapters.platform),
            identity=identity,
            submit=submit,
            upload=gate.media.take,
            attach=gate.media.attach,
            own=sessions.show if isinstance(sessions, Sessions) else gate.media.show,
            reader=Reads(adapters.reader),
            refusals=self.refusals,
            metrics=metrics,
            log=self.log,
            flight=Flight(self.limits, on_change=metrics.in_flight),
            monotonic=gate.clock.monotonic,
            sessions=sessions,
            waiting=None if adapters.waiting is None else WaitingEndpoints(self._withdraw(), adapters.waiting),
        )
        return Door(ports, name=self.name, host=HOST, limits=self.limits, pace=_PACE)

    def _withdraw(self) -> Withdraw:
        gate = self.gate
        return Withdraw(
            Withdrawing(
                posts=gate.posts,
                refiling=gate.refiling,
                audit=gate.log,
                envelope=gate.ports.envelope,
                clock=gate.clock,
            )
        )

    def _sessions(self, adapters: Adapters, identity: ScriptedIdentity) -> Sessions | OAuth | None:
        if adapters.logins is not None:
            platform, profiles = adapters.logins
            office = ScriptedOffice(identity)
            return Sessions(
                SessionPorts(identity=identity, office=office, profiles=profiles, platform=platform, door=self.name)
            )
        if self.name != "mastodon":
            return None
        return OAuth(
            OAuthPorts(
                apps=SignedApps(self.gate.ports.envelope.digest),
                authorizations=ScriptedAuthorizations(),
                platform=MastodonOAuth(door=f"https://{HOST}", language="en"),
                refusals=self.refusals,
                door=self.name,
            )
        )

    def _grant(self) -> Grant:
        principal = Principal(ref="a_erfunden", kind="employee", scopes=frozenset({"post"}), token_prefix="pgt_vali")
        return Grant(principal=principal, account=Account(id=f"{self.name}:presse", platform=self.name, door=self.name))

    def _read_settings(self) -> Settings:
        door: dict[str, Any] = {
            "name": self.name,
            "platform": self.name,
            "listen": "127.0.0.1:1",
            "public_url": f"https://{HOST}",
            "upstream": "http://127.0.0.1:1",
            "allow_private": True,
            "media_hosts": (PICTURES,),
        }
        if self.name == "bluesky":
            door["direct_messages"] = bluesky.CHAT
        return Settings.model_validate(
            {
                "schema": 1,
                "language": "en",
                "doors": (door,),
                "policies": {"directory": "p", "organisation": "o", "lexicons": "l", "recognizers": "r"},
                "audit": {"origin": "test.postgate.example"},
            }
        )

    async def _behave(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        self.recorded_when_sent.append(frozenset(self.gate.log.codes()))
        if self.behave is not None and not _is_login(seen) and self.behave_at in seen.path:
            await self.behave(seen, writer)
            return
        status, value, headers = _answered(self.name, seen, self.upstream.origin)
        await answer(status, json.dumps(value).encode(), *headers)(seen, writer)


def _is_login(seen: Seen) -> bool:
    return seen.path.startswith("/xrpc/com.atproto.server.")


def squeezed(text: str) -> str:
    """Return a text without what people read over: spaces, marks between groups, what cannot be seen."""
    return _READ_OVER.sub("", text.casefold())


def told(raw: bytes) -> Told:
    """Return an answer; status 0 when there is none."""
    head, _, body = raw.partition(b"\r\n\r\n")
    return Told(status=int(raw[9:12]) if raw.startswith(b"HTTP/") else 0, head=head, body=body)


def _blocking() -> PolicyBundle:
    entities = ("IBAN_CODE", "CANARY")
    rule = make_rule("leak", when=FindingSpec(entities=entities), action=Verdict.BLOCK)
    return make_bundle(make_policy(rule, kinds=frozenset(PostKind)))


def _runner(handler: Door, watch: Watch) -> web.ServerRunner:
    return web.ServerRunner(EdgeServer(handler, watch=watch), shutdown_timeout=0.2)


async def _listen(runner: web.ServerRunner) -> int:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port: int = runner.addresses[0][1]
    return port


def _answered(name: str, seen: Seen, origin: str) -> tuple[int, Any, tuple[tuple[str, str], ...]]:
    """Return what the platform answers: always that it went well."""
    if name == "bluesky":
        return 200, _pds(seen), ()
    if name == "linkedin" and seen.path.startswith("/rest/images"):
        return 200, {"value": {"uploadUrl": f"{origin}/upload", "image": "urn:li:image:C1"}}, ()
    if name == "linkedin":
        return 201, {"id": "urn:li:share:7"}, (("x-restli-id", "urn:li:share:7"),)
    return 200, _EVERYTHING, ()


def _pds(seen: Seen) -> Any:
    if seen.path.startswith("/xrpc/com.atproto.server.createSession"):
        return json.loads(bluesky.login_answer())
    if seen.path.startswith("/xrpc/com.atproto.repo.uploadBlob"):
        return {"blob": bluesky.blob(cid_of(seen.body))}
    if seen.path.startswith("/xrpc/app.bsky.actor.getProfile"):
        return {"did": bluesky.DID, "handle": bluesky.HANDLE}
    said = json.loads(seen.body) if seen.body else {}
    uri = f"at://{said.get('repo')}/{said.get('collection')}/{said.get('rkey')}"
    return {"uri": uri, "cid": bluesky.CID, "id": "1017"}
