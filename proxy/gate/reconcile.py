"""
Posts that may have been published: their platform is asked, where it can be, until it is clear or a person says so.

A look is taken when the sender is certainly done and the platform has had time to show what it took; later looks come
ever more seldom. What is found was published. What is certainly absent may be sent again by itself only where the same
request makes nothing twice; it is then decided again, like every post that waits. What is merely not found proves
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict
from proxy.gate.clearing import Clearing
from proxy.gate.recorded import post_in
from proxy.gate.sealed import opened_content
from proxy.gate.unclear import SETTLE, UNDETERMINED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from proxy.core.model import Post
    from proxy.gate.examine import Ports
    from proxy.gate.ports import Envelope
    from proxy.gate.unclear import Look, Lookup, UnclearPost, UnclearPosts
    from proxy.gate.work import Work

LONGEST = timedelta(days=1)
"""After that a person has been asked for long."""
PAUSES = (0.5, 1.0, 2.5, 5.0)
"""Between looks at the same post, in settle times: 1, 2, 5 and then every 10 minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long things take."""

    settle: timedelta = SETTLE
    resend: timedelta = timedelta(hours=24)
    """So long after it was made a post may be sent again by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """How often this node has asked about a post, and when it may again, in monotonic seconds."""

    times: int = 0
    next_at: float = 0.0


class Reconcile:
    """Asks the platforms of one node's doors."""

    def __init__(
        self, ports: Ports, posts: UnclearPosts, lookups: Mapping[str, Lookup], patience: Patience | None = None
    ) -> None:
        self._ports = ports
        self._posts = posts
        self._lookups = lookups
        """By door name."""
        self._patience = patience or Patience()
        self._clearing = Clearing(clock=ports.clock, ids=ports.ids)
        self._looked: dict[str, _Looked] = {}

    async def __call__(self) -> int:
        """
        Ask about every unclear post whose turn it is; return how many became clear.

        Raises:
            GateUnavailable: nothing more can be found or recorded now; call again later.
        """
        now, clear = self._ports.clock.now(), 0
        found = await self._posts.unclear(since=now - LONGEST, until=now - self._patience.settle)
        self._looked = {post.id: self._looked.get(post.id, _Looked()) for post in found}
        for unclear in found:
            if self._ports.clock.monotonic() >= self._looked[unclear.id].next_at:
                clear += await self._one(unclear)
        return clear

    async def _one(self, unclear: UnclearPost) -> bool:
        looked = self._looked[unclear.id]
        pause = PAUSES[min(looked.times, len(PAUSES) - 1)] * self._patience.settle.total_seconds()
        self._looked[unclear.id] = _Looked(times=looked.times + 1, next_at=self._ports.clock.monotonic() + pause)
        work = await self._work(unclear, await self._look(unclear))
        return work is not None and await self._record(work)

    async def _look(self, unclear: UnclearPost) -> Look:
        lookup = self._lookups.get(unclear.door)
        post = None if lookup is None else _opened(self._ports.envelope, unclear)
        if lookup is None or post is None:
            return UNDETERMINED
        return await lookup.find(post, unclear.window(self._patience.settle))

    async def _work(self, unclear: UnclearPost, look: Look) -> Work | None:
        if look.absent:
            self._ports.faults("reconcile_absent")
        if look.there is None:
            again = await self._until(unclear, look)
            return self._clearing.absent(unclear, again_until=again) if look.absent else None
        if look.fresh and await self._posts.known(account=unclear.account, platform_id=look.there):
            return None
        self._ports.faults("reconcile_found")
        return self._clearing.published(unclear, look.there)

    async def _until(self, unclear: UnclearPost, look: Look) -> datetime | None:
        """Return until when an absent post may be sent again by itself; None: a person decides."""
        until = unclear.created_at + self._patience.resend
        if look.unless is None or self._ports.clock.now() >= until:
            return None
        later = await self._posts.operations_since(account=unclear.account, since=unclear.created_at)
        return None if later & look.unless else until

    async def _record(self, work: Work) -> bool:
        try:
            await self._ports.audit.commit(work)
        except Conflict:
            return False  # its sender, a person, or another node, was faster
        return True


def _opened(envelope: Envelope, unclear: UnclearPost) -> Post | None:
    """Return the post as it was recorded, or None where that was erased or does not open."""
    content = opened_content(envelope, unclear.content)
    if content is None:
        return None
    return post_in(
        content.says,
        id=unclear.id,
        platform=unclear.platform,
        account=unclear.account,
        author=unclear.author,
        kind=unclear.kind,
        replaces=unclear.replaces,
    )
