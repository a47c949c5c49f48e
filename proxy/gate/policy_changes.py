"""
Changes of the policy store: what is kept, proposed, signed, put into force and retired. Data, as in `work`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBundle:
    """Keep the sealed files of a bundle; one that is kept already stays as it is."""

    digest: str
    nonce: bytes = field(repr=False)
    package: bytes = field(repr=False)
    package_key: bytes = field(repr=False)
    kek_id: str
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProposal:
    """Ask for signatures under a bundle that is kept."""

    id: str
    digest: str
    from_digest: str | None
    kind: str
    needed: int
    opened_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignProposal:
    """Add the signature of a person. Loses with `Conflict("signature")` when the person has signed already."""

    proposal: str
    person: str
    role: str
    signed_at: datetime
    mac: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateProposal:
    """
    Put a bundle into force.

    Loses with `Conflict("activation")` when signatures are missing, or another activation came first.
    """

    number: int
    proposal: str
    digest: str
    activated_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireBundle:
    """Let nobody go back to a bundle. Loses with `Conflict("retirement")` when it is retired."""

    digest: str
    person: str
    retired_at: datetime
