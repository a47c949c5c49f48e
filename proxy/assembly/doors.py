"""
Wires one door: its platform module, its publisher and reader, and, where the upstream is `sandbox`, the platform too.
"""

from __future__ import annotations

import secrets
import socket
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from proxy.assembly.watchers import VERSION
from proxy.core.errors import PostgateError
from proxy.delivery.traffic import Road
from proxy.gate.wire import WireRequest
from proxy.platforms._wire.reading import UpstreamReader
from proxy.platforms._wire.upstream import UpstreamClient
from proxy.platforms.bluesky.composing import BlueskyComposer
from proxy.platforms.bluesky.door import BlueskyDoor
from proxy.platforms.bluesky.logins import Logins
from proxy.platforms.bluesky.lookup import BlueskyLookup
from proxy.platforms.bluesky.publishing import BlueskyPublisher
from proxy.platforms.bluesky.reading import BlueskyReader
from proxy.platforms.linkedin import table as linkedin
from proxy.platforms.linkedin.composing import LinkedInComposer
from proxy.platforms.linkedin.credentials import Authors
from proxy.platforms.linkedin.door import LinkedInDoor
from proxy.platforms.linkedin.parsing import HEADERS
from proxy.platforms.linkedin.publishing import LinkedInPublisher
from proxy.platforms.mastodon import table as mastodon
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.composing import MastodonComposer
from proxy.platforms.mastodon.door import MastodonDoor
from proxy.platforms.mastodon.lookup import MastodonLookup
from proxy.platforms.mastodon.publishing import MastodonPublisher
from proxy.platforms.meta import table as meta
from proxy.platforms.meta.composing import ContainerComposer, FacebookComposer
from proxy.platforms.meta.door import MetaDoor
from proxy.platforms.meta.publishing import MetaPublisher
from proxy.platforms.x import table as x
from proxy.platforms.x.composing import XComposer
from proxy.platforms.x.door import XDoor
from proxy.platforms.x.publishing import XPublisher
from proxy.web.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.core.model import Account
    from proxy.delivery.traffic import Probe
    from proxy.gate.api_ports import Composer
    from proxy.gate.ports import Accounts, Clock, DoorPlatform, Publisher, Reader
    from proxy.gate.session_ports import Profiles, SessionPlatform
    from proxy.gate.unclear import Lookup
    from proxy.gate.waiting_endpoints import WaitingShapes
    from proxy.settings.model import Door, Settings

_SERVER_ERROR = 500
AGENT = f"postgate/{VERSION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """What one platform's door consists of."""

    platform: DoorPlatform
    publisher: Publisher
    reader: Reader
    composer: Composer
    """For posts that come over the gateway's own API."""
    logins: tuple[SessionPlatform, Profiles] | None = None
    """Where the platform's clients log in."""
    probe: str = ""
    """A path of the table that can be read to see whether the platform answers."""
    lookup: Lookup | None = None
    """Where the platform can tell whether a post is there."""
    waiting: WaitingShapes | None = None
    """Where the platform's clients know scheduled posts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """The adapters of one door."""

    door: Door
    adapters: Adapters
    client: UpstreamClient
    road: Road
    """How the door's traffic is looked after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sending:
    """What the adapters of every platform are given."""

    client: UpstreamClient
    accounts: Accounts
    monotonic: Callable[[], float]
    now: Callable[[], datetime]


class OneCredential:
    """Gives the same credential for every account: the built-in sandbox knows one."""

    def __init__(self, credential: str) -> None:
        self._credential = credential

    async def credential(self, account_id: str) -> str:  # noqa: ARG002  the port's signature
        """Return the sandbox's own token."""
        return self._credential


