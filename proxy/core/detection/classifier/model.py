"""
A linear model over the features of a post: how much it looks like one that gives something away, and what.

Logistic regression, every weight one byte, in units of the head. It has read thousands of invented posts of both kinds;
it knows no names, no numbers and no customers, only how people tell such things.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING

from proxy.core.detection.classifier.features import BITS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["LEAK", "Head", "LinearModel"]

LEAK = "leak"
"""The head that says whether; the others say what."""
WIDTH = 1 << BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One question: a weight for every feature, in units of `scale`, and what speaks for it before a word is read."""

    weights: memoryview = field(repr=False)
    """Signed bytes, one for each feature."""
    scale: float
    bias: float


class LinearModel:
    """
    The heads of the classifier.

    Raises:
        ValueError: no head says whether, none says what, or a head has too few or too many weights.
    """

    def __init__(self, heads: Mapping[str, Head]) -> None:
        if LEAK not in heads or len(heads) < 2:
            raise ValueError("one head says whether, others say what")
        if any(len(head.weights) != WIDTH or head.weights.format != "b" for head in heads.values()):
            raise ValueError("a head has one signed byte for every feature")
        self._heads = dict(heads)
        self._kinds = tuple(sorted(name for name in heads if name != LEAK))

    def score(self, features: Collection[int], head: str = LEAK) -> float:
        """Return the log odds that a head gives to features; the number of features does not matter."""
        one = self._heads[head]
        weights = one.weights
        return one.bias + one.scale * sum(map(weights.__getitem__, features)) / sqrt(max(len(features), 1))

    def kind(self, features: Collection[int]) -> str:
        """Return the name of the head that says most, apart from `leak`."""
        return max(self._kinds, key=lambda name: self.score(features, name))
