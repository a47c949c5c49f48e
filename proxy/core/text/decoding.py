"""
T13: what was encoded to be read by a program: base64, hex, escapes, ROT13.

A fragment counts when it decodes to UTF-8 that is nearly all printable: hashes, order numbers and video ids do not.
Every character of what was decoded comes from the whole fragment. Time is linear: each encoding reads the text once.
"""

from __future__ import annotations

import binascii
import re
from array import array
from typing import TYPE_CHECKING

from proxy.core.model import Span
from proxy.core.text.characters import INVISIBLE, SPACES
from proxy.core.text.escapes import from_percent
from proxy.core.text.mapped import OFFSET, Mapped, offsets
from proxy.core.text.numbercodes import number_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["DEPTH", "FRAGMENTS", "TooMuchHidden", "fragment", "fragments", "rotated"]

FRAGMENTS = 32
DEPTH = 2
_PRINTABLE = 0.8
_PRINTED_TOO = frozenset("\n\r\t") | {character for character in INVISIBLE | SPACES if character > "\x9f"}
"""What prints nothing, or a space: it may hide in what is encoded, as anywhere."""
_FEWEST_DECODED = 4
_SHORTEST = 12
_FEWEST_DIGITS = 8
_DIGIT = re.compile("[0-9]")
_LONG_WORD = re.compile(r"[A-Za-z0-9+/_-]{16}|[A-Za-z0-9+/_-]{10,15}=")
_SPACED_PAIRS = re.compile(r"(?:[0-9A-Fa-f]{2}[ :]){7}")
_BASE64 = re.compile(
    r"[A-Za-z0-9+/_-]{16,}(?:={0,2}[ \t]?\r?\n[ \t]?[A-Za-z0-9+/_-]{4,})*={0,2}|[A-Za-z0-9+/_-]{10,15}={1,2}"
)
_LINE = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_BREAKS = re.compile(r"[\s=]+")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?((?:[0-9A-Fa-f]{2}[ :]?){7,}[0-9A-Fa-f]{2})(?![0-9A-Za-z])")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+(?:[\w.@+-]{1,64}(?:%[0-9A-Fa-f]{2})+)*[\w.@+-]{0,64}")
_MOST_BEFORE = 64
_MOST_LINES_AFTER = 3
_ONE_ESCAPE = r"\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\u\{[0-9A-Fa-f]{1,6}\}|\\U[0-9A-Fa-f]{8}"
_ESCAPED = re.compile(rf"(?:{_ONE_ESCAPE})+(?:[\w.@+-]{{1,64}}(?:{_ONE_ESCAPE})+)*[\w.@+-]{{0,64}}")
_ESCAPES = re.compile(rf"(?:{_ONE_ESCAPE})+")
_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\u\{([0-9A-Fa-f]{1,6})\}|\\U([0-9A-Fa-f]{8})")
_LAST_CODE = 0x10FFFF
_URL_SAFE = bytes.maketrans(b"-_", b"+/")

_ROTATION = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm"
)
_FREQUENT = (
    *(
        "und",
        "der",
        "die",
        "das",
        "ist",
        "nicht",
        "ich",
        "mit",
        "von",
        "wir",
        "sie",
        "ein",
        "eine",
        "hat",
        "bei",
        "auf",
    ),
    *("für", "im", "den", "dem", "kunde", "kundin", "konto", "iban", "herr", "frau", "the", "and", "is", "of", "to"),
    *("for", "that", "our", "has", "with", "client", "account", "name", "password"),
)
_ROTATED_WORDS = re.compile(rf"(?<![^\W_])(?:{'|'.join(word.translate(_ROTATION) for word in _FREQUENT)})(?![^\W_])")
_ROTATED_ACCOUNT = re.compile(r"(?:QR|NG|PU|YV) ?[0-9]{2}(?: ?[0-9]){10}")
_ROTATED_ADDRESS = re.compile(r"@[a-z0-9.-]{1,64}\.(?:qr|ng|pu|yv|rh|pbz|bet|arg|vasb)\b")
_FEWEST_ROTATED = 2


class TooMuchHidden(Exception):
    """More is encoded in a text than may be decoded; what was not decoded was not seen."""


