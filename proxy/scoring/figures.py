"""
Arithmetic of a scoring: shares with their uncertainty, and the F2 measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """Return the share, None when there was nothing to count."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the Wilson interval of 95 %, which stays honest for small and extreme shares."""
        if not self.of:
            return None
        share = self.hits / self.of
        scale = 1 + _Z**2 / self.of
        middle = share + _Z**2 / (2 * self.of)
        half = _Z * sqrt(share * (1 - share) / self.of + _Z**2 / (4 * self.of**2))
        return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def f2(precision: Share, recall: Share) -> float | None:
    """Return the F measure that weighs recall four times; None when it is not defined."""
    exact, found = precision.value, recall.value
    if exact is None or found is None:
        return 0.0 if recall.of and not recall.hits else None
    weighed = 4 * exact + found
    return 5 * exact * found / weighed if weighed else 0.0
