"""The composition root: settings in, a node out."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from proxy.assembly.node import build
from proxy.assembly.operations import reading
from proxy.assembly.tuning import Tuning
from proxy.audit.note_files import write_note_file
from proxy.audit.rollback import LogRolledBack, NothingRemembered
from proxy.audit.signed import signer_of
from proxy.core.errors import ConfigurationError
from proxy.loading.settings_file import load_settings
from proxy.storage.tables import audit_records
from tests.checkpoints import note_of
from tests.e2e.servers.ports import free_port
from tests.installation import ORIGIN, Installation
from tests.policy_files import policy_text, write_policies

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.web.node import Node


class House:
    """An installation with policies of its own on free ports."""

    def __init__(self, directory: Path) -> None:
        self.installation = Installation(directory)
        self.config = self.installation.config
        sources = write_policies(directory)
        self.policy = sources.directory / "sample.yaml"
        text = self.config.read_text(encoding="utf-8").replace("8123", str(free_port()))
        text = text.replace("policies/organisation.yaml", str(sources.organisation))
        text = text.replace("{directory: policies", f"{{directory: {sources.directory}")
        text += f'detection: {{workers: 1, ner: [], spares: 0}}\noperations: {{listen: "127.0.0.1:{free_port()}"}}\n'
        self.config.write_text(text + "withdraw: 0\n", encoding="utf-8")

    async def node(self, tuning: Tuning | None = None, *, trust_database: bool = False) -> Node:
        """Build a node, the way the command does."""
        return await asyncio.to_thread(
            lambda: build(load_settings(self.config, {}), tuning, trust_database=trust_database)
        )

    def leaves(self) -> list[dict[str, Any]]:
        """Return all records."""
        with reading(load_settings(self.config, {})) as reads:
            return reads.run_blocking(
                lambda connection: [
                    json.loads(row.leaf)
                    for row in connection.execute(audit_records.select().order_by(audit_records.c.seq))
                ]
            )

    def codes(self) -> list[str]:
        """Return the codes of all records."""
        return [leaf["code"] for leaf in self.leaves()]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return a prepared installation."""
    return House(tmp_path)


async def _readiness(address: tuple[str, int]) -> tuple[int, dict[str, dict[str, object]]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://{address[0]}:{address[1]}/readyz") as answer,
    ):
        checks: dict[str, dict[str, object]] = await answer.json()
        return answer.status, checks


async def test_a_node_starts_is_ready_and_stops_in_order(house: House) -> None:
    """All parts real: detectors, log, policies, sandbox, door. Start and stop are on record."""
    reached: list[str] = []
    node = await house.node(Tuning(faults=reached.append))
    await node.start()
    addresses = node.server.addresses
    status, checks = await _readiness(addresses[0])
    assert await node.stop()

    assert len(addresses) == 2
    assert status == 200
    assert {name: check["ok"] for name, check in checks.items()} == dict.fromkeys(
        ("store", "keys", "detectors", "policies", "clock", "checkpoints", "canary", "doors", "draining"), True
    )
    assert await asyncio.to_thread(house.codes) == ["PG-601", "PG-303", "PG-602"]
    assert {"after_commit", "drain_started"} <= set(reached)


async def test_all_that_a_node_recorded_is_signed_when_it_has_stopped(house: House, tmp_path: Path) -> None:
    """Its stop too; the state file and the sink's directory hold checkpoints that the next start accepts."""
    drop = tmp_path / "share"
    text = house.config.read_text(encoding="utf-8")
    text = text.replace("}\ndetection", f", publish_seconds: 1, sinks: [{{file: {{directory: {drop}}}}}]}}\ndetection")
    await asyncio.to_thread(house.config.write_text, text, encoding="utf-8")
    await asyncio.to_thread(drop.mkdir)
    for records in (3, 6):
        node = await house.node()
        await node.start()
        for _ in range(200):
            if list(drop.glob(f"checkpoints/*{records - 1}")):
                break
            await asyncio.sleep(0.05)
        await node.stop()

        note = await asyncio.to_thread((tmp_path / "state" / "last-checkpoint").read_text)
        assert note.splitlines()[:2] == [ORIGIN, str(records)]
        assert list(drop.glob(f"checkpoints/*{records - 1}"))


