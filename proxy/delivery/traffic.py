"""
What this node knows of the platforms: whether they answer, and how many posts they still take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proxy.core.model import Account
    from proxy.gate.outcome import Outcome


class OpenRoad:
    """Implements `gate.traffic.Traffic` where nothing is ever in the way."""

    def broken(self, account: Account) -> float:  # noqa: ARG002  the port's signature
        """Return 0: now."""
        return 0.0

    def wait(self, account: Account) -> float:  # noqa: ARG002  the port's signature
        """Return 0: now."""
        return 0.0

    def note(self, account: Account, outcome: Outcome) -> None:
        """Learn nothing."""
