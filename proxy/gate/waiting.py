"""
Posts that wait: what is kept of them, and how they become posts again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from proxy.gate.filing import KeptKey
from proxy.gate.recorded import post_in
from proxy.gate.sealed import opened_content

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Post, PostId
    from proxy.gate.lifecycle import State
    from proxy.gate.ports import EarlierPost, Envelope, Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPost:
    """A post of the outbox, with what was recorded of it."""

    id: PostId
    state: State
    platform: str
    account: str
    author: str
    kind: str
    mac: str
    decision_record: str
    """Of its first decision; the one that its author knows."""
    retention: str
    content: EarlierPost
    send_at: datetime | None
    not_before: datetime | None
    expires_at: datetime
    tries: int
    """Attempts so far."""
    replaces: PostId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What people have approved of a post, and on which terms they were asked."""

    mac: str
    """Code of the content that they saw."""
    rules: frozenset[str]
    """Every rule that they were shown, and the gate's own reasons."""
    records: tuple[str, ...]
    """Ids of their PG-202, one a stage."""
    queue: str
    """That was asked first; a review that was escalated is still one of it."""
    stages: int


class WaitingPosts(Protocol):
    """Reads of the outbox; all of them raise GateUnavailable when the database does not answer."""

    async def due(self, now: datetime, *, limit: int) -> tuple[WaitingPost, ...]:
        """Return posts that may be sent as far as time goes, those that waited longest first."""
        ...

    async def over(self, now: datetime, *, limit: int) -> tuple[WaitingPost, ...]:
        """Return posts that still wait although their time is over."""
        ...

    async def waiting(self, post: str) -> WaitingPost | None:
        """Return a post that waits, by its id."""
        ...

    async def of_author(self, author: str, *, account: str) -> tuple[WaitingPost, ...]:
        """Return what of an author waits for an account, newest first."""
        ...

    async def approved(self, post: str) -> Approved | None:
        """Return what people approved of a post in its last review; None unless all stages of it are done."""
        ...


class Standing(Protocol):
    """Who may still post."""

    async def stands(self, author: str, account: str) -> Grant | None:
        """
        Return the grant of an author for an account by any token that lives; None: not any more.

        Raises:
            GateUnavailable: the database does not answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A waiting post in clear, in memory only."""

    post: Post
    kept: KeptKey


def reopened(envelope: Envelope, waiting: WaitingPost) -> Reopened | None:
    """Return a waiting post as it was recorded; None where that was erased, does not open, or is another text."""
    content = opened_content(envelope, waiting.content)
    if content is None:
        return None
    post = post_in(
        content.says,
        id=waiting.id,
        platform=waiting.platform,
        account=waiting.account,
        author=waiting.author,
        kind=waiting.kind,
        replaces=waiting.replaces,
    )
    if envelope.mac(content.key, post.canonical()) != waiting.mac:
        return None
    return Reopened(post=post, kept=KeptKey(key=content.key, mac=waiting.mac, retention=waiting.retention))
