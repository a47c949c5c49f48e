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
from proxy.platforms._wire.upstream import UpstreamClient
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.composing import MastodonComposer
from proxy.platforms.mastodon.door import MastodonDoor
from proxy.platforms.mastodon.publishing import MastodonPublisher
from proxy.platforms.mastodon.reading import MastodonReader
from proxy.web.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.gate.ports import Accounts
    from proxy.settings.model import Door, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """The adapters of one door."""

    door: Door
    platform: MastodonDoor
    composer: MastodonComposer
    publisher: MastodonPublisher
    reader: MastodonReader
    client: UpstreamClient


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
    addresses = Addresses(door=door.public_url, upstream=upstream)
    client = UpstreamClient(upstream, allow_private=private, faults=faults)
    agent = f"postgate/{VERSION}"
    return Wired(
        door=door,
        platform=MastodonDoor(
            addresses,
            language=settings.language_of(door),
            max_characters=door.max_characters,
            held_reply=door.held_reply,
        ),
        composer=MastodonComposer(),
        publisher=MastodonPublisher(client, accounts=accounts, addresses=addresses, agent=agent, monotonic=monotonic),
        reader=MastodonReader(client, accounts=accounts, agent=agent),
        client=client,
    )
