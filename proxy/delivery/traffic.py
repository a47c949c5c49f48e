"""
What this node knows of the platforms: whether they answer, and how many posts they still take.

Two things keep a post back. A breaker for each host of a platform opens after failures, and closes again after a read.
A pace for each account follows what the platform said of its limits, and the house's own floor. Both are memory of this
node alone: they keep nothing safe, they only spare attempts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.delivery.breaker import Breaker
from proxy.gate.outcome import OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.model import Account
    from proxy.gate.outcome import Outcome

INTERVAL_S = 1.0
LONGEST_S = 3600.0
"""What a platform may ask for; more is taken for a mistake."""
LIMITED_S = 60.0
"""After a refusal for too many posts that tells no time."""
_UNREACHED = frozenset({"connect", "tls"})
"""Why nothing was sent, where that is the platform's doing."""
_RATE_LIMITED = "rate_limited"

Probe = Callable[["Account"], Awaitable[bool]]
"""Reads something of the platform, with an account where that is needed; tells whether it answered. Never raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """The way from one door to its platform."""

    host: str
    """Doors with the same host share what is known of it."""
    platform: str
    probe: Probe


@dataclass(slots=True, kw_only=True)
class _Host:
    """What is known of one host."""

    breaker: Breaker
    road: Road
    last: Account | None = None
    """Whose post failed last: the platform is asked with its credential."""


class Roads:
    """Implements `gate.traffic.Traffic`."""

    def __init__(
        self,
        roads: Mapping[str, Road],
        *,
        monotonic: Callable[[], float],
        changed: Callable[[str, bool], None],
        failures: int = 5,
        pace_s: float = 0.0,
    ) -> None:
        self._roads = roads
        """By door name."""
        self._monotonic = monotonic
        self._changed = changed
        """Told a platform, and whether a breaker of it is open, when that changes."""
        self._pace_s = pace_s
        """Seconds between two posts of an account that can wait; 0: as they come."""
        self._hosts: dict[str, _Host] = {}
        for road in roads.values():
            self._hosts.setdefault(road.host, _Host(breaker=Breaker(failures), road=road))
        self._not_before: dict[str, float] = {}
        """When an account's platform takes posts again, by account."""
        self._turns: dict[str, float] = {}
        """When the next post of an account has its turn, by account."""

    def broken(self, account: Account) -> float:
        """Return seconds until the platform of an account may be tried again after it failed; 0: now."""
        host = self._host(account)
        return 0.0 if host is None else host.breaker.left(self._monotonic())

    def wait(self, account: Account) -> float:
        """
        Return seconds until a post that can wait may be sent to an account; 0: now.

        With 0 the caller has taken the account's turn.
        """
        now = self._monotonic()
        turn = max(self._turns.get(account.id, now), self._not_before.get(account.id, now)) - now
        left = max(self.broken(account), turn)
        if left <= 0 and self._pace_s:
            self._turns[account.id] = now + self._pace_s
        return max(left, 0.0)

    def note(self, account: Account, outcome: Outcome) -> None:
        """Learn from what became of an attempt."""
        now, host = self._monotonic(), self._host(account)
        pause = _pause(outcome)
        if pause:
            self._not_before[account.id] = now + pause
        if host is None or not _failed(outcome):
            return
        was, host.last = host.breaker.open, account
        host.breaker.fail(now)
        if host.breaker.open and not was:
            self._tell(host.road.platform)

    async def run(self) -> None:
        """Ask platforms whose breaker is open, until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(INTERVAL_S)

    async def once(self) -> None:
        """Ask every platform that has been left alone for long enough."""
        for host in self._hosts.values():
            if host.last is None or not host.breaker.due(self._monotonic()):
                continue
            answered = await host.road.probe(host.last)
            host.breaker.asked(self._monotonic(), answered=answered)
            if answered:
                self._tell(host.road.platform)

    def _host(self, account: Account) -> _Host | None:
        road = self._roads.get(account.door)
        return None if road is None else self._hosts[road.host]

    def _tell(self, platform: str) -> None:
        broken = any(host.breaker.open for host in self._hosts.values() if host.road.platform == platform)
        self._changed(platform, broken)


def _failed(outcome: Outcome) -> bool:
    """Return whether an attempt failed because of its platform."""
    unreached = outcome.kind is OutcomeKind.NOT_SENT and outcome.reason in _UNREACHED
    return unreached or outcome.kind is OutcomeKind.UNKNOWN


def _pause(outcome: Outcome) -> float:
    """Return seconds for which a platform takes no more posts of the account, as far as it said so."""
    said = float(outcome.pause or 0)
    if outcome.kind is OutcomeKind.REJECTED and outcome.reason == _RATE_LIMITED:
        said = max(said, outcome.retry_after or LIMITED_S)
    return min(said, LONGEST_S)
