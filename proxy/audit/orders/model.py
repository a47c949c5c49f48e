"""
Orders: what two people together may do with contents and names. One opens an order, another one confirms it.

    erase    destroy the contents of posts, or everything of a person's, for good (GDPR Art. 17)
    hold     let nothing of what is named be destroyed, whatever its time or another order says
    release  end a hold
    case     look behind pseudonyms and into contents for thirty days
    rotate   close the log, and go on in the next one
    restore  leave the log of a restored backup as it is, and go on in the next one

Rows are never changed. The codes of an order and of its confirmation show that the gateway made them, so that a row
that somebody wrote into the database past the gateway opens nothing.
"""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

AUDIT = "audit"
"""Scope of a token whose holder reads the log."""
PRIVACY = "privacy"
"""Scope of those who speak for the people concerned: data protection, works council."""
LEGAL = "legal"
"""Scope of those who answer for evidence in disputes."""
ROLES = (AUDIT, LEGAL, PRIVACY)
WAITS = timedelta(days=14)
"""How long an order waits for its confirmation."""
CASE_OPEN = timedelta(days=30)
"""How long a confirmed case may be used."""
MOST_POSTS = 200
"""Posts that one order may name."""
CASE_NUMBER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,62}[A-Za-z0-9])?")
"""A number of the house's own files; no name fits into it by accident of a blank."""
BASIS = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?")
"""A legal basis in short, such as `gdpr-17-1-b`; for another log the reason, such as `yearly`."""
_PURPOSE = "audit-order"


class Kind(StrEnum):
    """What an order is for."""

    ERASE = "erase"
    HOLD = "hold"
    RELEASE = "release"
    CASE = "case"
    ROTATE = "rotate"
    RESTORE = "restore"


OF_LOGS = frozenset({Kind.ROTATE, Kind.RESTORE})
"""What is done with the log itself."""
LEADS = {
    Kind.ERASE: PRIVACY,
    Kind.HOLD: LEGAL,
    Kind.RELEASE: LEGAL,
    Kind.CASE: PRIVACY,
    Kind.ROTATE: AUDIT,
    Kind.RESTORE: AUDIT,
}
"""Whose holder must be one of the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an order is about. For a hold everything that is named narrows it."""

    posts: tuple[str, ...] = ()
    actor: str | None = None
    """Pseudonym of a person or service."""
    account: str | None = None
    since: datetime | None = None
    """First moment of the decision."""
    until: datetime | None = None
    """First moment that is too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Another person agreed."""

    person: str
    role: str
    confirmed_at: datetime
    mac: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Somebody asks for something that needs two."""

    id: str
    kind: Kind
    case_number: str
    basis: str
    target: Target
    hold: str | None
    """The hold that a release ends."""
    opened_by: str
    opened_role: str
    opened_at: datetime
    expires_at: datetime
    mac: str = field(repr=False)
    confirmation: Confirmation | None = None


def order_code(order: Order, digest: Callable[[str, bytes], str]) -> str:
    """Return the code of an order; `digest` is keyed (`Envelope.digest`)."""
    return _code(digest, "opened", *_said(order))


def confirmation_code(order: Order, confirmation: Confirmation, digest: Callable[[str, bytes], str]) -> str:
    """Return the code of a confirmation of an order."""
    at = confirmation.confirmed_at.isoformat()
    return _code(digest, "confirmed", *_said(order), confirmation.person, confirmation.role, at)


def made_here(order: Order, digest: Callable[[str, bytes], str]) -> bool:
    """Return whether the gateway made this order, and its confirmation where it has one."""
    if not _equal(order.mac, order_code(order, digest)):
        return False
    said = order.confirmation
    return said is None or _equal(said.mac, confirmation_code(order, said, digest))


def usable(case: Order, *, now: datetime, digest: Callable[[str, bytes], str]) -> bool:
    """Return whether a case may be used: confirmed by two people through the gateway, and not over."""
    said = case.confirmation
    if case.kind is not Kind.CASE or said is None or said.person == case.opened_by:
        return False
    return made_here(case, digest) and said.confirmed_at <= now < said.confirmed_at + CASE_OPEN


def _said(order: Order) -> tuple[object, ...]:
    target = order.target
    times = (order.opened_at, order.expires_at, target.since, target.until)
    return (
        *(order.id, order.kind, order.case_number, order.basis, sorted(target.posts), target.actor, target.account),
        *(order.hold, order.opened_by, order.opened_role),
        *(None if time is None else time.astimezone(UTC).isoformat() for time in times),
    )


def _code(digest: Callable[[str, bytes], str], *said: object) -> str:
    return digest(_PURPOSE, json.dumps(said, separators=(",", ":")).encode("ascii"))


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
