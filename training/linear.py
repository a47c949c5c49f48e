"""
Logistic regression with an L2 penalty over sparse binary features, by L-BFGS (Nocedal 1980) on NumPy alone.

Features of a post weigh one over the square root of their number, so that long posts shout no louder than short ones.
The same posts give the same weights: nothing is drawn.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

STEPS = 60
_MEMORY = 8
_HALVINGS = 12
_ENOUGH = 1e-4
"""Share of the loss by which a step may improve it before the search ends."""


class Matrix(NamedTuple):
    """Posts by features: all feature numbers in a row, the post of each, and what one weighs in each post."""

    columns: NDArray[np.int64]
    rows: NDArray[np.int64]
    values: Numbers
    posts: int
    width: int

    def scores(self, weights: Numbers) -> Numbers:
        """Return the sum of the weights of each post's features, bias last in `weights`."""
        sums = np.bincount(self.rows, weights[self.columns] * self.values, minlength=self.posts)
        return np.asarray(sums + weights[-1], dtype=np.float64)

    def gradient(self, errors: Numbers) -> Numbers:
        """Return how each weight, bias last, took part in the errors of the posts."""
        by_feature = np.bincount(self.columns, errors[self.rows] * self.values, minlength=self.width)
        return np.append(by_feature, errors.sum())


def matrix(posts: Sequence[Collection[int]], width: int) -> Matrix:
    """Return the posts as a matrix of `width` features."""
    counts = np.array([len(post) for post in posts])
    columns = np.fromiter((number for post in posts for number in sorted(post)), np.int64, int(counts.sum()))
    rows = np.repeat(np.arange(len(posts)), counts)
    values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts)
    return Matrix(columns=columns, rows=rows, values=values, posts=len(posts), width=width)


def fit(data: Matrix, labels: NDArray[np.bool_], *, strength: float, steps: int = STEPS) -> Numbers:
    """
    Return the weights, bias last, that explain the labels best.

    Args:
        data: the posts.
        labels: whether each is one of those looked for.
        strength: how much an error counts against the size of the weights.
        steps: at most.
    """
    signs = np.where(labels, 1.0, -1.0)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        margins = signs * data.scores(weights)
        errors = -strength * signs / (1 + np.exp(np.clip(margins, -500, 500)))
        penalised = np.append(weights[:-1], 0.0)
        value = strength * float(np.logaddexp(0, -margins).sum()) + 0.5 * float(penalised @ penalised)
        return value, data.gradient(errors) + penalised

    return _minimise(loss, np.zeros(data.width + 1), steps)


def _minimise(loss: Callable[[Numbers], tuple[float, Numbers]], start: Numbers, steps: int) -> Numbers:
    point, (value, slope) = start, loss(start)
    pairs: deque[tuple[Numbers, Numbers]] = deque(maxlen=_MEMORY)
    for _ in range(steps):
        direction = _direction(slope, pairs)
        stride, found = (1.0 if pairs else 1 / max(float(np.linalg.norm(slope)), 1.0)), None
        for _ in range(_HALVINGS):
            candidate = loss(point + stride * direction)
            if candidate[0] < value + 1e-4 * stride * float(slope @ direction):
                found = candidate
                break
            stride /= 2
        if found is None:
            break
        pairs.append((stride * direction, found[1] - slope))
        improved = value - found[0]
        point, (value, slope) = point + stride * direction, found
        if improved < _ENOUGH * abs(value):
            break
    return point


def _direction(slope: Numbers, pairs: Sequence[tuple[Numbers, Numbers]]) -> Numbers:
    """Return the way down, curved by the latest steps (the two loops of L-BFGS)."""
    way = -slope
    shares = []
    for step, change in reversed(pairs):
        share = float(step @ way) / float(step @ change)
        shares.append(share)
        way = way - share * change
    if pairs:
        step, change = pairs[-1]
        way = way * (float(step @ change) / float(change @ change))
    for (step, change), share in zip(pairs, reversed(shares), strict=True):
        way = way + (share - float(change @ way) / float(step @ change)) * step
    return way
