"""
Which rules may match a text: one look for several of them together.

The answer is a superset: boundaries, checks and cues come later. RE2 says "no match" also when it runs out of memory,
so every set holds a pattern that always matches; an answer without it is no answer.

Few patterns share a set: the states of all of them together multiply, and every new text would have to build new ones.
Measured on 58 patterns and posts never seen before: 260 us for one set, 60 us for sixteen. Most sets are not even
asked: what their patterns need (see `needs`) is not in the text.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import re2

from proxy.core.detection.needs import DIGITS, Need, need_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

__all__ = ["LookFailed", "Prefilter", "SetFailed"]

_MEMORY = 16 << 20
_TOGETHER = 4
_ALWAYS = ""
_DIGITS = bytes(DIGITS)


class LookFailed(Exception):
    """A text was not searched to the end. Carries nothing of it."""


class SetFailed(LookFailed):
    """The prefilter gave an answer without its sentinel: it ran out of memory, and silence would look like nothing."""


class _Together(NamedTuple):
    """A few patterns in one automaton."""

    numbers: tuple[int, ...]
    patterns: re2.Set


class Prefilter:
    """All patterns of one kind of view, a few in one automaton; those that ask for the same stand together."""

    def __init__(self, patterns: Sequence[str], *, guarded: Collection[int] = (), memory: int = _MEMORY) -> None:
        """
        Compile patterns; those whose numbers are `guarded` are only looked for where the caller agrees.

        Raises:
            ValueError: RE2 cannot read one of them, or has no room for some together.
        """
        self._guarded = frozenset(guarded)
        by_need: defaultdict[Need, list[int]] = defaultdict(list)
        for number, pattern in enumerate(patterns):
            by_need[need_of(pattern)].append(number)
        self._by_need = sorted(
            ((need, tuple(numbers)) for need, numbers in by_need.items()), key=lambda one: one[0].digits
        )
        self._signs = frozenset().union(*(need.one_of for need in by_need))
        order = sorted(
            (number in self._guarded, need.digits, sorted(map(sorted, need.one_of)), number)
            for need, numbers in self._by_need
            for number in numbers
        )
        numbers = [number for *_, number in order]
        self._sets = [
            _Together(some, _set_of([patterns[number] for number in some], memory))
            for first in range(0, len(numbers), _TOGETHER)
            for some in [tuple(numbers[first : first + _TOGETHER])]
        ]

    def may_match(self, text: bytes, agreed: Callable[[], Iterable[int]] | None = None) -> list[int]:
        """
        Return the numbers of all patterns that occur in a text, in order.

        Of the guarded ones only those that the caller has agreed to, if it was asked; it is when one of them may occur.

        Raises:
            SetFailed: RE2 gave up.
        """
        possible = self._possible(text)
        if agreed is not None and not self._guarded.isdisjoint(possible):
            possible -= self._guarded.difference(agreed())
        fired: list[int] = []
        for numbers, patterns in self._sets:
            if possible.isdisjoint(numbers):
                continue
            found = patterns.Match(text)
            if len(numbers) not in found:
                raise SetFailed
            if len(found) > 1:
                fired += [numbers[place] for place in found if place < len(numbers)]
        return sorted(possible.intersection(fired))

    def _possible(self, text: bytes) -> set[int]:
        """Return the numbers of the patterns that have in a text what they need."""
        found: set[int] = set()
        digits = len(text) - len(text.translate(None, _DIGITS))
        present = frozenset(text)
        absent = {codes for codes in self._signs if codes.isdisjoint(present)}
        for need, numbers in self._by_need:
            if need.digits > digits:
                break
            if need.one_of.isdisjoint(absent):
                found.update(numbers)
        return found


def _set_of(patterns: Sequence[str], memory: int) -> re2.Set:
    """Return a set whose patterns are numbered from 0, the sentinel last."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    options.never_capture = True
    together = re2.Set.SearchSet(options)
    try:
        for pattern in (*patterns, _ALWAYS):
            together.Add(pattern)
        together.Compile()
    except re2.error:
        raise ValueError("these patterns make no set") from None
    return together
