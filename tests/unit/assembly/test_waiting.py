"""Posts that wait, on a real node: scheduled over the API and at a door, moved, cancelled, sent when it is time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from proxy.client.api import Client
from proxy.observability.system import SystemClock
from tests.unit.assembly.test_api import ApiNode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

SOON = timedelta(seconds=1.5)


def _later(ahead: timedelta) -> datetime:
    return SystemClock().now() + ahead


class _Door:
    """A Mastodon client of the door."""

    def __init__(self, address: tuple[str, int], token: str) -> None:
        self._address = f"http://{address[0]}:{address[1]}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, method: str, path: str, **content: object) -> Any:
        """Send one request."""
        async with (
            aiohttp.ClientSession(headers=self._headers) as session,
            session.request(method, f"{self._address}{path}", json=content or None) as answer,
        ):
            return await answer.json()


async def test_what_waits_goes_out_when_it_is_time(tmp_path: Path) -> None:
    """Once, decided again, and the log is the story of it."""
    house = await asyncio.to_thread(ApiNode, tmp_path)
    account, installation = "mastodon:presse", await asyncio.to_thread(house.installation.with_account)
    token = await asyncio.to_thread(installation.issue)
    node = await house.node()
    await node.start()
    try:
        door = _Door(node.server.addresses[1], token)
        client = Client(f"http://{house.origin}", token)
        soon, far = _later(SOON), _later(timedelta(days=3))
        (posted,) = await asyncio.to_thread(lambda: client.post("Bald.", to=[account], send_at=soon))
        assert (posted.status, posted.verdict) == ("scheduled", "allow")
        told = await door.ask("POST", "/statuses", status="Später.", scheduled_at=far.isoformat())
        listed = await door.ask("GET", "/scheduled_statuses")
        moved = await door.ask("PUT", f"/scheduled_statuses/{told['id']}", scheduled_at=_later(SOON).isoformat())
        gone = await door.ask("POST", "/statuses", status="Nie.", scheduled_at=far.isoformat())
        await door.ask("DELETE", f"/scheduled_statuses/{gone['id']}")
        async with asyncio.timeout(60):
            while await door.ask("GET", "/scheduled_statuses"):  # noqa: ASYNC110  what a client sees is the only sign
                await asyncio.sleep(0.1)
            kept = await asyncio.to_thread(client.show, str(posted.decision_id))
            while kept.status != "published":
                await asyncio.sleep(0.1)
                kept = await asyncio.to_thread(client.show, str(posted.decision_id))
    finally:
        await node.stop()

    assert {one["params"]["text"] for one in listed} == {"Bald.", "Später."}
    assert moved["id"] == told["id"]
    assert kept.platform_id is not None
    phases = [leaf["data"]["phase"] for leaf in await asyncio.to_thread(house.leaves) if leaf["code"] == "PG-101"]
    assert sorted(phases) == ["recheck"] * 2 + ["submit"] * 3
    assert (await asyncio.to_thread(house.codes)).count("PG-103") == 2
    for words in (("audit", "fsck"), ("audit", "verify")):
        done = await asyncio.to_thread(installation.run, *words)
        assert done.exit_code == 0, done.output
