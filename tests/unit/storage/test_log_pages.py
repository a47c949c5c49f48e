"""The log page by page; what its readers promise is in their suites."""

from __future__ import annotations

import asyncio

from proxy.gate.notices import Place
from proxy.storage.log_pages import Pages, newest
from tests.logins import issue
from tests.stores import migrated, reads_on, sql_ports
from tests.works import Sample, allowed, ended


async def test_only_the_leaves_of_some_codes_are_read(url: str) -> None:
    """A page counts all records, whatever their code."""
    await asyncio.to_thread(migrated, url)
    async with sql_ports(url) as ports, reads_on(url) as reads:
        await issue(ports)
        begin = await reads.run(newest)
        for _ in range(3):
            sample = Sample()
            await ports.audit.commit(allowed(sample))
            await ports.audit.commit(ended(sample))
        pages = Pages({"PG-103"})
        leaves, reached = await reads.run(lambda connection: pages.after(connection, begin, limit=4))

    assert reached == Place(log=begin.log, seq=begin.seq + 4)
    assert {place.seq - begin.seq: leaf["code"] for place, leaf in leaves.items()} == {3: "PG-103"}