class SandboxServer:
    """The built-in platform on a loopback port of its own."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self.token = secrets.token_hex(16)
        self._socket = socket.create_server(("127.0.0.1", 0))
        weakref.finalize(self, self._socket.close)  # a node whose start failed before never stops this part
        self.origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._sandbox = Sandbox(token=self.token, now=now)
        self._runner = web.AppRunner(self._sandbox.application(), access_log=None)

    async def start(self) -> None:
        """Answer on loopback."""
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def stop(self) -> None:
        """Close the listener; what was posted is gone."""
        await self._runner.cleanup()
        self._socket.close()


def wire_door(
    door: Door,
    settings: Settings,
    *,
    accounts: Accounts,
    sandbox: SandboxServer | None,
    faults: Callable[[str], None] | None,
    clock: Clock,
) -> Wired:
    """Return the adapters of a door."""
    upstream, private = door.upstream, door.allow_private
    if door.sandboxed and sandbox is not None:
        upstream, private, accounts = sandbox.origin, True, OneCredential(sandbox.token)
    client = UpstreamClient(
        upstream, allow_private=private, faults=faults, also=() if door.uploads is None else (door.uploads,)
    )
    sending = _Sending(client=client, accounts=accounts, monotonic=clock.monotonic, now=clock.now)
    adapters = _PLATFORMS[door.platform](door, settings.language_of(door), sending)
    road = Road(host=upstream, platform=door.platform, probe=probe_of(adapters))
    return Wired(door=door, adapters=adapters, client=client, road=road)


def probe_of(adapters: Adapters) -> Probe:
    """Return a read of a platform that tells whether it answers: anything complete but an error of its own."""
    platform, reader = adapters.platform, adapters.reader
    request = WireRequest(method="GET", path=adapters.probe, query="", headers=())

    async def probe(account: Account) -> bool:
        try:
            endpoint = platform.endpoint(request.method, request.path)
            answer = await reader.read(endpoint, request, None if endpoint.public else account)
        except PostgateError:
            return False
        return answer.status < _SERVER_ERROR

    return probe


def _mastodon(door: Door, language: str, sending: _Sending) -> Adapters:
    client, accounts = sending.client, sending.accounts
    addresses = Addresses(door=door.public_url, upstream=client.origin)
    platform = MastodonDoor(
        addresses, language=language, max_characters=door.max_characters, held_reply=door.held_reply
    )
    return Adapters(
        platform=platform,
        publisher=MastodonPublisher(
            client, accounts=accounts, addresses=addresses, agent=AGENT, monotonic=sending.monotonic
        ),
        reader=UpstreamReader(client, table=mastodon.TABLE, accounts=accounts, agent=AGENT),
        composer=MastodonComposer(),
        waiting=platform,
        probe="/api/v1/instance",
        lookup=MastodonLookup(client, accounts=accounts, agent=AGENT),
    )


def _bluesky(door: Door, language: str, sending: _Sending) -> Adapters:
    client, chat = sending.client, door.direct_messages
    platform = BlueskyDoor(language=language, chat=chat, host=door.host)
    logins = Logins(client, accounts=sending.accounts, agent=AGENT, now=sending.now)
    reader = BlueskyReader(client, logins=logins, agent=AGENT, chat=chat)
    return Adapters(
        platform=platform,
        publisher=BlueskyPublisher(
            client, logins=logins, agent=AGENT, chat=chat, now=sending.now, monotonic=sending.monotonic
        ),
        reader=reader,
        composer=BlueskyComposer(sending.accounts, reader=reader),
        logins=(platform, logins),
        probe="/xrpc/com.atproto.server.describeServer",
        lookup=BlueskyLookup(client, logins=logins, agent=AGENT),
    )


def _x(door: Door, language: str, sending: _Sending) -> Adapters:
    client, accounts = sending.client, sending.accounts
    return Adapters(
        platform=XDoor(language=language, max_characters=door.max_characters),
        publisher=XPublisher(client, accounts=accounts, agent=AGENT, monotonic=sending.monotonic),
        reader=UpstreamReader(client, table=x.TABLE, accounts=accounts, agent=AGENT),
        probe="/2/users/me",
        composer=XComposer(),
    )


def _meta(door: Door, language: str, sending: _Sending) -> Adapters:
    client, accounts = sending.client, sending.accounts
    table = meta.table_of(door.platform, frozenset(door.media_hosts))
    return Adapters(
        platform=MetaDoor(door.platform, table, language=language, max_characters=door.max_characters),
        publisher=MetaPublisher(client, table=table, accounts=accounts, agent=AGENT, monotonic=sending.monotonic),
        reader=UpstreamReader(client, table=table, accounts=accounts, agent=AGENT),
        probe="/me",
        composer=FacebookComposer() if door.platform == "facebook" else ContainerComposer(door.platform, table),
    )


def _linkedin(door: Door, language: str, sending: _Sending) -> Adapters:
    client, authors = sending.client, Authors(sending.accounts)
    return Adapters(
        platform=LinkedInDoor(door=door.public_url, language=language, max_characters=door.max_characters),
        publisher=LinkedInPublisher(client, authors=authors, agent=AGENT, monotonic=sending.monotonic),
        reader=UpstreamReader(client, table=linkedin.TABLE, accounts=authors, agent=AGENT, passed=HEADERS),
        probe="/v2/userinfo",
        composer=LinkedInComposer(authors),
    )


_PLATFORMS: dict[str, Callable[[Door, str, _Sending], Adapters]] = {
    "facebook": _meta,
    "instagram": _meta,
    "linkedin": _linkedin,
    "threads": _meta,
    "mastodon": _mastodon,
    "bluesky": _bluesky,
    "x": _x,
}
"""By the platform's name in the settings."""
