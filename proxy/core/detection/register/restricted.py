"""
Words of a restricted list in a post: insider lists, code names, what the house must not speak about for a time.

One to four words in a row are looked up, run together, so that a space, a hyphen, a capital or nothing may stand
between them. Digests of how entries begin are kept apart from those of entries: most words of a post begin none, and
cost nothing more.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.register.digests import digester
from proxy.core.detection.register.kinds import Kind, begin
from proxy.core.detection.register.reading import WORD, cut, has_names
from proxy.core.detection.register.spelling import forms
from proxy.core.model import Confidence, Finding, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proxy.core.detection.register.table import Table
    from proxy.core.model import Surface

__all__ = ["ENTITY", "RULE", "RestrictedMatcher"]

_Piece: TypeAlias = tuple[int, int, tuple[str, ...], bool]
"""Start and end of a word, its spellings, and whether an entry begins like one of them."""
ENTITY = "RESTRICTED_NAME"
RULE = "register/restricted"
_MOST_WORDS = 4
_KNOWN_WORDS = 16_384
"""Words whose spellings are kept; a worker must not grow with what it is shown."""
_WIDEST_GAP = 16
"""Code points between two words of an entry."""


class RestrictedMatcher:
    """
    Looks for the entries of restricted lists that count at the time of asking.

    Args:
        table: the lists.
        register_key: the key of their digests.
        fingerprint_key: the key under which findings are compared.
        minute: returns the minute since 1970.

    Raises:
        ValueError: a key of a wrong length.
    """

    def __init__(self, table: Table, *, register_key: bytes, fingerprint_key: bytes, minute: Callable[[], int]) -> None:
        self._table = table
        self._digest = digester(register_key, Kind.RESTRICTED)
        self._begin = digester(register_key, Kind.BEGIN)
        self._key = fingerprint_key
        self._minute = minute
        self._begins = lru_cache(maxsize=_KNOWN_WORDS)(self._begins_one)
        self._pieces = lru_cache(maxsize=_KNOWN_WORDS)(self._spelled)

    def find(self, parts: Sequence[Sequence[Surface]], joined: Sequence[Surface] = ()) -> list[Finding]:
        """
        Return the entries that a post names.

        Args:
            parts: the views of each part.
            joined: the views of several parts.
        """
        minute = self._minute()
        found: list[Finding] = []
        looked: dict[str, bool] = {}
        for surface in (*chain.from_iterable(parts), *joined):
            if has_names(surface):
                for start, end, value in self._candidates(surface.text):
                    if value not in looked:
                        looked[value] = self._table.open_at(self._digest(value), minute)
                    if looked[value]:
                        found += self._findings(surface, start, end, value)
        return found

    def _candidates(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield rows of words that may be an entry, each in every spelling of its last word."""
        words = [
            (match.start() + first, match.start() + last, spellings, begins)
            for match in WORD.finditer(text)
            for first, last, spellings, begins in self._pieces(match[0])
        ]
        for index, (_, _, _, begins) in enumerate(words):
            if begins:
                yield from self._rows(words[index : index + _MOST_WORDS])

    def _rows(self, words: Sequence[_Piece]) -> Iterator[tuple[int, int, str]]:
        """Yield rows that begin with the first of these words, as long as an entry begins like them."""
        start = last = words[0][0]
        head, row = "", []
        for at, end, spellings, _ in words:
            if at - last > _WIDEST_GAP:
                return
            for spelling in spellings:
                if self._begins(begin(head + spelling)):
                    yield start, end, head + spelling
            row.append(spellings[0])
            head, last = head + spellings[0], end
            if not self._begins(begin(head)):
                return
        if len(row) == _MOST_WORDS:
            yield start, last, " ".join(row)

    def _spelled(self, word: str) -> tuple[_Piece, ...]:
        """Return the pieces of a word, by their places in it."""
        pieces = ((first, last, forms(word[first:last])) for first, last in cut(word))
        return tuple(
            (first, last, spellings, any(self._begins(begin(spelling)) for spelling in spellings))
            for first, last, spellings in pieces
            if spellings
        )

    def _begins_one(self, letters: str) -> bool:
        """Return whether an entry begins with these letters, at whatever time it counts."""
        return self._table.find(self._begin(letters)) is not None

    def _findings(self, surface: Surface, start: int, end: int, value: str) -> Iterator[Finding]:
        place = surface.place(start, end)
        if place is None:
            return
        part, span = place
        view = surface.view_of(span)
        yield Finding(
            rule=RULE,
            entity=ENTITY,
            confidence=Confidence.HIGH,
            part=part,
            span=span,
            view=view,
            transforms=surface.transforms if view is View.DEOBFUSCATED else (),
            fingerprint=fingerprint(self._key, ENTITY, value),
            detector="register",
        )
