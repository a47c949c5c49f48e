"""
The API on a loopback port, over twins of log, store and tokens, with real packages; and a client that asks it.

Anna, Ben and Carla may change policies, Dora may only post, and `service` is a program. All of them are invented.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from proxy.assembly.policies import BundlePackages
from proxy.gate.policy_life import LifePorts, PolicyLife
from proxy.gate.policy_store import SIGN
from proxy.gate.refusals import RefusalLog
from proxy.gate.shield import Shield
from proxy.gate.work import StoreActor, StoreToken
from proxy.identity.tokens import draw
from proxy.loading.package_check import NodePackageCheck
from proxy.observability.logs import Log
from proxy.observability.metrics import Metrics
from proxy.platforms._wire.strict_json import read_json
from proxy.settings.model import API, Limits
from proxy.vault.credentials import Vault
from proxy.web.api import Api, ApiPorts
from proxy.web.body import Pace
from proxy.web.connections import Connections, EdgeServer, Watch
from proxy.web.flight import Flight
from proxy.web.policy_api import PolicyApi, PolicyApiPorts
from tests.fakes.clock import CountingIds, ManualClock
from tests.fakes.door_platform import MemoryLines
from tests.fakes.envelope import PlainEnvelope
from tests.fakes.identity import MemoryIdentity
from tests.fakes.log import MemoryAuditLog
from tests.fakes.policy_store import MemoryPolicyStore
from tests.fakes.scanner import ScriptedScanner
from tests.policy_files import KEY
from tests.stores import KEYS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proxy.core.policy.bundle import PolicyBundle

HOST = "api.test"
ZIP = "application/zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str
    json: Any

    @property
    def code(self) -> str:
        """Return the code of a refusal, with its reason where it has one."""
        error = self.json["error"]
        return ":".join([error["code"], *([error["why"]] if "why" in error else [])])


@dataclass(kw_only=True)
class ApiHouse:
    """Everything around the API; change a field before `open`."""

    log: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    clock: ManualClock = field(default_factory=ManualClock)
    scanner: ScriptedScanner = field(default_factory=lambda: ScriptedScanner({"DE02 1203": "IBAN_CODE"}))
    limits: Limits = field(default_factory=Limits)
    pace: Pace = field(default_factory=Pace)
    lines: MemoryLines = field(default_factory=MemoryLines)
    tried: list[str] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        envelope = PlainEnvelope()
        self.digest = envelope.digest
        self.metrics = Metrics(version="0", doors=(API,))
        self.events = Log(self.lines, strict=True)
        self.flight = Flight(self.limits)
        self.shield = Shield()
        self.refusals = RefusalLog(audit=self.log, clock=self.clock, ids=CountingIds())
        self.people = MemoryIdentity(self.log, digest=envelope.digest, clock=self.clock)
        self.life = PolicyLife(
            LifePorts(
                store=MemoryPolicyStore(self.log),
                packages=BundlePackages(Vault(KEYS), fingerprint_key=KEY, clock=self.clock),
                audit=self.log,
                digest=envelope.digest,
                clock=self.clock,
                ids=_Ids(),
            )
        )

    async def beside(self, bundle: PolicyBundle) -> None:
        """Note what was tried beside what is in force."""
        self.tried.append(bundle.digest)

    def token(self, person: str, *, scope: str = SIGN, kind: str = "employee") -> str:
        """Return a new token of a person, who has one pseudonym however many there are."""
        now, token, tables = self.clock.now(), draw(), self.log.tables
        if person not in tables.actors:
            tables.apply(
                StoreActor(
                    ref=person,
                    kind=kind,
                    name_digest=person,
                    name_nonce=b"n",
                    name=b"x",
                    name_key=b"k",
                    kek_id="kek",
                    created_at=now,
                )
            )
        tables.apply(
            StoreToken(
                id=f"t{len(tables.tokens)}",
                digest=self.digest("gateway-token", token.encode()),
                prefix=token[:8],
                principal=person,
                account=None,
                scopes=(scope,),
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
        return token

    def api(self) -> Api:
        """Return the request handler."""
        check = NodePackageCheck(self.scanner, self, fingerprint_key=KEY, today=lambda: self.clock.now().date())
        ports = PolicyApiPorts(life=self.life, check=check, shield=self.shield, read_json=read_json, source="store")
        return Api(
            ApiPorts(
                people=self.people,
                act=PolicyApi(ports),
                refusals=self.refusals,
                metrics=self.metrics,
                log=self.events,
                flight=self.flight,
                monotonic=self.clock.monotonic,
            ),
            host=HOST,
            limits=self.limits,
            pace=self.pace,
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ApiHouse]:
        """Listen on a free loopback port."""
        watch = Watch(
            door=API,
            connections=Connections(total=50, per_peer=50),
            log=self.events,
            metrics=self.metrics,
            refusals=self.refusals,
            linger_seconds=0.2,
        )
        runner = web.ServerRunner(EdgeServer(self.api(), watch=watch), shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            async with aiohttp.ClientSession() as self._session:
                yield self
        finally:
            await runner.cleanup()

    async def ask(
        self,
        method: str,
        target: str,
        *,
        token: str | None,
        body: bytes | None = None,
        kind: str | None = None,
        host: str = HOST,
    ) -> Told:
        """Send one request and return the answer."""
        headers = {"Host": host}
        headers |= {} if token is None else {"Authorization": f"Bearer {token}"}
        headers |= {} if kind is None else {"Content-Type": kind}
        async with self._session.request(
            method, f"http://127.0.0.1:{self.port}{target}", headers=headers, data=body
        ) as answer:
            text = await answer.text()
            given = {name.lower(): value for name, value in answer.headers.items()}
            return Told(status=answer.status, headers=given, text=text, json=await answer.json() if text else None)

    async def propose(self, package: bytes, *, token: str, query: str = "") -> Told:
        """Propose a package."""
        return await self.ask("POST", f"/v1/policies/proposals{query}", token=token, body=package, kind=ZIP)

    async def sign(self, proposal: str, *, token: str) -> Told:
        """Sign a proposal."""
        return await self.ask("POST", f"/v1/policies/proposals/{proposal}/signatures", token=token)

    async def say(self, target: str, body: bytes, *, token: str) -> Told:
        """Send a JSON document."""
        return await self.ask("POST", f"/v1/policies/{target}", token=token, body=body, kind="application/json")

    async def refused(self) -> list[tuple[str, str]]:
        """Return door and reason of every refusal on record."""
        await self.refusals.flush(everything=True)
        return [(str(one.data["door"]), str(one.data["reason"])) for one in self.log.records if one.code == "PG-110"]

    def steps(self) -> list[str]:
        """Return the codes of the records of steps."""
        return [code for code in self.log.codes() if code != "PG-110"]


class _Ids(CountingIds):
    """Ids that are not those of the refusals."""

    def __init__(self) -> None:
        super().__init__()
        self._next = 1_000_000
