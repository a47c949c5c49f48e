"""
Tells people what the log says, record by record, at least once.

Each node tells of the records that it wrote itself, and remembers for each channel how far it got; after a crash it
goes on there. A channel that fails is tried again with growing pauses, and what is older than a day is given up. There
is no queue in memory that could run over: the log is the queue.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from proxy.gate.notices import Place, Told, notice_of

if TYPE_CHECKING:
    from proxy.gate.notices import Happening, News, Notifier, Remembered
    from proxy.gate.ports import Clock

PAGE = 500
"""Records of one look."""
TOO_OLD = timedelta(days=1)
GIVEN_UP = "given_up"
"""What became of a notice that could not be delivered for a day."""
_PAUSES_S = (5.0, 15.0, 60.0, 300.0)
_DRIFT = 1000
"""Records of which nobody had to hear, after which the place is kept all the same."""


class Watch(Protocol):
    """Who is told what became of notices."""

    def notified(self, channel: str, result: str) -> None:
        """Note what became of a notice; a channel that fails is news."""
        ...


class Notify:
    """Tells of what happened on this node, on one channel."""

    def __init__(
        self, news: News, notifier: Notifier, remembered: Remembered, *, clock: Clock, node: str, watch: Watch
    ) -> None:
        self._news = news
        self._notifier = notifier
        self._remembered = remembered
        self._clock = clock
        self._node = node
        self._watch = watch
        self._place: Place | None = None
        self._kept: Place | None = None
        self._failures = 0
        self._not_before = 0.0

    @property
    def channel(self) -> str:
        """Return the name of the channel."""
        return self._notifier.channel

    async def once(self) -> None:
        """
        Tell everything that is new, until it is told or the channel fails.

        Raises:
            GateUnavailable: the database does not answer.
        """
        if self._clock.monotonic() < self._not_before:
            return
        place = self._place or await self._begin()
        while True:
            found, reached = await self._news.after(place, limit=PAGE)
            for happening in found:
                if not await self._done(happening):
                    return
            if reached == place:
                return
            await self._reach(reached, told=False)
            place = reached

    async def _begin(self) -> Place:
        """Go on where this node was; a node without a memory does not tell of the past."""
        newest, kept = await self._news.newest(), await self._remembered.read()
        self._kept = kept
        place = newest if kept is None or kept > newest else kept
        await self._reach(place, told=place != kept)
        return place

    async def _done(self, happening: Happening) -> bool:
        """Tell of a record, if there is something to tell; return whether the next one may follow."""
        told = False
        notice = notice_of(happening) if happening.node == self._node else None
        if notice is not None and self._clock.now() - notice.at > TOO_OLD:
            self._watch.notified(self.channel, GIVEN_UP)
        elif notice is not None:
            result = await self._notifier.tell(notice)
            told = result is not Told.NOBODY
            if told:
                self._watch.notified(self.channel, result.value)
            if result is Told.FAILED:
                pause = _PAUSES_S[min(self._failures, len(_PAUSES_S) - 1)]
                self._failures += 1
                self._not_before = self._clock.monotonic() + pause
                return False
            self._failures = 0
        await self._reach(happening.place, told=told)
        return True

    async def _reach(self, place: Place, *, told: bool) -> None:
        self._place = place
        far = self._kept is None or place.log != self._kept.log or place.seq - self._kept.seq >= _DRIFT
        if told or far:
            await self._remembered.write(place)
            self._kept = place
