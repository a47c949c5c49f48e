"""
What Unicode does not say the way a search needs it: invisible characters, digits, separators, marks.

Tables and questions about one character only; what is done with the answers stands in `transforms` and `grouping`.
"""

from __future__ import annotations

import string
import unicodedata

__all__ = [
    "INVISIBLE",
    "JOINERS",
    "LINE_BREAKS",
    "OPENING_TEXT_MARK",
    "SEPARATORS",
    "SOFT_HYPHEN",
    "SPACES",
    "ascii_digits",
    "extends",
    "is_emoji",
    "is_latin",
    "is_mark",
    "is_ordinary_compatibility",
    "is_separator",
    "is_stray_mark",
]

SOFT_HYPHEN = "\u00ad"
OPENING_TEXT_MARK = "\ufeff"
"""Byte order mark: ordinary as the first character of a text, hidden anywhere else."""
JOINERS = frozenset("\u200c\u200d") | frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Zero-width (non-)joiner and variation selectors: emoji families and Persian need them, Latin words do not."""


def _characters(*ranges: tuple[int, int]) -> frozenset[str]:
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))


INVISIBLE = _characters(
    (0x00, 0x08),  # control characters without a place in text; platforms drop them
    (0x0E, 0x1F),
    (0x7F, 0x84),
    (0x86, 0x9F),
    (0x00AD, 0x00AD),  # from here on Default_Ignorable_Code_Point, bidi controls included
    (0x034F, 0x034F),  # combining grapheme joiner (Mn)
    (0x061C, 0x061C),
    (0x115F, 0x1160),  # Hangul fillers (Lo)
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x2800, 0x2800),  # blank Braille pattern (So): not ignorable by property, invisible all the same
    (0x3164, 0x3164),  # Hangul filler (Lo)
    (0xFE00, 0xFE0F),  # variation selectors (Mn)
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),  # half-width Hangul filler (Lo)
    (0xFFF0, 0xFFFB),  # reserved ones, and the marks of interlinear annotation
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),  # tag characters, more variation selectors
)

SPACES = frozenset("\u00a0\u1680\u202f\u205f\u3000") | _characters((0x2000, 0x200A))
LINE_BREAKS = frozenset("\x0b\x0c\x85\u2028\u2029")

SEPARATORS = frozenset(" \t\r\n" + string.punctuation) - frozenset("$%")
"""What may stand between groups of one number in ASCII; amounts and shares beside one another are no groups."""

_DIGITS_AFTER_UNICODE_14 = (0x10D40, 0x116D0, 0x116DA, 0x11BF0, 0x11F50, 0x16130, 0x16D70, 0x1CCF0, 0x1E4F0, 0x1E5F1)
"""Zeros of decimal digits that Python 3.11 does not know yet."""
_CIRCLED_NUMBERS = {
    "\U0001f10b": "0",
    "\U0001f10c": "0",
    "\U0001f51f": "10",  # keycap ten
    "\u277f": "10",
    "\u2789": "10",
    "\u2793": "10",
    "\u24fe": "10",
    **{chr(0x24EB + number): str(11 + number) for number in range(10)},
}
"""Circled zeros and two-digit numbers that NFKC leaves alone and Unicode calls no digits."""

_INHERITED_MARKS = ((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
"""Diacritics of no script in particular: what does not compose with its letter is decoration."""
_LATIN_BLOCKS = ((0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF), (0xAB30, 0xAB6F))
_ORDINARY_COMPATIBILITY = frozenset("ĲĳĿŀŉſ…™℠№℃℉µªº´ﬀﬁﬂﬃﬄﬅﬆ")
"""What keyboards and editors put in by themselves."""
_EMOJI_BLOCKS = ((0x2300, 0x23FF), (0x2600, 0x2775), (0x2794, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FAFF))


def _within(code: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in blocks)


def ascii_digits(character: str) -> str | None:
    """Return the ASCII digits a non-ASCII digit stands for, `None` for everything else."""
    value = unicodedata.digit(character, None)
    if value is not None:
        return str(value)
    if character in _CIRCLED_NUMBERS:
        return _CIRCLED_NUMBERS[character]
    code = ord(character)
    zero = next((zero for zero in _DIGITS_AFTER_UNICODE_14 if zero <= code <= zero + 9), None)
    return None if zero is None else str(code - zero)


def extends(character: str) -> bool:
    """Return whether composing may join this character to the one before it."""
    if character < "\u0300":
        return False
    first = unicodedata.normalize("NFKD", character)[0]
    return (
        unicodedata.combining(first) != 0
        or unicodedata.category(first)[0] == "M"
        or "\u1160" <= first <= "\u11ff"  # Hangul vowels and final consonants
        or first in "\U00016d63\U00016d67\U00016d68\U00016d69\U00016d6a"  # Kirat Rai vowels, letters since Unicode 16
    )


def is_mark(character: str) -> bool:
    """Return whether the character is a combining mark of any kind; nothing, as behind the end of a text, is none."""
    return character >= "\u0300" and unicodedata.category(character)[0] == "M"


def is_latin(character: str) -> bool:
    """Return whether the character is a Latin letter or an ASCII digit."""
    if not character.isalnum():
        return False
    code = ord(character)
    return code < 0x0370 or _within(code, _LATIN_BLOCKS)


def is_stray_mark(mark: str, base: str) -> bool:
    """Return whether a mark that did not compose with its base is decoration, not the spelling of another script."""
    if unicodedata.category(mark) not in {"Mn", "Me"}:
        return False
    if _within(ord(mark), _INHERITED_MARKS):
        return True
    return is_latin(base) or not (base.isalpha() or is_mark(base))


def is_ordinary_compatibility(character: str) -> bool:
    """Return whether ordinary typing and typesetting explain a compatibility character."""
    kind = unicodedata.decomposition(character)
    return (
        character in _ORDINARY_COMPATIBILITY or not kind.startswith("<") or kind.startswith(("<noBreak>", "<fraction>"))
    )


def is_separator(character: str) -> bool:
    """Return whether the character may stand between groups of one number; dashes, quotes, bullets and emoji may."""
    if character < "\x80":
        return character in SEPARATORS
    return character == "\u2212" or unicodedata.category(character) in {"Pd", "Po", "Pi", "Pf", "Ps", "Pe", "So", "Sk"}


def is_emoji(character: str) -> bool:
    """Return whether the character is a pictograph that people end a sentence with."""
    code = ord(character)
    return code >= 0x2300 and _within(code, _EMOJI_BLOCKS)
