"""
Changes of the outbox: which posts wait, until when, and since how many attempts.

The outbox says when a post is looked at again. Whether it may be sent is in its state, which no row here changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepWaiting:
    """Put a post into the outbox, or say anew when it is looked at."""

    post: str
    send_at: datetime | None
    """When its author wants it sent; None: as soon as it may be."""
    not_before: datetime | None
    """When it is looked at next; None: it waits for something else than time."""
    expires_at: datetime
    """After that it is not sent any more."""
    tries: int = 0
    """Attempts so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeWaiting:
    """
    Take a post out of the outbox, if it waits there as it was read. Loses with `Conflict("waiting")`.

    Its state alone does not tell: it may have been tried and put back, or its author may have chosen another time.
    """

    post: str
    send_at: datetime | None
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopWaiting:
    """Take a post out of the outbox, if it is there."""

    post: str


WaitingChange = KeepWaiting | TakeWaiting | StopWaiting
