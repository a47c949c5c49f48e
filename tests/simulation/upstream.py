"""
The platform of the simulation: takes posts, or does not, and says so, or does not.

What it has is the truth that everything else is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.model import PostKind
from proxy.gate.outcome import Outcome, OutcomeKind

if TYPE_CHECKING:
    from proxy.core.model import Post
    from proxy.gate.ports import ReleasedPost


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the platform behaves towards one request."""

    sent: bool = True
    """Whether a byte of it leaves."""
    taken: bool = True
    """Whether the platform does what it is asked."""
    kind: OutcomeKind = OutcomeKind.PUBLISHED
    """What the sender learns."""
    reason: str = ""
    status: int | None = 200
    takes_s: float = 0.05
    retry_after: int | None = None


_UNKNOWN, _REJECTED, _NOT_SENT = OutcomeKind.UNKNOWN, OutcomeKind.REJECTED, OutcomeKind.NOT_SENT
FINE = Manner()
MANNERS = {
    "fine": FINE,
    "slow": Manner(takes_s=25),
    "late": Manner(takes_s=70),
    "late, refused": Manner(taken=False, kind=_REJECTED, reason="refused", status=422, takes_s=70),
    "refused connection": Manner(sent=False, taken=False, kind=_NOT_SENT, reason="connect", status=None),
    "reset, taken": Manner(kind=_UNKNOWN, reason="closed", status=None),
    "reset, not taken": Manner(taken=False, kind=_UNKNOWN, reason="closed", status=None),
    "timeout, taken": Manner(kind=_UNKNOWN, reason="timeout", status=None, takes_s=30),
    "timeout, not taken": Manner(taken=False, kind=_UNKNOWN, reason="timeout", status=None, takes_s=30),
    "no id": Manner(kind=_UNKNOWN, reason="success_without_id", status=200),
    "500": Manner(taken=False, kind=_UNKNOWN, reason="server_error", status=500),
    "503, taken": Manner(kind=_UNKNOWN, reason="server_error", status=503),
    "429": Manner(taken=False, kind=_REJECTED, reason="rate_limited", status=429),
    "429, absurd": Manner(taken=False, kind=_REJECTED, reason="rate_limited", status=429, retry_after=999_999),
    "429, soon": Manner(taken=False, kind=_REJECTED, reason="rate_limited", status=429, retry_after=2),
    "422": Manner(taken=False, kind=_REJECTED, reason="refused", status=422),
    "401": Manner(taken=False, kind=_REJECTED, reason="credential", status=401),
}


@dataclass(slots=True)
class Platform:
    """What is public."""

    texts: dict[str, str] = field(default_factory=dict)
    """By the platform's id."""
    made_by: dict[str, str] = field(default_factory=dict)
    """Which of our posts made it: the platform's id to ours."""
    edits: dict[str, str] = field(default_factory=dict)
    """Our posts that changed one that was there, and its id."""
    taken: dict[str, int] = field(default_factory=dict)
    """How often a post of ours was carried out."""
    next: list[Manner] = field(default_factory=list)
    """Towards the coming requests; after them it is fine."""

    def manner(self) -> Manner:
        """Return how it behaves now."""
        return self.next.pop(0) if self.next else FINE

    def has(self, post: str) -> str | None:
        """Return the id of what a post of ours made, or None."""
        return next((name for name, maker in self.made_by.items() if maker == post), self.edits.get(post))

    def carry_out(self, released: ReleasedPost) -> tuple[str | None, bool]:
        """Do what a post asks for; return the id of what it made, and whether there was something to do it with."""
        post = released.post
        about = str(dict(post.options)["id"]) if post.kind is PostKind.ACT else post.edit_of
        if about is not None and about not in self.texts:
            return None, False
        self.taken[post.id] = self.taken.get(post.id, 0) + 1
        if post.kind is PostKind.ACT:
            self.texts.pop(str(about))
            return None, True
        if about is not None:
            self.texts[about] = _text(post)
            self.edits[post.id] = about
            return about, True
        name = f"up-{len(self.made_by) + 1}"
        self.texts[name], self.made_by[name] = _text(post), post.id
        return name, True


def outcome_of(manner: Manner, name: str | None) -> Outcome:
    """Return what the sender learns."""
    clear = manner.kind is OutcomeKind.PUBLISHED
    return Outcome(
        kind=manner.kind,
        reason=manner.reason,
        upstream_status=manner.status,
        upstream_id=name if clear else None,
        retry_after=manner.retry_after,
    )


GONE = Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=404)


def _text(post: Post) -> str:
    return "\n".join(part.text for part in post.parts)
