"""
Consents: customers who agreed to be named as such, under which spellings, about what, where and until when.

They are values like the calendars that are running: whoever decides says which are in force. No finding comes from a
consent, so that none can be added to a post.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["NEVER", "TOPICS", "Consent"]

AMOUNT: Final = "amount"
TOPICS: Final = {
    AMOUNT: "MONEY_AMOUNT",
    "contract-topic": "contract-topic",
    "insurance-product": "insurance-product",
    "investment-product": "investment-product",
}
"""What a consent may allow to speak of besides, and the signal by which a post shows it: a word list or an entity."""
NEVER: Final = frozenset({"claim-event", "financial-distress", "health", "HEALTH_CONDITION", "OBFUSCATION", "SECRET"})
"""Signals of what no consent covers: a post that has one is not excused at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A customer's word that the house may name them."""

    id: str
    names: frozenset[str] = field(repr=False)
    """Keyed fingerprints of every spelling that findings may have."""
    topics: frozenset[str]
    """Keys of TOPICS; empty: nothing but that they are a customer."""
    platforms: frozenset[str]
    since: datetime
    until: datetime
    """The first moment when it is over."""

    def in_force(self, moment: datetime) -> bool:
        """Return whether it has begun at a moment and is not over."""
        return self.since <= moment < self.until
