"""
The transforms T1 to T7 together, and T2 to T5 and T7 themselves: what hides characters from a search, undone.

Each one reads a text and says what it would replace (`Edit`); none changes letters, case or visible punctuation that
ordinary reading needs. Each looks at the distinct characters first: most texts have nothing to undo.
Not here: markup (T1), look-alikes (T6), case (T8) and everything that has to guess (T9 and up).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from proxy.core.text.characters import (
    INVISIBLE,
    JOINERS,
    LINE_BREAKS,
    OPENING_TEXT_MARK,
    SOFT_HYPHEN,
    SPACES,
    ascii_digits,
    extends,
    is_latin,
    is_mark,
    is_ordinary_compatibility,
    is_stray_mark,
)
from proxy.core.text.lookalikes import lookalikes
from proxy.core.text.mapped import Edit, Mapped, rewrite
from proxy.core.text.markup import render

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["compose", "digits", "invisible", "marks", "normalise", "normalise_mapped", "spaces"]

_PLAIN = re.compile("[\\t\\n\\r -~ÄÖÜäöüßéèáàçñôê€–—„“”‚‘’•§°\U0001f300-\U0001faff]*")
"""Nothing to undo: what German, English and emoji are mostly written with."""
_LONGEST_SEQUENCE = 31
"""A base and 30 marks, as in Unicode's stream-safe format: sorting the marks of longer ones takes quadratic time."""
_MOST_EXPANDED = 4
"""Characters that stand for whole phrases (U+FDFA has 18 letters) stay: they spell no number and bloat the text."""


def invisible(text: str) -> list[Edit]:
    """T2: take out what nobody sees: default-ignorable characters, control characters, bidi controls, blank Braille."""
    if INVISIBLE.isdisjoint(text):
        return []
    edits: list[Edit] = []
    before = ""
    for position, character in enumerate(text):
        if character in INVISIBLE:
            edits.append(Edit(position, position + 1, "", _hides(character, before)))
        else:
            before = character
    return edits


def _hides(character: str, before: str) -> bool:
    if character == SOFT_HYPHEN or (character == OPENING_TEXT_MARK and not before):
        return False
    return character not in JOINERS or (before != "" and is_latin(before))


def spaces(text: str) -> list[Edit]:
    """T3: every kind of space to a space, every kind of line break to a line feed; ordinary, PDF copies do it."""
    edits: list[Edit] = []
    if not SPACES.isdisjoint(text) or not LINE_BREAKS.isdisjoint(text):
        for position, character in enumerate(text):
            if character in SPACES:
                edits.append(Edit(position, position + 1, " ", evasive=False))
            elif character in LINE_BREAKS:
                edits.append(Edit(position, position + 1, "\n", evasive=False))
    return edits


def compose(text: str) -> list[Edit]:
    """T4: NFKC, one combining sequence at a time, so that each result knows its sequence."""
    if unicodedata.is_normalized("NFKC", text):
        return []
    joining = {character: extends(character) for character in set(text)}
    edits: list[Edit] = []
    start = 0
    for position in range(1, len(text) + 1):
        if position < len(text) and joining[text[position]] and position - start < _LONGEST_SEQUENCE:
            continue
        sequence = text[start:position]
        composed = "'" if sequence == "\u00b4" else unicodedata.normalize("NFKC", sequence)
        if composed != sequence and len(composed) <= _MOST_EXPANDED * len(sequence):
            evasive = not all(map(is_ordinary_compatibility, sequence))
            edits.append(Edit(start, position, composed, evasive))
        start = position
    return edits


def marks(text: str) -> list[Edit]:
    """T5: take out combining marks that did not compose with a letter; what other scripts spell with stays."""
    present = {character for character in set(text) if is_mark(character)}
    if not present:
        return []
    edits: list[Edit] = []
    base = ""
    for position, character in enumerate(text):
        if character not in present:
            base = character
        elif is_stray_mark(character, base):
            edits.append(Edit(position, position + 1, "", evasive=True))
    return edits


def digits(text: str) -> list[Edit]:
    """T7: every decimal, circled, superscript or segmented digit to ASCII."""
    found = {character: ascii_digits(character) for character in set(text) if character > "\x7f"}
    edits: list[Edit] = []
    if any(found.values()):
        for position, character in enumerate(text):
            if character > "\x7f" and (value := found[character]) is not None:
                edits.append(Edit(position, position + 1, value, evasive=True))
    return edits


_STEPS: tuple[tuple[str, Callable[[str], list[Edit]]], ...] = (
    ("T2", invisible),
    ("T3", spaces),
    ("T4", compose),
    ("T5", marks),
    ("T4", compose),  # taking a mark out may bring two characters together that compose
    ("T7", digits),
    ("T6", lookalikes),  # after the digits: some of them look like letters
)


def normalise(text: str) -> Mapped:
    """Run T1 to T7; applying it to its own result changes nothing, unless markup is nested more than twice."""
    return normalise_mapped(Mapped(text=text))


def normalise_mapped(mapped: Mapped) -> Mapped:
    """Run T1 to T7 on a text that has a map already."""
    once = _undisguised(render(mapped))
    # What one layer hid may be markup again, such as an entity for an entity; deeper layers stay text.
    again = render(once)
    return once if again is once else _undisguised(again)


def _undisguised(mapped: Mapped) -> Mapped:
    if _PLAIN.fullmatch(mapped.text):
        return mapped
    for name, transform in _STEPS:
        mapped = rewrite(mapped, name, transform(mapped.text))
    return mapped
