"""
Which rules may match a text: one look for all of them together.

The answer is a superset: boundaries, checks and cues come later. RE2 says "no match" also when it runs out of memory,
so every set holds a pattern that always matches; an answer without it is no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LookFailed", "Prefilter", "SetFailed"]

_MEMORY = 64 << 20
_ALWAYS = ""


class LookFailed(Exception):
    """A text was not searched to the end. Carries nothing of it."""


class SetFailed(LookFailed):
    """The prefilter gave an answer without its sentinel: it ran out of memory, and silence would look like nothing."""


class Prefilter:
    """All patterns of one kind of view in one automaton."""

    def __init__(self, patterns: Sequence[str], *, memory: int = _MEMORY) -> None:
        """
        Compile patterns.

        Raises:
            ValueError: RE2 cannot read one of them, or has no room for all together.
        """
        options = re2.Options()
        options.log_errors = False
        options.max_mem = memory
        options.never_capture = True
        self._set = re2.Set.SearchSet(options)
        try:
            self._sentinel = self._set.Add(_ALWAYS)
            self._numbers = {self._set.Add(pattern): number for number, pattern in enumerate(patterns)}
            self._set.Compile()
        except re2.error:
            raise ValueError("these patterns make no set") from None

    def may_match(self, text: bytes) -> list[int]:
        """
        Return the numbers of all patterns that occur in a text, in order.

        Raises:
            SetFailed: RE2 gave up.
        """
        fired = set(self._set.Match(text))
        if self._sentinel not in fired:
            raise SetFailed
        return [number for index, number in self._numbers.items() if index in fired]
