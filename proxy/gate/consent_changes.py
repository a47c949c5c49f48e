"""
Changes of the register of consents: added, approved, revoked. Data, as in `work`.

A row is never changed and never deleted, so that what was decided by it can be decided again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddConsent:
    """Keep a consent that waits for a second person."""

    id: str
    evidence: str
    owner: str
    topics: str
    """Between spaces, sorted."""
    platforms: str
    """Between spaces, sorted."""
    since: datetime
    until: datetime
    person: str
    added_at: datetime
    expires_at: datetime
    """When it may not be approved any more."""
    mac: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameConsent:
    """Keep one spelling of a consent, as keyed fingerprint."""

    consent: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveConsent:
    """Let a consent count. Loses with `Conflict("consent")` when it was approved, revoked, or is one's own."""

    consent: str
    person: str
    at: datetime
    mac: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeConsent:
    """Let a consent count no more, for good. Loses with `Conflict("consent")` when it was revoked."""

    consent: str
    person: str
    reason: str
    at: datetime


ConsentChange = AddConsent | NameConsent | ApproveConsent | RevokeConsent