def fragments(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where something decodes, and to what."""
    taken = 0
    for start, end, value in sorted(_all(text)):
        if start >= taken:
            taken = end
            yield start, end, value


def _all(text: str) -> Iterator[tuple[int, int, str]]:
    words = [word for word in text.split() if len(word) >= _SHORTEST - 1]
    long = any(len(word) >= _SHORTEST for word in words) and any(map(_LONG_WORD.search, words))
    if long:
        yield from _from_words(text)
    # Two digits of hex for every letter: most begin with a decimal digit.
    if long or (len(_DIGIT.findall(text)) >= _FEWEST_DIGITS and _SPACED_PAIRS.search(text) is not None):
        yield from _each(text, _HEX, lambda found: _printable(bytes.fromhex(found[1].replace(":", " "))))
    if "%" in text:
        yield from _words(text, _PERCENT, lambda word: _printable(from_percent(word)))
    if "\\" in text:
        yield from _words(text, _ESCAPED, _from_escapes)
    yield from number_codes(text)


def _from_words(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _BASE64.finditer(text):
        block = _block(found[0])
        if block is not None:
            yield found.start(), found.start() + block[0], block[1]
        elif "\n" in found[0]:
            yield from _each(text, _LINE, lambda line: _from_base64(line[0].rstrip("=")), *found.span())


def _block(text: str) -> tuple[int, str] | None:
    """Return how far a block of lines is base64, and what it says; the last lines may be words below it."""
    end = len(text)
    for _ in range(_MOST_LINES_AFTER + 1):
        value = _from_base64(_BREAKS.sub("", text[:end]))
        if value is not None:
            return end, value
        end = text.rfind("\n", 0, end)
        if end < 0:
            break
    return None


def _words(text: str, pattern: re.Pattern[str], decode: Callable[[str], str | None]) -> Iterator[tuple[int, int, str]]:
    """Yield words that are encoded in part, with what stands before the first encoded character."""
    done = 0
    for found in pattern.finditer(text):
        start = found.start()
        least = max(done, start - _MOST_BEFORE)
        while start > least and (text[start - 1].isalnum() or text[start - 1] in "_.@+-"):
            start -= 1
        done = found.end()
        value = decode(text[start:done])
        if value is not None:
            yield start, done, value


def _each(
    text: str, pattern: re.Pattern[str], decode: Callable[[re.Match[str]], str | None], *within: int
) -> Iterator[tuple[int, int, str]]:
    for found in pattern.finditer(text, *within):
        value = decode(found)
        if value is not None:
            yield *found.span(), value


def _from_base64(digits: str) -> str | None:
    raw = digits.encode("ascii").translate(_URL_SAFE)
    if len(raw) % 4 == 1:
        return None
    return _printable(binascii.a2b_base64(raw + b"=" * (-len(raw) % 4)))


def _from_escapes(word: str) -> str | None:
    return _readable(_ESCAPES.sub(lambda found: _unescaped(found[0]), word))


def _unescaped(escapes: str) -> str:
    """Return what escapes stand for; half a character is shown as one that is none."""
    codes = [int(next(filter(None, match.groups())), 16) for match in _ESCAPE.finditer(escapes)]
    if escapes.startswith("\\x") and max(codes) < 0x100:
        try:
            return bytes(codes).decode("utf-8")
        except UnicodeDecodeError:
            pass
    letters = "".join(chr(min(code, _LAST_CODE)) for code in codes)
    return letters.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _printable(raw: bytes) -> str | None:
    try:
        return _readable(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _readable(text: str) -> str | None:
    if len(text) < _FEWEST_DECODED:
        return None
    good = sum(character.isprintable() or character in _PRINTED_TOO for character in text)
    return text if good >= _PRINTABLE * len(text) else None


def fragment(mapped: Mapped, start: int, end: int, value: str) -> Mapped:
    """Return what `start:end` decodes to as a text of its own; each character comes from all of them."""
    starts, ends = offsets(mapped)
    first, last = min(starts[start:end]), max(ends[start:end])
    length = len(value)
    return Mapped(
        text=value,
        starts=array(OFFSET, [first]) * length,
        ends=array(OFFSET, [last]) * length,
        evasive=(Span(start=first, end=last),),
        transforms=_with_t13(mapped),
    )


def _with_t13(mapped: Mapped) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*mapped.transforms, "T13")))


def rotated(mapped: Mapped) -> Mapped | None:
    """Return the text with all letters moved by thirteen, where that reads better; None where it does not."""
    text = mapped.text
    if not _reads_rotated(text):
        return None
    starts, ends = offsets(mapped)
    return Mapped(
        text=text.translate(_ROTATION),
        starts=starts,
        ends=ends,
        evasive=(Span(start=min(starts), end=max(ends)),),
        transforms=_with_t13(mapped),
    )


def _reads_rotated(text: str) -> bool:
    lowered = text.lower()
    # In German and English `e` is more than twice as frequent as `r`, which it changes places with.
    if 2 * lowered.count("r") > lowered.count("e") and len(set(_ROTATED_WORDS.findall(lowered))) >= _FEWEST_ROTATED:
        return True
    if "@" in text and _ROTATED_ADDRESS.search(text) is not None:
        return True
    return _ROTATED_ACCOUNT.search(text) is not None
