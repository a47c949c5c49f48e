"""From settings and key to what checks the files of a register, and whom it tells."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.registers import NodeRegister, checked_register, register_key, unchecked
from proxy.assembly.watchers import Watchers
from proxy.core.errors import ConfigurationError
from proxy.loading.settings_file import load_settings
from proxy.web.operations import Check
from tests.fakes.clock import ManualClock
from tests.fakes.log import MemoryAuditLog
from tests.installation import Installation
from tests.registers import BUILT_AT, KEY, OTHER_SEED, PUBLIC_KEY, write_customers

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.core.model import Register
    from proxy.settings.model import Settings
    from proxy.web.node import Background


async def _run(background: Background) -> None:
    await background.run()


class Policies:
    """The policy source, as far as a register needs it."""

    def __init__(self) -> None:
        self.registers: list[Register] = []

    async def compare_with(self, register: Register) -> None:
        """Take a register."""
        self.registers.append(register)


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock of a moment after the files were built."""
    return ManualClock(datetime.fromisoformat(BUILT_AT) + timedelta(minutes=1))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a house with a register."""
    installation = Installation(tmp_path)
    key = tmp_path / "register.key"
    key.write_text(KEY.hex(), encoding="ascii")
    key.chmod(0o600)
    write_customers(tmp_path / "customers")
    with installation.config.open("a", encoding="utf-8") as config:
        config.write(
            f"register: {{customers: {tmp_path}/customers, key: 'file:{key}', signed_by: '{PUBLIC_KEY.hex()}'}}\n"
        )
    return load_settings(installation.config, {})


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    """Return the settings of a house without a register."""
    return load_settings(Installation(tmp_path).config, {})


async def test_a_house_without_a_register_has_nothing_of_it(bare: Settings, clock: ManualClock) -> None:
    """No key is read, no file looked at, nothing started."""
    policies = Policies()
    node = NodeRegister(bare, audit=MemoryAuditLog(), clock=clock, watchers=Watchers(bare, clock))
    await node.start(policies)  # type: ignore[arg-type]  # the part that is needed

    assert (unchecked(bare), register_key(bare)) == (None, b"")
    assert await checked_register(bare, clock) == (None, b"")
    assert await checked_register(None, clock) == (None, b"")
    assert node.checks() == {}
    assert node.background(policies, 1.0) == []  # type: ignore[arg-type]  # the part that is needed
    assert policies.registers == []


async def test_the_register_is_checked_told_and_watched(settings: Settings, clock: ManualClock) -> None:
    """A new file that is refused shows in log, metrics and readiness; posts are compared with the one of before."""
    policies, log = Policies(), MemoryAuditLog()
    watchers = Watchers(settings, clock)
    node = await asyncio.to_thread(lambda: NodeRegister(settings, audit=log, clock=clock, watchers=watchers))
    await node.start(policies)  # type: ignore[arg-type]  # the part that is needed
    files, records = node.background(policies, 0.001)  # type: ignore[arg-type]  # the part that is needed
    register = settings.customer_register
    assert register is not None
    assert register.customers is not None
    await asyncio.to_thread(write_customers, register.customers, seed=OTHER_SEED)
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(_run(one)) for one in (files, records)]
        while len(log.records) < 2:  # noqa: ASYNC110 - the log of tests has no event
            await asyncio.sleep(0.01)
        for one in running:
            one.cancel()
    exposed = watchers.metrics.render().decode()
    await watchers.stop()

    (version,) = [one.version for one in policies.registers]
    assert [record.data.get("error_code") for record in log.records] == [None, "signature"]
    assert await node.checks()["register"]() == Check(ok=True, detail="kept:signature")
    assert f'postgate_register_info{{version="{version}"}} 1.0' in exposed
    assert "postgate_register_ok 0.0" in exposed
    assert "postgate_register_keys 0.0" in exposed


async def test_a_command_compares_with_the_register_of_the_settings(settings: Settings, clock: ManualClock) -> None:
    """Checked like that of a node."""
    register, key = await checked_register(settings, clock)
    waiting = unchecked(settings)

    assert key == KEY
    assert register is not None
    assert waiting is not None
    assert (register.customers, register.version == waiting.version) == (waiting.customers, False)


async def test_a_file_that_is_not_to_be_relied_on_stops_a_command(settings: Settings, clock: ManualClock) -> None:
    """So does a key that is not there."""
    register = settings.customer_register
    assert register is not None
    assert register.customers is not None
    await asyncio.to_thread(register.customers.unlink)
    with pytest.raises(ConfigurationError) as raised:
        await checked_register(settings, clock)
    assert [problem.code for problem in raised.value.problems] == ["unreadable"]
    await asyncio.to_thread(register.customers.with_name("register.key").unlink)
    with pytest.raises(ConfigurationError) as raised:
        await checked_register(settings, clock)
    assert [problem.code for problem in raised.value.problems] == ["key-missing"]
