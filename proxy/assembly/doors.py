"""
Wires one door: its platform module, its publisher and reader, and, where the upstream is `sandbox`, the platform too.
"""

from __future__ import annotations

import secrets
import socket
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from proxy.assembly.watchers import VERSION
from proxy.platforms._wire.reading import UpstreamReader
from proxy.platforms._wire.upstream import UpstreamClient
from proxy.platforms.linkedin import table as linkedin
from proxy.platforms.linkedin.door import LinkedInDoor
from proxy.platforms.linkedin.parsing import HEADERS
from proxy.platforms.linkedin.publishing import LinkedInPublisher
from proxy.platforms.mastodon import table as mastodon
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.door import MastodonDoor
from proxy.platforms.mastodon.publishing import MastodonPublisher
from proxy.platforms.x import table as x
from proxy.platforms.x.door import XDoor
from proxy.platforms.x.publishing import XPublisher
from proxy.web.sandbox import Sandbox

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from proxy.gate.ports import Accounts, DoorPlatform, Publisher
    from proxy.platforms._wire.table import Table
    from proxy.settings.model import Door, Settings

Parts: TypeAlias = "tuple[DoorPlatform, Publisher, Table, Mapping[str, re.Pattern[str]]]"
"""Wire side, sending side, table, and the headers of the client that the platform gets too."""
AGENT = f"postgate/{VERSION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """The adapters of one door."""

    door: Door
    platform: DoorPlatform
    publisher: Publisher
    reader: UpstreamReader
    client: UpstreamClient


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sending:
    """What every publisher is given."""

    client: UpstreamClient
    accounts: Accounts
    monotonic: Callable[[], float]


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
    monotonic: Callable[[], float],
) -> Wired:
    """Return the adapters of a door."""
    upstream, private = door.upstream, door.allow_private
    if door.sandboxed and sandbox is not None:
        upstream, private, accounts = sandbox.origin, True, OneCredential(sandbox.token)
    sending = _Sending(
        client=UpstreamClient(
            upstream, allow_private=private, faults=faults, also=() if door.uploads is None else (door.uploads,)
        ),
        accounts=accounts,
        monotonic=monotonic,
    )
    platform, publisher, table, passed = _PLATFORMS[door.platform](door, settings.language_of(door), sending)
    return Wired(
        door=door,
        platform=platform,
        publisher=publisher,
        reader=UpstreamReader(sending.client, table=table, accounts=accounts, agent=AGENT, passed=passed),
        client=sending.client,
    )


def _linkedin(door: Door, language: str, sending: _Sending) -> Parts:
    platform = LinkedInDoor(door=door.public_url, language=language, max_characters=door.max_characters)
    publisher = LinkedInPublisher(sending.client, accounts=sending.accounts, agent=AGENT, monotonic=sending.monotonic)
    return platform, publisher, linkedin.TABLE, HEADERS


def _mastodon(door: Door, language: str, sending: _Sending) -> Parts:
    addresses = Addresses(door=door.public_url, upstream=sending.client.origin)
    platform = MastodonDoor(
        addresses, language=language, max_characters=door.max_characters, held_reply=door.held_reply
    )
    publisher = MastodonPublisher(
        sending.client, accounts=sending.accounts, addresses=addresses, agent=AGENT, monotonic=sending.monotonic
    )
    return platform, publisher, mastodon.TABLE, {}


def _x(door: Door, language: str, sending: _Sending) -> Parts:
    platform = XDoor(language=language, max_characters=door.max_characters)
    publisher = XPublisher(sending.client, accounts=sending.accounts, agent=AGENT, monotonic=sending.monotonic)
    return platform, publisher, x.TABLE, {}


_PLATFORMS: dict[str, Callable[[Door, str, _Sending], Parts]] = {
    "linkedin": _linkedin,
    "mastodon": _mastodon,
    "x": _x,
}
"""What each platform's door consists of, by the platform's name in the settings."""
