"""
Which activations of the policy store count: each one against what was in force when it was made.

Rows may come from whoever can write to the database. An activation counts when people signed its proposal and the
gateway made their signatures, when the proposal was open and made against the bundle that was in force, when it was not
used before, and when its bundle was not retired. What does not count is passed over and told, so that a stray row
neither brings a bundle into force nor keeps later ones out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.gate.policy_store import genuine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from proxy.gate.policy_store import Activation, Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The activations that count, and whether there are others."""

    valid: tuple[Activation, ...] = ()
    """Oldest first."""
    last: int = 0
    """The highest number of all rows; the next activation has the one after it."""
    doubtful: bool = False
    """Whether there are rows that do not count."""

    def active(self, now: datetime) -> Activation | None:
        """Return the newest one that is not over."""
        return next((one for one in reversed(self.valid) if one.until is None or one.until > now), None)

    def lasting(self) -> Activation | None:
        """Return the newest one that does not end by itself: what counts when an emergency is over."""
        return next((one for one in reversed(self.valid) if one.until is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the store says at one moment; what is decided by it is carried out only if it still says so."""

    now: datetime
    chain: Chain
    retired: Mapping[str, datetime]

    @property
    def active(self) -> Activation | None:
        """Return the activation that counts."""
        return self.chain.active(self.now)

    @property
    def digest(self) -> str | None:
        """Return the digest of the bundle in force."""
        return None if self.active is None else self.active.digest

    def replaced_by(self, proposal: Proposal) -> str | None:
        """Return what a proposal replaces: for the emergency in force, what was in force before it."""
        own = self.active is not None and self.active.proposal.id == proposal.id
        return proposal.from_digest if own else self.digest


def chain(
    activations: Iterable[Activation],
    *,
    retired: Mapping[str, datetime],
    digest: Callable[[str, bytes], str],
    now: datetime,
) -> Chain:
    """Return what counts of all activations; `digest` is keyed (`Envelope.digest`)."""
    rows = sorted(activations, key=lambda one: one.number)
    valid: list[Activation] = []
    for one in rows:
        before = Chain(valid=tuple(valid))
        if one.activated_at <= now and _follows(one, before, retired) and genuine(one, digest):
            valid.append(one)
    return Chain(valid=tuple(valid), last=rows[-1].number if rows else 0, doubtful=len(valid) < len(rows))


def _follows(one: Activation, before: Chain, retired: Mapping[str, datetime]) -> bool:
    proposal, at = one.proposal, one.activated_at
    if not proposal.opened_at <= at < proposal.expires_at:
        return False
    if proposal.digest in retired and retired[proposal.digest] < at:
        return False
    uses = [earlier.until is None for earlier in before.valid if earlier.proposal.id == proposal.id]
    if (one.until is None) in uses:
        return False
    standing = before.active(at)
    own = standing is not None and standing.proposal.id == proposal.id
    return own or proposal.from_digest == (None if standing is None else standing.digest)
