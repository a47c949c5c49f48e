"""
Letters and digits of one number, written in groups, brought together.

`squeeze` drops one to three separators between a letter or digit and the next one, and shortens longer runs of blanks:
`DE02 1203` becomes `DE021203`, and so does every other pair of neighbours in the text. Whether what stands together
then means something is for checks to prove.
"""

from __future__ import annotations

from array import array
from itertools import compress

from proxy.core.text.characters import is_mark, is_separator
from proxy.core.text.mapped import OFFSET, Edit, Mapped, rewrite

__all__ = ["LONGEST_GAP", "squeeze"]

LONGEST_GAP = 3
_BLANKS = " \t"
_SEPARATOR, _MEMBER, _OTHER, _DROPPED = range(4)


def _kind(character: str) -> int:
    if character.isalnum() or is_mark(character):
        return _MEMBER
    return _SEPARATOR if is_separator(character) else _OTHER


class _Kinds(dict[int, int]):
    """Kinds by code point. What is not in the table is not kept either: text must not make it grow."""

    def __missing__(self, code: int) -> int:
        return _kind(chr(code))


_KINDS = _Kinds({code: _kind(chr(code)) for code in range(0x250)})
_LATIN_KINDS = bytes(_KINDS[code] for code in range(256))
_KEPT = bytes(kind != _DROPPED for kind in range(256))


def _kinds(text: str) -> bytes:
    """Return the kind of each character; a table of bytes is far faster, and serves most texts."""
    try:
        return text.encode("latin-1").translate(_LATIN_KINDS)
    except UnicodeEncodeError:
        return text.translate(_KINDS).encode("latin-1")


def _single_blanks(mapped: Mapped) -> Mapped:
    text = mapped.text
    if "  " not in text and "\t" not in text and "\r\n" not in text:
        return mapped
    edits: list[Edit] = []
    position = 0
    while position < len(text):
        end = position + 1
        if text[position] in _BLANKS:
            while end < len(text) and text[end] in _BLANKS:
                end += 1
        elif text.startswith("\r\n", position):
            end += 1
        if end - position > 1:
            edits.append(Edit(position, end, text[end - 1], evasive=False))
        position = end
    return rewrite(mapped, None, edits)


def squeeze(mapped: Mapped) -> Mapped:
    """Join runs of letters and digits over one to three separators; blanks in a row count once, as readers see them."""
    mapped = _single_blanks(mapped)
    text = mapped.text
    kinds = _kinds(text)
    for length in range(1, LONGEST_GAP + 1):
        gap = bytes((_MEMBER, *[_SEPARATOR] * length, _MEMBER))
        joined = bytes((_MEMBER, *[_DROPPED] * length, _MEMBER))
        # Twice: neighbouring gaps share the character between them, and one pass takes every other gap.
        kinds = kinds.replace(gap, joined).replace(gap, joined)
    if _DROPPED not in kinds:
        return mapped
    kept = kinds.translate(_KEPT)
    starts = range(len(text)) if mapped.starts is None else mapped.starts
    ends = range(1, len(text) + 1) if mapped.ends is None else mapped.ends
    return Mapped(
        text="".join(compress(text, kept)),
        starts=array(OFFSET, compress(starts, kept)),
        ends=array(OFFSET, compress(ends, kept)),
        evasive=mapped.evasive,
        transforms=mapped.transforms,
    )
