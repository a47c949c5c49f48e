"""What the log says about the gate itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from proxy.core.errors import AuditUnavailable
from proxy.gate.noderecords import HEARTBEAT_S, NodeRecords
from proxy.gate.policy_changes import StoreBundle
from tests.fakes.gate_house import GateHouse


class House(GateHouse):
    """A gate with the records of its node."""

    def __init__(self) -> None:
        super().__init__()
        self.records = NodeRecords(
            audit=self.log, clock=self.clock, ids=self.ports.ids, scanner=self.scanner, policies=self.policies
        )

    def load(self, digest: str | None = None, *, succeeded: bool = True) -> None:
        """Put another bundle in force, or leave the old one, and tell it."""
        if digest is not None:
            self.policies.bundle = replace(self.policies.bundle, digest=digest * 64)
        self.records.loaded(succeeded)

    async def run_loads(self) -> None:
        """Record what was noted, until there is no more or it fails."""
        with suppress(TimeoutError, AuditUnavailable):
            async with asyncio.timeout(0.01):
                await self.records.run_loads()

    @property
    def changes(self) -> list[tuple[str, object, object]]:
        """Return code, from and to of all records about policies."""
        return [
            (record.code, str(record.data.get("from_digest"))[:1], str(record.data.get("digest"))[:1])
            for record in self.log.records
            if record.code.startswith("PG-30")
        ]


async def test_what_comes_into_force_is_kept_with_its_record() -> None:
    """At the start, and at each change; not again for a load that changed nothing."""
    house = House()
    asked: list[str] = []

    async def keep(digest: str) -> StoreBundle | None:
        asked.append(digest[:1])
        return StoreBundle(
            digest=digest, nonce=b"n", package=b"p", package_key=b"k", kek_id="k", stored_at=house.clock.now()
        )

    house.records = NodeRecords(
        audit=house.log,
        clock=house.clock,
        ids=house.ports.ids,
        scanner=house.scanner,
        policies=house.policies,
        keep=keep,
    )
    await house.records.started("1")
    house.load("c")
    house.load()
    house.load(succeeded=False)
    await house.run_loads()

    assert asked == ["b", "c"]
    assert {digest[:1] for digest in house.log.tables.bundles} == {"b", "c"}


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_start_on_trust_says_so(trusted: bool) -> None:
    """Only then; no other record of the node does."""
    house = House()
    await house.records.started("1.2.3", trusted_database=trusted)
    await house.records.stopped()

    said = {record.code: record.data.get("trusted_database") for record in house.log.records}
    assert said == {"PG-601": True if trusted else None, "PG-303": None, "PG-602": None}


async def test_a_start_says_with_what() -> None:
    """Version, policies and every detector with its version, so that decisions can be repeated."""
    house = House()
    await house.records.started("1.2.3")
    started, activated = house.log.records

    assert (started.code, activated.code) == ("PG-601", "PG-303")
    assert started.data["version"] == "1.2.3"
    assert started.data["policy_digest"] == activated.data["digest"] == "b" * 64
    assert started.data["detectors"] == [
        {"name": "identifiers", "version": "1"},
        {"name": "lexicons", "version": "r" * 64},
        {"name": "presidio", "version": "1"},
        {"name": "surfaces", "version": "1"},
    ]


async def test_a_heartbeat_says_whether_leaks_are_stopped() -> None:
    """So do start and stop, and how many posts are drawn; a node without a canary says nothing of it."""
    house = House()
    await house.records.stopped()
    house.records = NodeRecords(
        audit=house.log,
        clock=house.clock,
        ids=house.ports.ids,
        scanner=house.scanner,
        policies=house.policies,
        rounds=lambda: {"canary": "green", "sample_per_mille": 20},
    )
    await house.records.stopped()

    said = [(record.data.get("canary"), record.data.get("sample_per_mille")) for record in house.log.records]
    assert said == [(None, None), ("green", 20)]


async def test_a_stop_is_recorded() -> None:
    """A node that ends in order says so; one that does not is missing its record."""
    house = House()
    await house.records.stopped()

    assert house.log.codes() == ["PG-602"]


async def test_heartbeats_come_at_a_fixed_interval() -> None:
    """Gaps between them show when the gate was off."""
    house, slept = House(), []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) > 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await house.records.run_heartbeats(sleep)
    assert house.log.codes() == ["PG-603"] * 3
    assert slept == [HEARTBEAT_S] * 4


async def test_a_load_that_changes_nothing_is_not_recorded() -> None:
    """The first load of a start is in the start's own record."""
    house = House()
    house.load()
    await house.records.started("1")
    house.load()
    await house.run_loads()

    assert house.changes == [("PG-303", "N", "b")]


async def test_every_bundle_that_was_in_force_is_recorded() -> None:
    """Two loads in quick succession leave two records, each with where it came from."""
    house = House()
    await house.records.started("1")
    house.load("c")
    house.load("d")
    await house.run_loads()

    assert house.changes[1:] == [("PG-303", "b", "c"), ("PG-303", "c", "d")]


async def test_a_failed_load_is_recorded_and_what_it_took_out() -> None:
    """Broken files leave the old bundle; expired entries are taken out of it all the same."""
    house = House()
    await house.records.started("1")
    house.load(succeeded=False)
    house.load("e", succeeded=False)
    await house.run_loads()

    assert house.changes[1:] == [("PG-306", "N", "N"), ("PG-306", "N", "N"), ("PG-303", "b", "e")]
    assert house.log.records[2].data == {"error_code": "configuration"}


async def test_a_load_while_the_log_is_down_is_recorded_later() -> None:
    """The record is late, not lost: the task fails, is started again and finds what it could not write."""
    house = House()
    await house.records.started("1")
    house.load("c")
    house.log.down = True
    await house.run_loads()
    house.log.down = False
    await house.run_loads()

    assert house.changes[1:] == [("PG-303", "b", "c")]
