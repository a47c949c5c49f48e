"""
What a pool knows of each post that waits and of each worker that works.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from proxy.detectors import messages
    from proxy.detectors.process import WorkerProcess

__all__ = ["Desk", "Job", "Reply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of a post in this pool: an answer, or the cause why there is none."""

    answer: messages.Answer | None
    cause: str = ""
    """`deadline`, `crash`, `error`, `queue-full`, `stopped`."""


@dataclass(slots=True, eq=False, kw_only=True)
class Job:
    """A post that waits or is being looked at."""

    number: int
    texts: bytes = field(repr=False)
    rules: str
    register: str
    key: bytes = field(repr=False)
    deadline: float
    reply: asyncio.Future[Reply]
    alone: bool = False
    """It was in the batch of a worker that died on another post, and is tried once more by itself."""

    @property
    def asks(self) -> tuple[str, str]:
        """Return the rules and the register under which it is looked at."""
        return self.rules, self.register

    def settle(self, reply: Reply) -> None:
        """Give the reply, if none was given."""
        if not self.reply.done():
            self.reply.set_result(reply)


@dataclass(slots=True, eq=False, kw_only=True)
class Desk:
    """What one worker is doing."""

    worker: WorkerProcess
    ready: asyncio.Future[messages.Ready]
    loaded: asyncio.Future[messages.Loaded] | None = None
    batch: dict[int, Job] = field(default_factory=dict)
    place: tuple[int, int] = (-1, -1)
    age: float = 0.0
    """Seconds it was seen at this place."""
    welcome: bool = False
    """It is configured and has the word lists in use."""
    answered: bool = False
    retired: bool = False