async def test_an_older_database_stops_the_start(house: House, tmp_path: Path) -> None:
    """Nothing is served, nothing is recorded, nothing is left running."""
    await asyncio.to_thread(
        write_note_file,
        tmp_path / "state" / "last-checkpoint",
        note_of(7, origin=ORIGIN, signer=signer_of(ORIGIN, bytes(32))),
    )
    node = await house.node()
    with pytest.raises(LogRolledBack):
        await node.start()

    assert node.server.addresses == []
    assert await asyncio.to_thread(house.codes) == []


async def test_a_start_on_trust_is_on_record(house: House, tmp_path: Path) -> None:
    """The state file was removed: the node starts only when somebody says so, and PG-601 says that it did."""
    first = await house.node()
    await first.start()
    await first.stop()
    await asyncio.to_thread((tmp_path / "state" / "last-checkpoint").unlink)
    with pytest.raises(NothingRemembered):
        await (await house.node()).start()
    trusting = await house.node(trust_database=True)
    await trusting.start()
    await trusting.stop()
    later = await house.node()
    await later.start()
    await later.stop()

    leaves = await asyncio.to_thread(house.leaves)
    said = [leaf["data"].get("trusted_database") for leaf in leaves if leaf["code"] == "PG-601"]
    assert said == [None, True, None]


async def test_sinks_that_fail_are_named_and_stop_nothing(house: House, tmp_path: Path) -> None:
    """Another log's checkpoint on one share, a share that is away: told by readiness, and on record once."""
    share = tmp_path / "share"
    sinks = f"[{{file: {{directory: {share}}}}}, {{name: away, file: {{directory: {tmp_path}/away}}}}]"
    text = house.config.read_text(encoding="utf-8")
    text = text.replace("}\ndetection", f", publish_seconds: 1, sinks: {sinks}}}\ndetection")
    await asyncio.to_thread(house.config.write_text, text, encoding="utf-8")
    forged = note_of(9, origin="other.example", signer=signer_of("other.example", bytes(32)))
    await asyncio.to_thread(write_note_file, share / "checkpoint", forged)
    node = await house.node()
    await node.start()
    status, checks = await _readiness(node.server.addresses[0])
    for _ in range(400):
        if (await asyncio.to_thread(house.codes)).count("PG-606") == 2:
            break
        await asyncio.sleep(0.05)
    await node.stop()

    assert (status, checks["checkpoints"]["ok"]) == (200, True)
    assert checks["checkpoints"]["detail"] == "away:unreachable,file:key_unknown"
    leaves = await asyncio.to_thread(house.leaves)
    assert {str(leaf["data"]) for leaf in leaves if leaf["code"] == "PG-606"} == {
        "{'code': 'unreachable', 'sink': 'away', 'state': 'failing'}",
        "{'code': 'key_unknown', 'sink': 'file', 'state': 'failing'}",
    }


async def test_a_broken_policy_stops_the_start_and_leaves_nothing_running(house: House) -> None:
    """Detectors and log were up already: they are stopped, nothing is recorded as started."""
    house.policy.write_text(policy_text() + "surprise: 1\n", encoding="utf-8")
    node = await house.node()
    with pytest.raises(ConfigurationError) as refused:
        await node.start()

    assert [problem.code for problem in refused.value.problems] == ["unknown-key"]
    assert node.server.addresses == []
    assert await asyncio.to_thread(house.codes) == []


async def test_a_door_whose_address_is_taken_stops_the_start(house: House) -> None:
    """Said in words, with the address; the node says on record that it stopped again."""
    first, second = await house.node(), await house.node()
    await first.start()
    try:
        with pytest.raises(ConfigurationError) as refused:
            await second.start()
    finally:
        await first.stop()

    assert [problem.code for problem in refused.value.problems] == ["cannot-listen"]


async def test_a_missing_key_stops_the_building(house: House, tmp_path: Path) -> None:
    """Before anything is started."""
    (tmp_path / "keys" / "kek").unlink()
    with pytest.raises(ConfigurationError):
        await house.node()
