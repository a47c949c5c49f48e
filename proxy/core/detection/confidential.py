"""
Terms that the house keeps to itself, found without knowing them: only their keyed digests are here.

A text is cut into pieces at everything but letters and digits, between letters and digits, and where small letters meet
a capital one. One to four pieces in a row, written together, are compared with the terms; a genitive `s` is ignored.
A row goes on beyond a word only where its first piece begins a term, so that an ordinary word costs one digest. Words
from behind are turned where one ends with a capital.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.fingerprint import canonical, digester
from proxy.core.model import Confidence, Finding, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.model import House, Surface

__all__ = ["ENTITY", "LOOK", "MOST_PIECES", "ConfidentialMatcher", "look", "pieces"]

ENTITY = "CONFIDENTIAL_TERM"
LOOK = "CONFIDENTIAL_TERM/look"
"""Kind of the digests of what terms look like."""
RULE = "house/confidential-term"
MOST_PIECES = 4
_RUN = re.compile(r"[^\W\d_]+|[0-9]+")
_CHUNK = re.compile(r"(?<!\S)(?![^\w\s]*[A-Za-zÄÖÜäöüß][a-zäöüß]*[^\w\s]*(?!\S))\S+")
"""What stands between spaces, but for a plain word and the signs around it: that is one piece, as nearly always."""
_GLUED = re.compile(r"\S*")
_MIXED = re.compile(r"[013457$@!|I](?:(?<=[a-z]I)|(?<=[^\W\d_][013457$@!|])|(?<=[013457$@!|])(?=[^\W\d_]))")
"""A sign or an `I` beside a letter; it begins with what is rare, so that a text without it is searched fast."""
_SHAPED_WORD = re.compile(r"[\w$@!|]+")
_LONGEST_LOOK = 100
_SHAPES = str.maketrans("013457i$@!|", "oleastlsall")
_WIDEST_GAP = 3
_TURNED = re.compile(r"[a-zäöüß]{3}[A-ZÄÖÜ](?![^\W\d_])")
"""The end of a word that begins with a capital, written from behind."""
_DIGIT_WORDS = {
    word: str(digit)
    for words in (
        ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    )
    for digit, word in enumerate(words)
}
_SHORTEST_INFLECTED = 4
_SHORTEST_HALF = 3
"""Letters of a piece that may be the first half of a term which is written as two."""
_KNOWN_WORDS = 4_096
"""Words whose digests are kept; a worker must not grow with what it is shown."""
_NOT_SEARCHED = frozenset({"grouped", "stream"})
"""Views without words."""


class Piece(NamedTuple):
    """A word, a number, or a half of either."""

    start: int
    end: int
    text: str
    """In its canonical form."""


def pieces(text: str, *within: int) -> Iterator[Piece]:
    """Yield the pieces of a text, or of a range of it, from left to right."""
    for run in _RUN.finditer(text, *within):
        yield from _pieces_of(run[0], run.start())


def _pieces_of(word: str, base: int) -> Iterator[Piece]:
    if _one_piece(word):
        yield Piece(base, base + len(word), _plain(word))
    else:
        yield from _humps(word, base)


def _one_piece(word: str) -> bool:
    """Return whether a word is not cut, and has a letter with a case or is a number: then it has a canonical form."""
    return word[1:].islower() or word.islower() or word.isupper() or word.isdigit()


def _plain(word: str) -> str:
    """Return the canonical form, which is nearly always the word in small letters."""
    return word.lower() if word.isascii() else canonical(ENTITY, word)


def look(text: str) -> str:
    """Return what a text looks like: `1`, `i`, `I` and `l` are the same, so are `0` and `o`, and the like."""
    shaped = "".join(text.split()).casefold().translate(_SHAPES)
    return canonical(ENTITY, shaped)


def _humps(word: str, base: int) -> Iterator[Piece]:
    """Yield the pieces of a word between the places where a capital follows a small letter, or begins a new word."""
    start = 0
    for index in range(1, len(word)):
        here, before = word[index], word[index - 1]
        begins = before.isupper() and word[index + 1 : index + 2].islower() and index - start > 1
        if here.isupper() and (before.islower() or begins):
            yield from _piece(word[start:index], base + start)
            start = index
    yield from _piece(word[start:], base + start)


def _piece(text: str, start: int) -> Iterator[Piece]:
    plain = _plain(text)
    if plain:
        yield Piece(start, start + len(text), plain)


class ConfidentialMatcher:
    """Looks for terms by their digests."""

    def __init__(self, house: House, key: bytes) -> None:
        self._terms = house.terms
        self._starts = house.starts
        self._looks = house.looks
        self._digest = digester(key, ENTITY)
        self._look = digester(key, LOOK)
        self._alone = lru_cache(maxsize=_KNOWN_WORDS)(self._judged)

    def find(self, surface: Surface) -> list[Finding]:
        """Return the terms in a view; views without words have none."""
        if not self._terms or surface.name in _NOT_SEARCHED:
            return []
        return list(self._findings(surface))

    def _findings(self, surface: Surface) -> Iterator[Finding]:
        text = surface.text
        for start, end, digest in (*self._words(text), *self._disguised(text), *self._backwards(text)):
            place = surface.place(start, end)
            if place is None:
                continue
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
                fingerprint=digest,
                detector="identifiers",
            )

    def _disguised(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield words in which letters and digits are mixed, or capitals stand for small letters, that look alike."""
        if not self._looks or _MIXED.search(text) is None:
            return
        for word in _SHAPED_WORD.finditer(text):
            own = word.group().rstrip("!|")
            if len(own) <= _LONGEST_LOOK and _MIXED.search(own):
                digest = self._look(look(own))
                if digest in self._looks:
                    yield word.start(), word.start() + len(own), digest

    def _backwards(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield what stands there from behind, in texts where a word ends with a capital."""
        if _TURNED.search(text) is not None:
            for start, end, digest in self._words(text[::-1]):
                yield len(text) - end, len(text) - start, digest

    def _words(self, text: str) -> Iterator[tuple[int, int, str]]:
        known = {piece: self._alone(piece) for piece in _different(text)}
        if any(begins or digest is not None for begins, digest in known.values()):
            yield from self._terms_in(text, list(pieces(text)), known)
            return
        # No piece begins a term, as nearly always: only what stands together without a space can still be one.
        for chunk in _CHUNK.finditer(text):
            if _has_several(chunk[0]):
                yield from self._terms_in(text, list(pieces(text, *chunk.span())), known)

    def _terms_in(
        self, text: str, row: list[Piece], known: dict[str, tuple[bool, str | None]]
    ) -> Iterator[tuple[int, int, str]]:
        for index, piece in enumerate(row):
            begins, digest = known[piece.text]
            found = None if digest is None else (index, digest)
            if begins or (len(piece.text) >= _SHORTEST_HALF and not text[piece.end : piece.end + 1].isspace()):
                found = self._longer(text, row, index, begins=begins) or found
            if found is not None:
                yield piece.start, row[found[0]].end, found[1]

    def _judged(self, word: str) -> tuple[bool, str | None]:
        """Return whether a piece begins a longer term, and the digest of the term that it is by itself."""
        digest = self._digest(word)
        begins, found = digest in self._starts, digest if digest in self._terms else None
        for form in _forms(word)[1:]:
            digest = self._digest(form)
            begins, found = begins or digest in self._starts, digest if digest in self._terms else found
        return begins, found

    def _longer(self, text: str, row: list[Piece], index: int, *, begins: bool) -> tuple[int, str] | None:
        """Return the last piece of the longest term that begins at a piece and has more, and its digest."""
        found = None
        heads = _forms(row[index].text)
        for last in range(index + 1, min(index + MOST_PIECES, len(row))):
            gap = text[row[last - 1].end : row[last].start]
            if len(gap) > _WIDEST_GAP or not (begins or _GLUED.fullmatch(gap)):
                break
            found = self._of(heads, row[last].text, last) or found
            spoken = _DIGIT_WORDS.get(row[last].text)
            heads = [head + form for head in heads for form in (row[last].text, spoken) if form is not None]
        return found

    def _of(self, heads: list[str], tail: str, last: int) -> tuple[int, str] | None:
        for head in heads:
            for form in _forms(tail):
                digest = self._digest(head + form)
                if digest in self._terms:
                    return last, digest
        return None


def _different(text: str) -> set[str]:
    """Return the texts of all pieces, each once."""
    found: set[str] = set()
    for word in set(_RUN.findall(text)):
        if _one_piece(word):
            found.add(_plain(word))
        else:
            found.update(piece.text for piece in _humps(word, 0))
    return found


def _has_several(chunk: str) -> bool:
    """Return whether what stands between spaces is more than one piece."""
    runs = [chunk] if chunk.isalpha() else _RUN.findall(chunk)
    return len(runs) > 1 or not all(map(_one_piece, runs))


def _forms(text: str) -> list[str]:
    """Return a piece, and without its last letter if that may be a genitive, or a word for a digit as the digit."""
    if text in _DIGIT_WORDS:
        return [text, _DIGIT_WORDS[text]]
    return [text, text[:-1]] if len(text) >= _SHORTEST_INFLECTED and text[-1] == "s" else [text]
