"""
Changes by orders of two people, and by time: what is asked, what is agreed, what is destroyed. Data, as in `work`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """Keep what one person asks for. Every target that is named narrows it; a hold that names none covers all."""

    id: str
    kind: str
    """`erase`, `hold`, `release` or `case`."""
    case_number: str
    basis: str
    actor: str | None
    account: str | None
    since: datetime | None
    until: datetime | None
    hold: str | None
    """The hold that is to be released."""
    opened_by: str
    opened_role: str
    opened_at: datetime
    expires_at: datetime
    mac: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePost:
    """Name one of the posts of an order, in the unit of work that opens it."""

    order: str
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmOrder:
    """Keep another person's word for an order. Loses with `Conflict("confirmation")` when it is confirmed."""

    order: str
    person: str
    role: str
    confirmed_at: datetime
    mac: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyKey:
    """
    Destroy a data key and all that it seals: contents, answer, image. Loses with `Conflict("data-key")`.

    The database refuses it before its time without a confirmed order, and always under a hold.
    """

    id: str
    post: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetKeys:
    """Forget what the idempotency keys of an erased post stood for; that they were used stays until they expire."""

    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropExpiredKeys:
    """Forget idempotency keys whose time is over."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseActor:
    """Erase the name behind a pseudonym, and revoke its tokens. Loses with `Conflict("actor")`."""

    ref: str
    at: datetime
