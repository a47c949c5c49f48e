"""
Words of a restricted list in a post: insider lists, code names, what the house must not speak about for a time.

One to four words in a row are looked up, run together, so that a space, a hyphen, a capital or nothing may stand
between them.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.register.digests import digester
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.reading import WORD, cut, has_names
from proxy.core.detection.register.spelling import forms
from proxy.core.model import Confidence, Finding, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proxy.core.detection.register.table import Table
    from proxy.core.model import Surface

__all__ = ["ENTITY", "RULE", "RestrictedMatcher"]

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
        self._key = fingerprint_key
        self._minute = minute
        self._pieces = lru_cache(maxsize=_KNOWN_WORDS)(_spelled)

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
        """Yield rows of words, each in every spelling of its last word."""
        words = [
            (match.start() + first, match.start() + last, spellings)
            for match in WORD.finditer(text)
            for first, last, spellings in self._pieces(match[0])
        ]
        for index, (start, _, _) in enumerate(words):
            head, last, row = "", start, []
            for at, end, spelled in words[index : index + _MOST_WORDS]:
                if at - last > _WIDEST_GAP:
                    break
                for spelling in spelled:
                    yield start, end, head + spelling
                row.append(spelled[0])
                head, last = head + spelled[0], end
            if len(row) == _MOST_WORDS:
                yield start, last, " ".join(row)

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


def _spelled(word: str) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
    """Return the pieces of a word, each with its place in the word and its spellings."""
    pieces = ((first, last, forms(word[first:last])) for first, last in cut(word))
    return tuple(piece for piece in pieces if piece[2])
