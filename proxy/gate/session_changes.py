"""
Changes of state of logins: where a platform's clients log in, they get short-lived tokens of the gateway's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """Keep a login of a gateway token; those of the same token whose time is over go."""

    id: str
    token_id: str
    """Of the gateway token."""
    renewal: str = field(repr=False)
    """Id of the one token that may renew it."""
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewSession:
    """Replace the token that may renew a login. Loses with `Conflict("session")` when another did, or it ended."""

    id: str
    renewal: str = field(repr=False)
    following: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """End a login for good. Loses with `Conflict("session")` when it has ended."""

    id: str
    at: datetime


SessionChange = OpenSession | RenewSession | EndSession
