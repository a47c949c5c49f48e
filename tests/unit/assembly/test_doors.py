"""One door's adapters, and the platform that is built in."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
import pytest

from proxy.assembly.doors import OneCredential, SandboxServer, probe_of, wire_door
from proxy.core.errors import GateUnavailable
from proxy.core.model import Account
from proxy.gate.wire import UpstreamAnswer
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.clock import ManualClock
from tests.installation import Installation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from proxy.gate.wire import Endpoint, WireRequest
    from proxy.settings.model import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of an installation whose one door leads to the sandbox."""
    return load_settings(Installation(tmp_path).config, {})


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    """Return a running sandbox."""
    server = SandboxServer(now=SystemClock().now)
    await server.start()
    yield server
    await server.stop()


async def _status(address: str, token: str) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.get(
            f"{address}/api/v1/accounts/verify_credentials", headers={"Authorization": f"Bearer {token}"}
        ) as answer,
    ):
        return answer.status


async def test_the_sandbox_listens_on_loopback_and_knows_one_token(sandbox: SandboxServer) -> None:
    """The token is drawn anew each time, and nobody else's works."""
    assert sandbox.origin.startswith("http://127.0.0.1:")
    assert await _status(sandbox.origin, sandbox.token) == 200
    assert await _status(sandbox.origin, "guessed") == 401


async def test_a_sandboxed_door_sends_to_the_sandbox(settings: Settings, sandbox: SandboxServer) -> None:
    """Whatever the account's own credential is: it never leaves."""
    (door,) = settings.doors
    accounts = MemoryAccounts(presse="the real credential")
    wired = await asyncio.to_thread(
        lambda: wire_door(door, settings, accounts=accounts, sandbox=sandbox, faults=None, clock=ManualClock())
    )
    await wired.client.close()

    assert wired.door is door
    assert wired.adapters.platform.name == "mastodon"
    assert await OneCredential(sandbox.token).credential("mastodon:presse") == sandbox.token


async def test_another_door_does_not_need_the_sandbox(settings: Settings) -> None:
    """It leads to its own upstream."""
    door = settings.doors[0].model_copy(update={"upstream": "https://social.example"})
    wired = await asyncio.to_thread(
        lambda: wire_door(door, settings, accounts=MemoryAccounts(), sandbox=None, faults=None, clock=ManualClock())
    )
    await wired.client.close()

    assert not door.sandboxed
    assert wired.door.name == "presse"


async def test_clients_log_in_where_their_platform_has_logins(settings: Settings) -> None:
    """At Bluesky's door, and at no other."""
    for platform, logs_in in (("bluesky", True), ("mastodon", False), ("x", False)):
        door = settings.doors[0].model_copy(update={"platform": platform, "upstream": "https://social.example"})
        wired = await asyncio.to_thread(
            wire_door, door, settings, accounts=MemoryAccounts(), sandbox=None, faults=None, clock=ManualClock()
        )
        await wired.client.close()

        assert wired.adapters.platform.name == platform
        assert (wired.adapters.logins is not None) is logs_in


class _OneAnswer:
    """A platform that answers every read alike; None: not at all."""

    def __init__(self, status: int | None) -> None:
        self.status = status
        self.asked: list[tuple[str, Account | None]] = []

    async def read(self, endpoint: Endpoint, request: WireRequest, account: Account | None) -> UpstreamAnswer:
        self.asked.append((endpoint.name, account))
        if self.status is None:
            raise GateUnavailable(found="nobody")
        return UpstreamAnswer(status=self.status, headers={}, body=request.body)


@pytest.mark.parametrize(
    ("platform", "read", "public"),
    [
        ("mastodon", "instance.v1", True),
        ("bluesky", "read.describeServer", True),
        ("x", "user.self", False),
        ("linkedin", "user.info", False),
        ("facebook", "object.show", False),
        ("instagram", "object.show", False),
        ("threads", "object.show", False),
    ],
)
async def test_every_platform_can_be_asked_whether_it_answers(
    settings: Settings, platform: str, read: str, *, public: bool
) -> None:
    """With a read of its table, and with the account where that is needed; an error of its own is no answer."""
    door = settings.doors[0].model_copy(update={"upstream": "https://social.example", "platform": platform})
    wired = await asyncio.to_thread(
        lambda: wire_door(door, settings, accounts=MemoryAccounts(), sandbox=None, faults=None, clock=ManualClock())
    )
    await wired.client.close()
    account = Account(id=f"{platform}:presse", platform=platform, door=door.name)
    answered = []
    for status in (200, 401, 500, None):
        reader = _OneAnswer(status)
        answered.append(await probe_of(replace(wired.adapters, reader=reader))(account))
        assert reader.asked == [(read, None if public else account)]

    assert answered == [True, True, False, False]
    assert (wired.road.host, wired.road.platform) == ("https://social.example", platform)
