"""
What the classifier weighs in a post: words, their pieces, their neighbours, and the company they usually keep.

Every feature is a number below a power of two; two features that share one share a weight. Brown clusters stand for
words that occur in the same places of many texts, so that a word that no training post had still says something; a
compound that is in no cluster counts as its longest known ending.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["BITS", "Clusters", "features"]

BITS = 19
_MASK = (1 << BITS) - 1
_KNOWN_WORDS = 4_096
"""Words whose features are kept; a worker must not grow with what it is shown."""
_UNKNOWN = "c?"
_SHORTEST_ENDING = 3
_NGRAMS = (4, 5)


class Clusters:
    """Brown clusters by word: sorted hashes, and the cluster of each. A word in a million gets one by chance."""

    def __init__(self, hashes: Sequence[int], numbers: Sequence[int]) -> None:
        if len(hashes) != len(numbers):
            raise ValueError("every word has one cluster")
        self._hashes = hashes
        self._numbers = numbers

    def of(self, word: str) -> int | None:
        """Return the cluster of a word in the case it has, in small letters or with a capital; of its ending else."""
        found = self._first(word, word.lower(), word.capitalize())
        start = _SHORTEST_ENDING
        while found is None and start < len(word) - _SHORTEST_ENDING:
            found = self._first(word[start:].capitalize(), word[start:].lower())
            start += 1
        return found

    def _first(self, *spellings: str) -> int | None:
        for spelling in spellings:
            key = crc32(spelling.encode())
            place = bisect_left(self._hashes, key)
            if place < len(self._hashes) and self._hashes[place] == key:
                return self._numbers[place]
        return None


def features(clusters: Clusters) -> Callable[[Sequence[str]], set[int]]:
    """Return the function from the tokens of a post to the numbers of its features."""

    @lru_cache(maxsize=_KNOWN_WORDS)
    def of_word(token: str) -> tuple[str, str, tuple[int, ...]]:
        small = token.lower()
        name, own = _cluster(token, clusters)
        return small, name, tuple(_number(feature) for feature in (f"w={small}", *own, *_pieces(small)))

    def of_tokens(tokens: Sequence[str]) -> set[int]:
        found: set[int] = set()
        before = before_that = None
        for token in tokens:
            small, cluster, own = here = of_word(token)
            found.update(own)
            if before is not None:
                found.update(
                    _number(feature)
                    for feature in (
                        f"b={before[0]}_{small}",
                        f"cb={before[1]}_{cluster}",
                        f"m={before[0]}_{cluster}",
                        f"n={before[1]}_{small}",
                    )
                )
            if before_that is not None:
                found.add(_number(f"s={before_that[0]}_{small}"))
            before, before_that = here, before
        return found

    return of_tokens


def _number(feature: str) -> int:
    return crc32(feature.encode()) & _MASK


def _cluster(token: str, clusters: Clusters) -> tuple[str, tuple[str, ...]]:
    """Return the name of a token's cluster, and the features of it and of the wider cluster around it."""
    if not token[0].isalpha():
        return token, (f"c={token}",)
    number = clusters.of(token)
    if number is None:
        return _UNKNOWN, (f"c={_UNKNOWN}",)
    return f"c{number}", (f"c=c{number}", f"cp={number & 0xFF}")


def _pieces(word: str) -> list[str]:
    if not word.isalpha():
        return []
    pieces = []
    if len(word) > 5:
        pieces.append(f"p={word[:5]}")
    if len(word) > 4:
        pieces.append(f"x={word[-4:]}")
    if len(word) > 7:
        pieces += f"p7={word[:7]}", f"x7={word[-6:]}"
    framed = f"^{word}$"
    pieces += (f"g={framed[at : at + size]}" for size in _NGRAMS for at in range(len(framed) - size + 1))
    return pieces
