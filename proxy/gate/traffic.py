"""
What a node knows of the platforms, as the gate asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from proxy.core.model import Account
    from proxy.gate.outcome import Outcome


class Traffic(Protocol):
    """Whether platforms take posts now, as far as the node knows."""

    def broken(self, account: Account) -> float:
        """Return seconds until the platform of an account may be tried again after it failed; 0: now."""
        ...

    def wait(self, account: Account) -> float:
        """
        Return seconds until a post that can wait may be sent to an account, by failures and by limits; 0: now.

        With 0 the caller has taken the account's turn.
        """
        ...

    def note(self, account: Account, outcome: Outcome) -> None:
        """Learn from what became of an attempt."""
        ...
