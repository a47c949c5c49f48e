"""
Answers about stopped posts come in steps of a quarter of a second, so that how long one took does not tell why.

A post that names a customer of the register takes a little longer to decide than one that names nobody: without steps,
who asks often enough could learn by the clock who is a customer. Where there is no register, and for posts that pass,
nobody waits: what passes is decided by the platform's own time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.core.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from proxy.gate.ports import Clock, Policies

__all__ = ["STEP_S", "Steps"]

STEP_S = 0.25
_STOPPED = frozenset({Verdict.HOLD, Verdict.BLOCK})


class Steps:
    """Holds answers back until the next step."""

    def __init__(
        self, *, policies: Policies, clock: Clock, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._policies = policies
        self._clock = clock
        self._pause = pause

    def begin(self) -> float:
        """Return when work on an answer begins, in seconds of the clock that never goes back."""
        return self._clock.monotonic()

    async def end(self, begun: float, *verdicts: str | None) -> None:
        """Return at the next step if any of these verdicts stops a post and there is a register; at once otherwise."""
        if not _STOPPED.isdisjoint(verdicts) and self._policies.current().register is not None:
            await self.next(begun)

    async def next(self, begun: float) -> None:
        """Return at the next step."""
        passed = self._clock.monotonic() - begun
        await self._pause(STEP_S - passed % STEP_S)
