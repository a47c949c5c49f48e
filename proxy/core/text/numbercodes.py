"""
T13: numbers in the codes of their characters: `0x36, 0x37`, `54 55 55`, `U+0036`, `00110110`, base32, short base64.

A code counts only where it says a number and little else: so short, or so plain, are these codes that anything more
would be read out of ordinary rows of digits.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import partial
from typing import TYPE_CHECKING

from proxy.core.model import count_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["number_codes"]

_FEWEST_DIGITS = 8
_FEWEST_IN_CODE = 16
_MOST_DECODED = 80
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .:/-]*")
_DIGIT = re.compile("[0-9]")
_BETWEEN = r"[ ,;:-]{1,2}"


def _row(one: str, least: int, between: str = _BETWEEN) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z]){one}(?:{between}{one}){{{least - 1},{_MOST_DECODED}}}(?![0-9A-Za-z])")


_HEX = r"(?:0x|\\x|#)?[0-9A-Fa-f]{2}"
_ROWS: tuple[tuple[re.Pattern[str], re.Pattern[str], int], ...] = (
    (_row(_HEX, 8), re.compile(r"[0-9A-Fa-f]{2}(?![x0-9A-Fa-f])"), 16),
    (_row("[0-9A-Fa-f]{4}", 4, "[ -]"), re.compile("[0-9A-Fa-f]{2}"), 16),
    (_row(r"[Uu]\+[0-9A-Fa-f]{4}", 8, "[ ,;]{0,2}"), re.compile("[0-9A-Fa-f]{4}"), 16),
    (_row("[0-9]{2,3}", 8), re.compile("[0-9]{2,3}"), 10),
    (_row("[01]{8}", 8, "[ ,;:-]{0,2}"), re.compile("[01]{8}"), 2),
)
"""How a row looks, what each of its codes is, and to which base."""
_BASE32 = re.compile("(?<![A-Za-z0-9])[A-Z2-7]{14,64}={0,6}(?![A-Za-z0-9=])")
_WORD = re.compile(r"(?<![\w+/-])[A-Za-z0-9]{2,64}={0,2}")
"""No number makes one of the other four letters of the alphabet."""
_SHORTEST, _SHORTEST_PIECE = 13, 6
_LONGEST_PIECE = 12
"""At least one piece is that long: most words are shorter, and are not looked at."""
_MOST_PIECES = 3
_AROUND = ".,;:!?()[]<>\"'`=„“"


def number_codes(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where the codes of a number stand, and the number."""
    if count_digits(text) >= _FEWEST_IN_CODE:
        for row, code, base in _ROWS:
            yield from _said(text, row, partial(_characters, code, base))
    if any(len(word) >= _LONGEST_PIECE and _may_be_base(word) for word in text.split()):
        yield from _said(text, _BASE32, _from_base32)
        yield from _from_pieces(text)


def _said(text: str, pattern: re.Pattern[str], decode: Callable[[str], str]) -> Iterator[tuple[int, int, str]]:
    for found in pattern.finditer(text):
        value = decode(found[0])
        if _is_number(value):
            yield *found.span(), value


def _is_number(text: str) -> bool:
    digits = len(_DIGIT.findall(text))
    return digits >= _FEWEST_DIGITS and 2 * digits > len(text) and _NUMBER.fullmatch(text) is not None


def _characters(code: re.Pattern[str], base: int, row: str) -> str:
    return "".join(chr(int(one, base)) for one in code.findall(row))


def _from_base32(word: str) -> str:
    letters = word.rstrip("=")
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8)).decode("ascii")
    except ValueError:
        return ""


def _may_be_base(word: str) -> bool:
    """Return whether a word may be a piece of base64 or base32: capitals inside, and not many digits."""
    word = word.strip(_AROUND)
    if len(word) < _SHORTEST_PIECE or word[1:].islower() or not word.isalnum() or word.isdecimal():
        return False
    return len(_DIGIT.findall(word)) < len(word) / 2 + 1 and (not word.isupper() or len(word) >= _SHORTEST)


def _from_pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield base64 that is short, or broken by a blank or a line end."""
    words = [word.span() for word in _WORD.finditer(text)]
    for place, (start, end) in enumerate(words):
        if not _may_be_base(text[start:end]):
            continue
        for _, last in reversed(words[place : place + _MOST_PIECES]):
            value = _from_base64(text[start:last])
            if value:
                yield start, last, value
                break


def _from_base64(letters: str) -> str:
    raw = "".join(letters.rstrip("=").split()).encode("ascii", "replace")
    if len(raw) < _SHORTEST or len(raw) % 4 == 1:
        return ""
    try:
        value = binascii.a2b_base64(raw + b"=" * (-len(raw) % 4), strict_mode=True).decode("ascii")
    except ValueError:
        return ""
    return value if _is_number(value) else ""
