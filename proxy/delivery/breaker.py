"""
Whether a platform answers, as one node has seen it: after some failures in a row of time nobody is sent there.

Pure: time is an argument. What ends it is a read of the platform, never a post.
"""

from __future__ import annotations

from collections import deque

WINDOW_S = 60.0
"""Failures of this time count together."""
REST_S = 30.0
"""So long the platform is left alone before it is asked."""
LOOK_S = 1.0
"""What is told to those who ask while the platform is being asked."""


class Breaker:
    """One platform's host."""

    def __init__(self, failures: int) -> None:
        self._most = failures
        """As many failures open it; 0: it never opens."""
        self._failed: deque[float] = deque()
        self._until: float | None = None
        """When the platform may be asked; None: it is not open."""

    @property
    def open(self) -> bool:
        """Return whether nobody is sent there."""
        return self._until is not None

    def fail(self, at: float) -> None:
        """Note a failure."""
        self._failed.append(at)
        while self._failed[0] <= at - WINDOW_S:
            self._failed.popleft()
        if self._most and len(self._failed) >= self._most and self._until is None:
            self._until = at + REST_S

    def left(self, at: float) -> float:
        """Return seconds until it is worth another look; 0: it is not open."""
        return 0.0 if self._until is None else max(self._until - at, LOOK_S)

    def due(self, at: float) -> bool:
        """Return whether the platform is to be asked now."""
        return self._until is not None and at >= self._until

    def asked(self, at: float, *, answered: bool) -> None:
        """Note what a read of the platform showed."""
        self._until = None if answered else at + REST_S
        self._failed.clear()
