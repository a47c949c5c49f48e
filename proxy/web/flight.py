"""
How much is being worked on at the same time, on this node, over all doors.

Beyond a limit a request is refused at once with "try again" instead of waiting in memory.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from proxy.core.errors import Draining, GateBusy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proxy.settings.model import Limits


class Flight:
    """The requests in flight."""

    def __init__(self, limits: Limits, *, on_change: Callable[[int], None] = lambda _number: None) -> None:
        self._limits = limits
        self._on_change = on_change
        self._requests = 0
        self._buffered = 0
        self._principals: Counter[str] = Counter()
        self._draining = False
        self._landed = asyncio.Event()
        self._landed.set()

    @property
    def requests(self) -> int:
        """Return how many requests are in flight."""
        return self._requests

    @property
    def draining(self) -> bool:
        """Return whether new requests are refused because the process stops."""
        return self._draining

    def drain(self) -> None:
        """Take no new requests any more."""
        self._draining = True

    async def landed(self, seconds: float) -> bool:
        """Wait until nothing is in flight; return whether that happened in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._landed.wait()
        except TimeoutError:
            return False
        return True

    @contextmanager
    def request(self) -> Iterator[None]:
        """
        Hold a place for one request.

        Raises:
            Draining: the process is stopping.
            GateBusy: no place is free.
        """
        if self._draining:
            raise Draining
        if self._requests >= self._limits.in_flight:
            raise GateBusy(expected=f"at most {self._limits.in_flight} requests in flight", found="one more")
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        self._requests += change
        self._on_change(self._requests)
        if self._requests:
            self._landed.clear()
        else:
            self._landed.set()

    @contextmanager
    def principal(self, ref: str) -> Iterator[None]:
        """
        Hold one of a principal's places.

        Raises:
            GateBusy: this principal has no place left.
        """
        if self._principals[ref] >= self._limits.per_principal:
            raise GateBusy(expected=f"at most {self._limits.per_principal} requests of a principal", found="one more")
        self._principals[ref] += 1
        try:
            yield
        finally:
            self._principals[ref] -= 1
            if not self._principals[ref]:
                del self._principals[ref]

    @contextmanager
    def buffer(self, size: int) -> Iterator[None]:
        """
        Hold memory for a body.

        Raises:
            GateBusy: the bodies in memory are too many already.
        """
        if self._buffered + size > self._limits.buffered_bytes:
            raise GateBusy(expected=f"at most {self._limits.buffered_bytes} bytes of bodies", found="more")
        self._buffered += size
        try:
            yield
        finally:
            self._buffered -= size
