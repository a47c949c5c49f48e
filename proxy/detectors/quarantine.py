"""
Posts that killed workers: after the second one they are not tried again for a while.

Keys are keyed hashes of the texts; nothing of a text is kept.
"""

from __future__ import annotations

STRIKES = 2
SECONDS = 600.0
LARGEST = 10_000
"""Posts remembered; the oldest is forgotten first."""


class Quarantine:
    """Counts the workers that each post killed."""

    def __init__(self) -> None:
        self._strikes: dict[bytes, tuple[int, float]] = {}

    def strike(self, key: bytes, now: float) -> bool:
        """Note that a worker died on this post; return whether it is shut out from now on."""
        count, since = self._strikes.pop(key, (0, now))
        count = 1 if now - since >= SECONDS else count + 1
        self._strikes[key] = (count, now)
        while len(self._strikes) > LARGEST:
            del self._strikes[next(iter(self._strikes))]
        return count >= STRIKES

    def holds(self, key: bytes, now: float) -> bool:
        """Return whether this post is shut out."""
        count, since = self._strikes.get(key, (0, now))
        return count >= STRIKES and now - since < SECONDS
