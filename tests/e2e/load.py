"""
Clients under load: many posts at once, each with a number and an idempotency key of its own, and a ledger of answers.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Iterable

IBAN = "DE02 1203 0000 0000 2020 51"
"""A published example number, nobody's account."""
_NUMBER = re.compile(r"\bAusgabe (\d+)\b")


def text_of(number: int) -> str:
    """Return the text of a post; each fifth carries an account number and must be blocked."""
    text = f"Ausgabe {number} unseres Newsletters ist da, wir wünschen viel Freude beim Lesen!"
    return f"{text} Konto: {IBAN}" if leaky(number) else text


def leaky(number: int) -> bool:
    """Return whether a post must be blocked."""
    return number % 5 == 4


def number_in(text: str) -> int:
    """Return the number of a post."""
    match = _NUMBER.search(text)
    assert match is not None
    return int(match[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A complete answer that a client got."""

    status: int
    body: str
    replayed: bool

    @property
    def published(self) -> bool:
        """Return whether the client believes that its post is out."""
        return self.status == 200 and not self.scheduled

    @property
    def scheduled(self) -> bool:
        """Return whether the client believes that its post goes out at the time it chose."""
        return self.status == 200 and '"scheduled_at"' in self.body

    @property
    def unknown(self) -> bool:
        """Return whether the client was told that its post may be out, and not to send it again."""
        return "do not send" in self.body.lower() and self.status in {409, 422}


@dataclass(slots=True)
class Ledger:
    """Every answer to every post, and the posts whose last try got none."""

    told: defaultdict[int, list[Told]] = field(default_factory=lambda: defaultdict(list))
    open: set[int] = field(default_factory=set)
    times: dict[int, str] = field(default_factory=dict)
    """Posts that are for later, and when; whoever sends one again names the same time."""

    def unanswered(self) -> list[int]:
        """Return the posts that a client would send again: no answer, or one that says "later"."""
        return sorted(self.open)


class Load:
    """Clients of one gateway."""

    def __init__(self, *, address: str, token: str, ledger: Ledger, run: str = "run") -> None:
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}"}
        self._ledger = ledger
        self._run = run

    async def send(self, numbers: Iterable[int], *, at_once: int = 8) -> None:
        """Send posts, several at a time, until all were tried once or the gateway is gone."""
        waiting = iter(numbers)
        connector = aiohttp.TCPConnector(limit=at_once, force_close=True)
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session, asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(self._client(session, waiting))

    async def _client(self, session: aiohttp.ClientSession, waiting: Iterable[int]) -> None:
        for number in waiting:
            try:
                await self._post(session, number)
            except aiohttp.ClientConnectorError:
                return  # nobody listens any more
            except (aiohttp.ClientError, TimeoutError):
                continue  # cut off: the post stays open

    async def _post(self, session: aiohttp.ClientSession, number: int) -> None:
        headers = {**self._headers, "Idempotency-Key": f"{self._run}-{number}"}
        self._ledger.open.add(number)
        content = {"status": text_of(number)}
        if number in self._ledger.times:
            content["scheduled_at"] = self._ledger.times[number]
        async with session.post(f"{self._address}/api/v1/statuses", json=content, headers=headers) as answer:
            body = await answer.text()
            told = Told(status=answer.status, body=body, replayed=answer.headers.get("Postgate-Replayed") == "true")
        self._ledger.told[number].append(told)
        if answer.status < 500:
            self._ledger.open.discard(number)
