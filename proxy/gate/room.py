"""
How many posts of one account may wait at a time: what goes beyond ends at its sender, not in the queues of people.

It is a bound against a flood, not a quota: nodes count for themselves, and requests in flight at the same moment may
go a little beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import GateUnavailable, Localised

if TYPE_CHECKING:
    from proxy.core.model import Account

FULL = "full"
"""Why a post is not sent: too many of its account wait already."""


class QueueFull(GateUnavailable):
    """Too many posts of an account wait already; this one was decided, and is not sent."""

    code = "queue_full"
    text = Localised(
        de="Für dieses Konto warten schon zu viele Beiträge. Es wurde nichts gesendet; bitte später erneut versuchen "
        "oder wartende Beiträge zurückziehen.",
        en="Too many posts wait for this account already. Nothing was sent; please try again later, or withdraw posts "
        "that wait.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Posts of one account that wait."""

    waiting: int
    """All of them, those that are held with them."""
    held: int


class Crowds(Protocol):
    """Counts posts that wait."""

    async def crowd(self, account: str) -> Crowd:
        """
        Return how many posts of an account wait.

        Raises:
            GateUnavailable: the database does not answer.
        """
        ...


class Room:
    """Says whether one more post of an account may wait."""

    def __init__(self, crowds: Crowds, *, waiting: int, held: int) -> None:
        """
        Remember the bounds.

        Args:
            crowds: counts.
            waiting: so many posts of one account may wait, for people, a time or the platform.
            held: so many of them for people.
        """
        self._crowds = crowds
        self._waiting = waiting
        self._held = held

    async def left(self, account: Account, *, held: bool) -> bool:
        """
        Return whether one more may wait; `held`: for people.

        Raises:
            GateUnavailable: the database does not answer.
        """
        crowd = await self._crowds.crowd(account.id)
        return crowd.waiting < self._waiting and not (held and crowd.held >= self._held)
