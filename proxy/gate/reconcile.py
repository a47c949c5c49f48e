"""
Posts that may have been published: where the platform can be asked and clearly has the post, it was.

Nothing is ever sent from here, and nothing that is not found is called absent: a person decides about it. A look is
taken when the sender is certainly done and the platform has had time to show what it took.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import Conflict, SealBroken
from proxy.gate import records
from proxy.gate.lifecycle import Event, State
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.recorded import post_in
from proxy.gate.send import move_post
from proxy.gate.waiting_changes import StopWaiting
from proxy.gate.work import Subject, Work

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from proxy.core.model import Post
    from proxy.gate.examine import Ports
    from proxy.gate.ports import EarlierPost, Envelope

SETTLE = timedelta(seconds=120)
"""After the end of a lease: a sender that was frozen, a platform that shows late."""
LONGEST = timedelta(days=1)
"""After that a person has been asked for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclearPost:
    """A post that may have been published, with what was recorded of it."""

    id: str
    account: str
    platform: str
    door: str
    author: str
    kind: str
    attempt: str
    intent_record: str
    content: EarlierPost


class UnclearPosts(Protocol):
    """Posts in the state `unknown`."""

    async def unclear(self, *, since: datetime, until: datetime) -> tuple[UnclearPost, ...]:
        """Return those whose lease ended in this time, oldest first."""
        ...


class Lookup(Protocol):
    """Asks one platform about one post."""

    async def find(self, post: Post) -> str | None:
        """
        Return the platform's id of what a post made, when it certainly is there; None: nobody knows.

        Never raises for what the platform does, and changes nothing there.
        """
        ...


async def reconcile(
    ports: Ports, posts: UnclearPosts, lookups: Mapping[str, Lookup], *, settle: timedelta = SETTLE
) -> int:
    """
    Record every unclear post that the platform of its door clearly has; return how many there were.

    Raises:
        GateUnavailable: nothing more can be found or recorded now; call again later.
    """
    now, found = ports.clock.now(), 0
    for unclear in await posts.unclear(since=now - LONGEST, until=now - settle):
        lookup = lookups.get(unclear.door)
        post = None if lookup is None else _opened(ports.envelope, unclear)
        identifier = None if lookup is None or post is None else await lookup.find(post)
        if identifier is not None and await _record(ports, unclear, identifier):
            found += 1
    return found


async def _record(ports: Ports, unclear: UnclearPost, identifier: str) -> bool:
    ports.faults("reconcile_found")
    record = records.late(
        record=ports.ids(),
        at=ports.clock.now(),
        subject=Subject(account=unclear.account, post=unclear.id),
        attempt=unclear.attempt,
        intent_record=unclear.intent_record,
        result=Outcome(kind=OutcomeKind.PUBLISHED, upstream_id=identifier),
        method="lookup",
    )
    move = move_post(unclear.id, State.UNKNOWN, Event.LATE_PUBLISHED, platform_id=identifier)
    try:
        await ports.audit.commit(Work(records=(record,), changes=(move, StopWaiting(post=unclear.id))))
    except Conflict:
        return False  # its sender, or another node, was faster
    return True


def _opened(envelope: Envelope, unclear: UnclearPost) -> Post | None:
    """Return the post as it was recorded, or None where that was erased or does not open."""
    sealed = unclear.content
    if sealed.wrapped_key is None:
        return None
    try:
        key = envelope.unwrap(key_id=sealed.key, wrapped=sealed.wrapped_key, kek_id=sealed.kek_id)
        plain = envelope.open_content(key, record=sealed.record, nonce=sealed.nonce, ciphertext=sealed.ciphertext)
    except SealBroken:
        return None
    return post_in(
        json.loads(plain),
        id=unclear.id,
        platform=unclear.platform,
        account=unclear.account,
        author=unclear.author,
        kind=unclear.kind,
    )
