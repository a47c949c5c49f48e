"""
What is kept of consents: who added them and who approved them, as the register tells it.

A consent counts once a second person has approved it. The codes of both show that this gateway made the rows: whoever
writes into the database past the gateway makes no consent.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from proxy.gate.records import stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.core.policy.consent import Consent

WAITS = timedelta(days=14)
"""How long a consent waits for the second person."""
_PURPOSE = "consent"


class Standing(StrEnum):
    """What is to be said of a consent at a moment."""

    WAITING = "waiting"
    LAPSED = "lapsed"
    """Nobody approved it in time."""
    TO_COME = "to-come"
    IN_FORCE = "in-force"
    OVER = "over"
    REVOKED = "revoked"
    DOUBTFUL = "doubtful"
    """The gateway did not make these rows; it does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Another person's word for a consent."""

    person: str
    """Pseudonym."""
    at: datetime
    mac: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptConsent:
    """A consent with everything that the register has of it."""

    consent: Consent
    evidence: str
    """Reference of what the customer signed, in the house's own files."""
    owner: str
    """A role, never a person."""
    person: str
    """Who added it; a pseudonym."""
    added_at: datetime
    expires_at: datetime
    mac: str = field(repr=False)
    approval: Approval | None = None
    revoked_at: datetime | None = None

    def standing(self, now: datetime, digest: Callable[[str, bytes], str]) -> Standing:
        """Return what is to be said of it now; `digest` is keyed (`Envelope.digest`)."""
        if self.revoked_at is not None:
            return Standing.REVOKED
        if not genuine(self, digest):
            return Standing.DOUBTFUL
        if self.approval is None:
            return Standing.WAITING if now < self.expires_at else Standing.LAPSED
        if self.consent.in_force(now):
            return Standing.IN_FORCE
        return Standing.TO_COME if now < self.consent.since else Standing.OVER


class ConsentStore(Protocol):
    """Reads of the register for the people who keep it; it is written by units of work only."""

    async def all(self) -> tuple[KeptConsent, ...]:
        """Return every consent, in the order in which they were added."""
        ...

    async def one(self, consent: str) -> KeptConsent | None:
        """Return a consent by its id."""
        ...


def added_code(kept: KeptConsent, digest: Callable[[str, bytes], str]) -> str:
    """Return the code of a consent as it was added."""
    return _code(digest, "added", *_said(kept))


def approved_code(kept: KeptConsent, approval: Approval, digest: Callable[[str, bytes], str]) -> str:
    """Return the code of the second person's word for a consent."""
    return _code(digest, "approved", *_said(kept), approval.person, stamp(approval.at))


def genuine(kept: KeptConsent, digest: Callable[[str, bytes], str]) -> bool:
    """Return whether the gateway made these rows: as they were added, and approved by another person in time."""
    if not _same(kept.mac, added_code(kept, digest)):
        return False
    approval = kept.approval
    if approval is None:
        return True
    in_time = kept.added_at <= approval.at < kept.expires_at
    return approval.person != kept.person and in_time and _same(approval.mac, approved_code(kept, approval, digest))


def _said(kept: KeptConsent) -> tuple[object, ...]:
    consent = kept.consent
    return (
        *(consent.id, sorted(consent.names), sorted(consent.topics), sorted(consent.platforms)),
        *(stamp(consent.since), stamp(consent.until), kept.evidence, kept.owner),
        *(kept.person, stamp(kept.added_at), stamp(kept.expires_at)),
    )


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _code(digest: Callable[[str, bytes], str], step: str, *said: object) -> str:
    return digest(_PURPOSE, json.dumps([step, *said], separators=(",", ":")).encode("ascii"))
