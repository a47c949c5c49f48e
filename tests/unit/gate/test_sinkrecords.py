"""What the log says about its sinks."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from proxy.core.errors import AuditUnavailable
from proxy.gate.sinkrecords import SinkRecords
from tests.fakes.gate_house import GateHouse


async def _run(records: SinkRecords) -> None:
    """Record what was noted, until there is no more or it fails."""
    with suppress(TimeoutError, AuditUnavailable):
        async with asyncio.timeout(0.01):
            await records.run()


async def test_failing_and_recovered_are_on_record() -> None:
    """With the name of the sink and a code; what cannot be recorded stays noted, in its order."""
    house = GateHouse()
    records = SinkRecords(audit=house.log, clock=house.clock, ids=house.ports.ids)
    records.changed("revision", "timeout")
    first = house.clock.now()
    house.log.down = True
    await _run(records)
    house.clock.advance(60)
    records.changed("revision", None)
    house.log.down = False
    await _run(records)
    await _run(records)

    assert [(record.code, record.type, record.data) for record in house.log.records] == [
        ("PG-606", "sink.changed", {"sink": "revision", "state": "failing", "code": "timeout"}),
        ("PG-606", "sink.changed", {"sink": "revision", "state": "recovered"}),
    ]
    assert house.log.records[0].at == first
