"""
One sentence or post with its names marked, whatever corpus it comes from.

Marks follow one convention: titles, kinship words, `#` and `@` stay outside, a genitive -s stays inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

LABELS = ("PER", "LOC", "ORG", "MISC")
_NO_SPACE_BEFORE = frozenset(".,;:!?)]}%…“”»'’")
_NO_SPACE_AFTER = frozenset("([{„«#‚")
_CLITIC = re.compile(r"n't|['’](s|m|re|ve|ll|d)", re.IGNORECASE)


class Mark(NamedTuple):
    """A name: a range of the text and one of LABELS."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and its names, in order, none inside another."""

    text: str
    marks: tuple[Mark, ...] = ()

    def prefixed(self, prefix: str) -> Example:
        """Return the example behind a prefix."""
        return Example(
            text=prefix + self.text,
            marks=tuple(Mark(mark.start + len(prefix), mark.end + len(prefix), mark.label) for mark in self.marks),
        )

    def followed(self, other: Example) -> Example:
        """Return this example, a space, and another one."""
        shifted = other.prefixed(self.text + " ")
        return Example(text=shifted.text, marks=self.marks + shifted.marks)

    def recased(self, text: str) -> Example:
        """Return the example in another case, or unchanged where that moves characters."""
        return Example(text=text, marks=self.marks) if len(text) == len(self.text) else self


def from_tokens(tokens: Sequence[str], tags: Sequence[str], labels: Mapping[str, str]) -> Example:
    """Return the example that tagged tokens (BIO or BIOES) spell; labels that the mapping lacks are dropped."""
    text = ""
    places: list[tuple[int, int]] = []
    for token, spaced in zip(tokens, _spaces(tokens), strict=True):
        places.append((len(text), len(text) + len(token)))
        text += token + (" " if spaced else "")
    marks = [
        trimmed(text, Mark(places[first][0], places[last][1], labels[label]))
        for first, last, label in _chunks(tags)
        if label in labels
    ]
    return Example(text=text, marks=tuple(mark for mark in marks if mark.end > mark.start))


def trimmed(text: str, mark: Mark) -> Mark:
    """Return the mark without the signs and quotes at its ends."""
    start, end = mark.start, mark.end
    while start < end and text[start] in '#@"„“ ':
        start += 1
    while end > start and text[end - 1] in '"“” ':
        end -= 1
    return Mark(start, end, mark.label)


def disjoint(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return the marks in order, without those that overlap an earlier one."""
    kept: list[Mark] = []
    for mark in sorted(marks):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def _chunks(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (first token, last token, label)."""
    first, current = -1, ""
    for index, tag in enumerate((*tags, "O")):
        kind, _, label = tag.partition("-")
        if current and (kind in "OBSU" or label != current):
            yield first, index - 1, current
            current = ""
        if label and not current:
            first, current = index, label


def _spaces(tokens: Sequence[str]) -> list[bool]:
    """Say after which tokens a space stands; corpora rarely tell."""
    spaces = [True] * len(tokens)
    quoted = False
    for index, word in enumerate(tokens[:-1]):
        following = tokens[index + 1]
        if following in _NO_SPACE_BEFORE or word in _NO_SPACE_AFTER or _CLITIC.fullmatch(following):
            spaces[index] = False
        if word == '"':
            quoted = not quoted
            spaces[index] = spaces[index] and not quoted
        if following == '"' and quoted:
            spaces[index] = False
        if word == "“" and "„" not in tokens[:index]:
            spaces[index] = False
            if index:
                spaces[index - 1] = True
    if spaces:
        spaces[-1] = False
    return spaces
