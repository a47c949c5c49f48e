"""What the log says about the register."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from proxy.core.errors import AuditUnavailable
from proxy.gate.registerrecords import RegisterRecords, rounded
from tests.fakes.gate_house import GateHouse


async def _run(records: RegisterRecords) -> None:
    """Record what was noted, until there is no more or it fails."""
    with suppress(TimeoutError, AuditUnavailable):
        async with asyncio.timeout(0.01):
            await records.run()


async def test_new_and_refused_registers_are_on_record() -> None:
    """With rounded counts, or a code and the version that stays; what cannot be recorded stays noted, in its order."""
    house = GateHouse()
    records = RegisterRecords(audit=house.log, clock=house.clock, ids=house.ports.ids)
    records.taken("v1", built_at="2026-11-30T02:00:00Z", entries=1_234_567)
    house.log.down = True
    await _run(records)
    records.refused("v1", code="altered")
    house.log.down = False
    await _run(records)
    await _run(records)

    assert [(record.code, record.type, record.data) for record in house.log.records] == [
        (
            "PG-307",
            "register.built",
            {"version": "v1", "built_at": "2026-11-30T02:00:00Z", "entries": 1_200_000},
        ),
        ("PG-307", "register.built", {"version": "v1", "error_code": "altered"}),
    ]


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (7, 7), (99, 99), (101, 100), (19_999, 19_000)])
def test_counts_are_rounded_down_to_two_digits(count: int, shown: int) -> None:
    """How many customers a house has is nobody's business."""
    assert rounded(count) == shown
