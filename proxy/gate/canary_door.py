"""
A canary at the doors: an invented leak comes through each public door over HTTP, as a client's post would.

It is known by a token that exists in the memory of this process alone, for an account that is on no platform. What
comes with it is read, scanned and decided as all else; it is answered, and neither recorded, counted, nor sent,
whatever the decision is. It counts as stopped when the door answered with the refusal of that very decision.

At a door to the built-in platform, which publishes nothing, a clean post follows, and goes the whole way: it is
recorded, sent and answered as everybody's.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from proxy.core.model import Account, Post, PostId, Principal, Verdict
from proxy.core.policy.decide import decide
from proxy.core.policy.rollout import everywhere
from proxy.gate.canary import CLEAN_TEXT
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.ports import Grant
from proxy.gate.replay import decision_id
from proxy.gate.results import Blocked, NotSent

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from proxy.gate.canary import Canary, CanaryPorts
    from proxy.gate.ports import DoorPlatform, Identity
    from proxy.gate.wire import Draft, Endpoint, WireAnswer

    Taking = Callable[[Endpoint, Draft, Grant, DoorPlatform], Awaitable[WireAnswer]]

ROUND_S = 900.0
"""How often a leak comes through each door."""
NAME = "canary"
KIND = "door"
"""What the look at all doors is called in metrics and records."""
SANDBOX = "sandbox"
"""What the clean post to the built-in platform is called there."""
_TAKEN = 200
_REFUSALS = range(400, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorAnswer:
    """What a door answered."""

    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDoor:
    """A door of this node."""

    name: str
    platform: str
    sandboxed: bool = False
    """Whether it leads to the built-in platform."""


class Client(Protocol):
    """Sends posts as clients of the platforms do."""

    async def post(self, door: PublicDoor, text: str, *, token: str) -> DoorAnswer | None:
        """Send a post to a door of this node over HTTP; None: there was no answer."""
        ...


class CanaryDoors:
    """Lets a leak come through every door, and answers it there."""

    def __init__(
        self, ports: CanaryPorts, client: Client, *, token: str, doors: Sequence[PublicDoor], text: str
    ) -> None:
        """
        Remember what is needed.

        Args:
            ports: of the gate.
            client: sends the leak.
            token: drawn for this process, and kept nowhere.
            doors: of this node.
            text: the leak.
        """
        self._ports = ports
        self._client = client
        self._token = token
        self._doors = {door.name: door for door in doors}
        self._text = text
        self._stopped: set[str] = set()
        """Decisions of the look that goes on, by which the leak was stopped."""

    async def once(self, canary: Canary) -> None:
        """Let the leak come through every door; tell whether all of them stopped it."""
        found = [await self._stops(door) for door in self._doors.values()]
        canary.told(KIND, ok=all(found))
        sandboxed = [door for door in self._doors.values() if door.sandboxed]
        if sandboxed:
            passed = [await self._passes(door) for door in sandboxed]
            canary.told(SANDBOX, ok=all(passed))

    async def run(
        self, canary: Canary, interval_s: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Look again and again until cancelled; at a node without a door that it can reach, never."""
        while True:
            await sleep(interval_s)
            if self._doors:
                await self.once(canary)

    async def _stops(self, door: PublicDoor) -> bool:
        self._stopped.clear()
        answer = await self._client.post(door, self._text, token=self._token)
        if answer is None or answer.status not in _REFUSALS:
            return False
        return any(name.encode("ascii") in answer.body for name in self._stopped)

    async def _passes(self, door: PublicDoor) -> bool:
        answer = await self._client.post(door, CLEAN_TEXT, token=self._token)
        return answer is not None and answer.status == _TAKEN

    def identity(self, identity: Identity) -> Identity:
        """Return who knows the canary, and asks another one about everybody else."""
        return _Identity(self, identity)

    def taking(self, taking: Taking) -> Taking:
        """Return what answers the canary, and hands everybody else's posts on."""

        async def take(endpoint: Endpoint, draft: Draft, grant: Grant, platform: DoorPlatform) -> WireAnswer:
            clean = [part.text for part in draft.parts] == [CLEAN_TEXT]
            if grant.principal.ref != NAME or (clean and self._doors[grant.account.door].sandboxed):
                return await taking(endpoint, draft, grant, platform)
            return await self._answered(endpoint, draft, grant, platform)

        return take

    def known(self, token: str | None, door: str) -> Grant | None:
        """Return what the canary's token gives at a door; None for every other token."""
        if token is None or not hmac.compare_digest(token.encode(errors="replace"), self._token.encode()):
            return None
        platform = self._doors[door].platform
        principal = Principal(ref=NAME, kind="service", scopes=frozenset(), token_prefix=NAME)
        return Grant(principal=principal, account=Account(id=NAME, platform=platform, door=door))

    async def _answered(self, endpoint: Endpoint, draft: Draft, grant: Grant, platform: DoorPlatform) -> WireAnswer:
        ports, name = self._ports, decision_id(self._ports.ids())
        post = Post(
            id=PostId(ports.ids()),
            platform=grant.account.platform,
            account=NAME,
            author=NAME,
            operation=draft.operation,
            kind=draft.kind,
            parts=draft.parts,
        )
        bundle = everywhere(ports.policies.current())
        scan = await ports.scanner.scan(post.parts, bundle)
        running = bundle.running(ports.clock.now())
        decision = decide(post, scan, bundle, expected=ports.scanner.expected(bundle), running=running)
        if decision.verdict is Verdict.ALLOW or decision.missing:
            outcome = Outcome(kind=OutcomeKind.NOT_SENT, reason="refused")
            return platform.answer(endpoint, NotSent(decision_id=name, outcome=outcome))
        self._stopped.add(name)
        return platform.answer(endpoint, Blocked(post=post, decision=decision, decision_id=name))


class _Identity:
    """Implements `gate.ports.Identity`."""

    def __init__(self, doors: CanaryDoors, identity: Identity) -> None:
        self._doors = doors
        self._identity = identity

    async def authenticate(self, token: str | None, *, door: str) -> Grant:
        """Look a token up."""
        return self._doors.known(token, door) or await self._identity.authenticate(token, door=door)
