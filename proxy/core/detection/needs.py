"""
What a text must have for a pattern to match at all: so many digits, one of these characters.

Read off the pattern once, so that most rules are known to be out of the question without looking at the text with
them: what a post costs does not grow with the number of rules. Only non-letters of ASCII count, because every text has
letters and some letters are spelled in other ways where case makes no difference. A piece that is not understood asks
for nothing, and then the pattern is always looked for.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["DIGITS", "Need", "need_of"]

DIGITS = frozenset(b"0123456789")
_TELLING = frozenset(code for code in range(128) if not chr(code).isalpha())
_REPETITION = re.compile(r"\{([0-9]+)(?:,[0-9]*)?\}")
_FLAGS = ("(?i)", "(?s)", "(?is)")
_OPENINGS = ("(?:", "(?i:", "(?P<value>")
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


class Need(NamedTuple):
    """Conditions, all of which hold for every text that a pattern occurs in."""

    digits: int = 0
    """At least so many."""
    one_of: frozenset[frozenset[int]] = frozenset()
    """Sets of ASCII codes; at least one of each is there."""


_NOTHING = Need()


class _NotRead(Exception):
    """A piece of a pattern that this reader does not know."""


def need_of(pattern: str) -> Need:
    """Return what a pattern needs, which is nothing where it is not understood."""
    reader = _Reader(pattern)
    try:
        need = reader.alternatives()
    except _NotRead:
        return _NOTHING
    return need if reader.at_end() else _NOTHING


def _one_character(codes: frozenset[int]) -> Need:
    if not codes or not codes <= _TELLING:
        return _NOTHING
    # That there is any digit is what `digits` says.
    return Need(1 if codes <= DIGITS else 0, frozenset() if codes >= DIGITS else frozenset({codes}))


def _both(needs: list[Need]) -> Need:
    return Need(sum(need.digits for need in needs), frozenset().union(*(need.one_of for need in needs)))


def _either(needs: list[Need]) -> Need:
    """Return what all have in common; of several sets of characters the smallest of each says most."""
    digits = min(need.digits for need in needs)
    sets = [need.one_of | ({DIGITS} if need.digits else frozenset()) for need in needs]
    if not all(sets):
        return Need(digits)
    together = frozenset().union(*(min(one, key=lambda codes: (len(codes), sorted(codes))) for one in sets))
    return Need(digits, frozenset() if together <= DIGITS and together >= DIGITS else frozenset({together}))


class _Reader:
    """Reads one pattern of the dialect from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._position = 0

    def at_end(self) -> bool:
        """Return whether everything was read."""
        return self._position == len(self._pattern)

    def alternatives(self) -> Need:
        """Read to the end of a group or of the pattern."""
        branches = [self._sequence()]
        while self._skip("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else _either(branches)

    def _sequence(self) -> Need:
        needs: list[Need] = []
        while not self.at_end() and self._next() not in "|)":
            if any(map(self._skip, _FLAGS)):
                continue
            need = self._atom()
            least = self._least()
            if least:
                needs.append(Need(need.digits * least, need.one_of))
        return _both(needs)

    def _atom(self) -> Need:
        character = self._next()
        match character:
            case "(":
                return self._group()
            case "[":
                return _one_character(self._class())
            case "*" | "+" | "?" | "{":
                raise _NotRead
            case "." | "^" | "$":
                self._position += 1
                return _NOTHING
            case _:
                return _one_character(_codes(self._character()))

    def _group(self) -> Need:
        if not any(map(self._skip, _OPENINGS)):
            self._skip("(")
            if self._next() == "?":
                raise _NotRead
        need = self.alternatives()
        if not self._skip(")"):
            raise _NotRead
        return need

    def _class(self) -> frozenset[int]:
        """Read a class; return its codes, none where it may be something that is not ASCII."""
        self._skip("[")
        other = self._skip("^")
        codes: set[int] = set()
        first = True
        while first or self._next() != "]":
            first = False
            if self._pattern.startswith("[:", self._position):
                raise _NotRead
            low = high = self._character()
            if self._next() == "-" and not self._pattern.startswith("-]", self._position):
                self._skip("-")
                high = self._character()
            codes.update(range(ord(low), min(ord(high), 128) + 1))
            other = other or max(low, high) > "\x7f"
        self._skip("]")
        return frozenset() if other else frozenset(codes)

    def _character(self) -> str:
        character = self._next()
        self._position += 1
        if character != "\\":
            return character
        escaped = self._next()
        self._position += 1
        if not escaped.isalnum():
            return escaped
        if escaped not in _CONTROLS:
            raise _NotRead
        return _CONTROLS[escaped]

    def _least(self) -> int:
        """Read what says how often; return how often at least."""
        least = 1
        repetition = _REPETITION.match(self._pattern, self._position)
        if repetition is not None:
            least = int(repetition[1])
            self._position = repetition.end()
        elif self._skip("*") or self._skip("?"):
            least = 0
        elif not self._skip("+"):
            return least
        self._skip("?")
        return least

    def _next(self) -> str:
        if self.at_end():
            raise _NotRead
        return self._pattern[self._position]

    def _skip(self, piece: str) -> bool:
        found = self._pattern.startswith(piece, self._position)
        self._position += len(piece) * found
        return found


def _codes(character: str) -> frozenset[int]:
    return frozenset({ord(character)}) if character < "\x80" else frozenset()
