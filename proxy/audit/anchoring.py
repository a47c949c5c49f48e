"""
Signs the log again and again while a node runs, and hands its checkpoints out.

    every second         sign what was added, remember it; where the log does not continue what was signed, nothing is
                         recorded in it any more
    every minute         hand the newest checkpoint to each sink that has an earlier one; before the first of a log, the
                         last of the log before
    a sink is away       once more after a pause that doubles; posts go on

Each sink has a task and threads of its own with a limit, so one that hangs stops neither the others nor the signing,
nor the end of the process. What fails is told to the watch, with the age of the last success, and tried again.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Protocol

from proxy.audit.apart import Apart
from proxy.audit.rollback import LogRolledBack
from proxy.audit.sinks.sink import code_of
from proxy.core.errors import PostgateError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from proxy.audit.checkpointing import Checkpointing
    from proxy.audit.signed import Signed
    from proxy.audit.sinks.sink import Sink

SIGN_S = 1.0
"""Pause between two looks whether the log grew."""
LONGEST_PAUSE_S = 600.0
"""Between two tries to reach a sink, unless it gets checkpoints still more seldom."""
LIMIT_S = 30.0
"""For how long a sink is waited for."""
OTHERS_S = 10.0
"""After so long a node without a key notices that no other one signs."""
KEY_MISSING = "key_missing"
STATE_UNWRITABLE = "state_unwritable"


class Watch(Protocol):
    """What is told to people."""

    def signing(self, problem: str | None, *, unsigned_s: float) -> None:
        """Note a round: a code for what stops the signing, or None, and for how long something has."""
        ...

    def anchored(self, sink: str, *, age_s: float) -> None:
        """Note how long ago a sink got a checkpoint."""
        ...

    def handed(self, sink: str, problem: str | None) -> None:
        """Note that a sink took a checkpoint, or a code for why it did not."""
        ...


class Publisher:
    """Hands checkpoints to one sink: growing ones only, not too often."""

    def __init__(
        self, sink: Sink, *, every_s: float, monotonic: Callable[[], float], watch: Watch, limit_s: float = LIMIT_S
    ) -> None:
        self.name = sink.name
        self.problem: str | None = None
        """A code for why the sink did not take the last checkpoint, or None."""
        self._sink = sink
        self._apart = Apart(sink.name, limit_s=limit_s)
        self._every_s = every_s
        self._monotonic = monotonic
        self._watch = watch
        self._place = (0, 0)
        self._failures = 0
        self._since = monotonic()

    def age(self) -> float:
        """Return seconds since the sink took a checkpoint, or since the node began."""
        return self._monotonic() - self._since

    def pause(self) -> float:
        """Return seconds until the next try."""
        if self._failures:
            return max(self._every_s, min(self._every_s * 2.0 ** (self._failures - 1), LONGEST_PAUSE_S))
        return self._every_s if self._place[1] else SIGN_S

    async def once(self, newest: Signed | None, before: Signed | None = None) -> None:
        """Hand a checkpoint over if it is later than the last one; first the last one of the log before, if that is."""
        due = [one for one in (before, newest) if one is not None and one.place > self._place]
        if not due:
            return
        for signed in due:
            self.problem = await self._publish(signed)
            if self.problem is not None:
                break
            self._place, self._since = signed.place, self._monotonic()
        self._failures = 0 if self.problem is None else min(self._failures + 1, 30)
        self._watch.handed(self.name, self.problem)

    async def _publish(self, signed: Signed) -> str | None:
        try:
            await self._apart.run(lambda: self._sink.publish(signed))
        except Exception as error:  # noqa: BLE001  one odd place must stop neither the others nor the signing; it is told
            return code_of(error)
        return None


class Anchoring:
    """Everything that happens to checkpoints while a node runs."""

    def __init__(
        self,
        checkpoints: Checkpointing,
        publishers: Sequence[Publisher],
        *,
        watch: Watch,
        monotonic: Callable[[], float],
        refuse: Callable[[str | None], None],
        unsigned_limit_s: float = 900.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """
        Begin.

        Args:
            checkpoints: signs.
            publishers: hand out.
            watch: is told how it stands.
            monotonic: seconds.
            refuse: lets nothing more be recorded while the log does not continue what was signed, and says why; None
                when it does.
            unsigned_limit_s: after so long without a signature posts stop.
            sleep: between two rounds.
        """
        self._refuse = refuse
        self._checkpoints = checkpoints
        self._unsigned_limit_s = unsigned_limit_s
        self._publishers = publishers
        self._watch = watch
        self._monotonic = monotonic
        self._sleep = sleep
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="postgate-checkpoints")
        self._newest: Signed | None = None
        self._before: Signed | None = None
        self._problem: str | None = None
        self._unsigned_since: float | None = None
        self._overdue = False
        self._unread: Mapping[str, str] = {}
        self._mark = (0, 0)
        self._marked = monotonic()

    def unread(self, problems: Mapping[str, str]) -> None:
        """Note sinks that could not be read at the start, or hold something that does not count."""
        self._unread = problems

    def problem(self) -> str | None:
        """Return a code for what stops the signing, or None."""
        return self._problem

    def fit(self) -> bool:
        """Return whether posts may go on: the log continues what was signed, and is not unsigned for too long."""
        return self._problem != LogRolledBack.code and not self._overdue

    def detail(self) -> str:
        """Return in codes what stops the signing, and which sinks fail, each with its code."""
        failing = dict(self._unread) | {one.name: one.problem for one in self._publishers if one.problem is not None}
        signing = [] if self._problem is None else [self._problem]
        return ",".join(signing + [f"{name}:{code}" for name, code in sorted(failing.items())])

    async def run(self) -> None:
        """Sign and hand out until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sign_again())
            for publisher in self._publishers:
                group.create_task(self._publish_again(publisher))

    async def stop(self) -> None:
        """Sign what was added last, and end."""
        await self.once()
        self._thread.shutdown(wait=False)

    async def once(self) -> None:
        """Sign what was added, and tell how it stands."""
        self._problem = await asyncio.get_running_loop().run_in_executor(self._thread, self._sign)
        if self._problem in {None, LogRolledBack.code}:  # any other one says nothing of what was signed
            self._refuse(self._problem)
        now = self._monotonic()
        if self._problem is None:
            self._unsigned_since = None
        elif self._unsigned_since is None:
            self._unsigned_since = now
        unsigned_s = 0.0 if self._unsigned_since is None else now - self._unsigned_since
        self._overdue = self._demanded() and unsigned_s >= self._unsigned_limit_s
        self._watch.signing(self._problem, unsigned_s=unsigned_s)
        for publisher in self._publishers:
            self._watch.anchored(publisher.name, age_s=publisher.age())

    async def _sign_again(self) -> None:
        while True:
            await self.once()
            await self._sleep(SIGN_S)

    async def _publish_again(self, publisher: Publisher) -> None:
        while True:
            await self._sleep(publisher.pause())
            await publisher.once(self._newest, self._before)

    def _sign(self) -> str | None:
        """Sign and remember; in the thread. Return a code for what is wrong."""
        try:
            signed = self._checkpoints.sign()
            if signed is not None:
                if self._newest is None or self._newest.log != signed.log:
                    self._before = self._checkpoints.before(signed.log)
                self._newest = signed
                self._checkpoints.remember(signed)
        except OSError:
            return STATE_UNWRITABLE
        except PostgateError as error:
            return code_of(error)
        return None if self._checkpoints.signs or self._others_sign() else KEY_MISSING

    def _others_sign(self) -> bool:
        """Return whether other nodes sign what this one, without a key, sees the log grow by."""
        if not self._checkpoints.verifies:
            return False
        now, place = self._monotonic(), (0, 0) if self._newest is None else self._newest.place
        if place >= self._mark:
            self._mark, self._marked = self._checkpoints.seen, now
        return now - self._marked < OTHERS_S

    def _demanded(self) -> bool:
        """Return whether somebody relies on signatures."""
        return self._checkpoints.verifies or bool(self._publishers)


async def hand_out(sinks: Sequence[Sink], *due: Signed | None) -> tuple[tuple[str, str], ...]:
    """Hand checkpoints to all sinks once, in their order; return those that did not take them, each with a code."""
    found = await asyncio.gather(*(_hand_to(sink, due) for sink in sinks))
    return tuple(one for one in found if one is not None)


async def _hand_to(sink: Sink, due: Sequence[Signed | None]) -> tuple[str, str] | None:
    apart = Apart(sink.name, limit_s=LIMIT_S)
    try:
        for signed in due:
            if signed is not None:
                await apart.run(partial(sink.publish, signed))
    except (OSError, PostgateError) as error:
        return sink.name, code_of(error)
    return None
