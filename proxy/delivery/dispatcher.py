"""
Looks for waiting posts whose time has come, or is over, for as long as the node runs.

Any number of nodes look at the same outbox; each takes what is due in an order of its own, and whoever records first
sends. What could not be decided or sent now is left alone for a while by this node alone: that is no state of the post.
"""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING

from proxy.core.errors import PostgateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.gate.deliver import Deliver
    from proxy.gate.ports import Clock
    from proxy.gate.waiting import WaitingPost, WaitingPosts

INTERVAL_S = 0.5
BATCH = 200
"""Posts of one look."""
AT_ONCE = 16
"""Posts looked at together; the detectors take them one by one."""
FAILED_S = 10.0
"""A post whose look failed is left alone for so long."""


class Dispatcher:
    """Takes posts out of the outbox at a fixed interval, and at once when it is woken."""

    def __init__(
        self,
        posts: WaitingPosts,
        deliver: Deliver,
        *,
        clock: Clock,
        node: str,
        failed: Callable[[str], None],
        interval_s: float = INTERVAL_S,
    ) -> None:
        self._posts = posts
        self._deliver = deliver
        self._clock = clock
        self._node = node
        self._failed = failed
        """Told the code of an error by which a look ended."""
        self._interval_s = interval_s
        self._woken = asyncio.Event()
        self._later: dict[str, float] = {}
        """Posts left alone, and until when, in monotonic seconds."""

    def wake(self) -> None:
        """Look now: something may have become due."""
        self._woken.set()

    async def run(self) -> None:
        """Run until cancelled. A database that is down is a matter of readiness; the next round tries again."""
        while True:
            self._woken.clear()
            try:
                more = await self.once()
            except PostgateError as error:
                self._failed(error.code)
                more = False
            if not more:
                await self._rest()

    async def once(self) -> bool:
        """
        Look at everything that is due or over now; return whether there may be more at once.

        Raises:
            GateUnavailable: the database does not answer.
        """
        now = self._clock.now()
        for waiting in await self._posts.over(now, limit=BATCH):
            await self._one(waiting, over=True)
        seconds = self._clock.monotonic()
        self._later = {post: until for post, until in self._later.items() if until > seconds}
        found = await self._posts.due(now, limit=BATCH + len(self._later))
        todo = [waiting for waiting in found if waiting.id not in self._later]
        todo.sort(key=lambda waiting: zlib.crc32(f"{self._node}\0{waiting.id}".encode()))
        places = asyncio.Semaphore(AT_ONCE)

        async def placed(waiting: WaitingPost) -> None:
            async with places:
                await self._one(waiting, over=False)

        await asyncio.gather(*map(placed, todo))
        return len(found) >= BATCH and len(todo) > 0

    async def _one(self, waiting: WaitingPost, *, over: bool) -> None:
        try:
            seconds = await (self._deliver.expire(waiting) if over else self._deliver(waiting))
        except PostgateError as error:
            self._failed(error.code)
            seconds = FAILED_S
        except Exception:  # noqa: BLE001 - a defect that one post shows must not keep back all others
            self._failed("internal")
            seconds = FAILED_S
        if seconds is not None:
            self._later[waiting.id] = self._clock.monotonic() + seconds

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._interval_s):
                await self._woken.wait()
        except TimeoutError:
            pass
