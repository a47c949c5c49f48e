"""
T10: letters that are read as digits, `O` for 0 and `l` for 1.

Only in numbers, where most characters are digits; only rules with a check search what comes out of it, because a check
digit tells whether the guess was right.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.checks import iban
from proxy.core.model import merge_places

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.core.model import Surface

__all__ = ["letters_as_digits", "with_digits"]

TRANSFORM = "T10"
_FOREIGN = frozenset("ЗзЧчбІЅВ")
"""Nobody means these as letters inside a number."""
_RUN = re.compile("[0-9]+")
_FEWEST_DIGITS = 0.5
_FEWEST_IN_LONG = 0.35
_LONG = 10
_FEWEST_IN_SHAPE = 0.25


class _Alphabet:
    """Letters, and the digits that they look like."""

    def __init__(self, letters: str, digits: str, *, inside: bool = False) -> None:
        self.digits = str.maketrans(letters, digits)
        self.letters = frozenset(letters)
        sign = f"[0-9{letters}]"
        # Letters that words begin with are digits only between digits.
        self.number = re.compile(f"[0-9]{sign}{{3,}}[0-9]" if inside else f"{sign}{{5,}}")


class _Shape(NamedTuple):
    """A number in which some places are known to be letters."""

    pattern: re.Pattern[str]
    letter: int | None


_ROUND_AND_STRAIGHT = ("OoQlI|ОоØø", "0001110000")
_CURVED = ("SsBZzЗзЧчбІЅВbGgq", "55822334461586699")
_ANGLED = ("AET", "437")
_ALIKE = _Alphabet(*(one + other for one, other in zip(_ROUND_AND_STRAIGHT, _CURVED, strict=True)))
_ALPHABETS = (
    _ALIKE,
    _Alphabet(*_ROUND_AND_STRAIGHT),  # where an `S` or a `Z` is a letter of the number
    _Alphabet(*("".join(some) for some in zip(_ROUND_AND_STRAIGHT, _CURVED, _ANGLED, strict=True)), inside=True),
)
_ANY = f"[0-9{''.join(map(chr, _ALIKE.digits))}]"
_SHAPES = (
    _Shape(re.compile(f"(?=({_ANY}{{8}}[A-Za-z]{_ANY}{{3}}))"), letter=8),
    _Shape(re.compile(f"(?=([A-Z]{_ANY}{{9}}))"), letter=0),
    _Shape(re.compile(f"(?=(7[5Ss][6bG]{_ANY}{{10}}))"), letter=None),
)
_OF_DIGITS = {country: len(form) for country, form in iban.COUNTRIES.items() if set(form[2:]) == {"n"}}
_ACCOUNT = re.compile(rf"(?i:{'|'.join(_OF_DIGITS)})(?={_ANY}{{11}})")


def letters_as_digits(text: str, apart: Callable[[int], bool] = lambda _: False, alphabet: _Alphabet = _ALIKE) -> str:
    """
    Return a text of the same length in which letters inside numbers are the digits they look like.

    Args:
        text: any.
        apart: whether the author left a gap before a place, where a view has joined what stood apart.
        alphabet: the letters.
    """
    return alphabet.number.sub(lambda match: _number(match, apart, alphabet), text)


def with_digits(surface: Surface) -> tuple[Surface, ...]:
    """Return views in which letters inside numbers are digits, each in another way; none where there are none."""
    text = surface.text
    apart = _gaps(surface)
    beside = _beside_digits(text, apart)
    alphabets = [alphabet for alphabet in _ALPHABETS if not alphabet.letters.isdisjoint(beside)]
    if not alphabets:
        return ()
    read = dict.fromkeys(letters_as_digits(text, apart, alphabet) for alphabet in alphabets)
    read |= dict.fromkeys((_accounts(text, apart), *(_shaped(text, apart, shape) for shape in _SHAPES)))
    return tuple(_read(surface, one) for one in read if one != text)


def _beside_digits(text: str, apart: Callable[[int], bool]) -> set[str]:
    """Return the characters right before or behind digits, where the author left no gap."""
    runs = [run.span() for run in _RUN.finditer(text)]
    before = {text[start - 1] for start, _ in runs if start and not apart(start)}
    return before | {text[end] for _, end in runs if end < len(text) and not apart(end)}


def _read(surface: Surface, text: str) -> Surface:
    changed = [
        surface.origin(place, place + 1)
        for place, (new, old) in enumerate(zip(text, surface.text, strict=True))
        if new != old
    ]
    return replace(
        surface,
        text=text,
        evasive=merge_places((one.start, one.end) for one in (*surface.evasive, *changed)),
        transforms=tuple(dict.fromkeys((*surface.transforms, TRANSFORM))),
    )


def _accounts(text: str, apart: Callable[[int], bool]) -> str:
    """Return the text with the digits of IBANs as digits: behind a country and of its length few of them need to be."""
    signs = list(text)
    for account in _ACCOUNT.finditer(text):
        start, first, end = account.start(), account.end(), account.start() + _OF_DIGITS[account[0].upper()]
        number = text[first:end].translate(_ALIKE.digits)
        if _free(text, start, apart) and number.isdecimal() and end <= len(text):
            signs[first:end] = number
    return "".join(signs)


def _shaped(text: str, apart: Callable[[int], bool], shape: _Shape) -> str:
    """Return the text with digits wherever a number of a shape has them that stands for itself."""
    signs = list(text)
    for found in shape.pattern.finditer(text):
        start, end = found.span(1)
        if _free(text, start, apart) and _free(text, end, apart) and _mostly(found[1], _FEWEST_IN_SHAPE):
            letter = () if shape.letter is None else (text[start + shape.letter],)
            signs[start:end] = found[1].translate(_ALIKE.digits)
            signs[start + (shape.letter or 0) : start + (shape.letter or 0) + len(letter)] = letter
    return "".join(signs)


def _free(text: str, place: int, apart: Callable[[int], bool]) -> bool:
    """Return whether no word or number goes on at a place."""
    return place in {0, len(text)} or not (text[place - 1].isalnum() and text[place].isalnum()) or apart(place)


def _mostly(text: str, share: float) -> bool:
    return sum(sign.isdecimal() or sign in _FOREIGN for sign in text) >= share * len(text)


def _gaps(surface: Surface) -> Callable[[int], bool]:
    starts, ends = surface.starts, surface.ends
    if starts is None or ends is None:
        return lambda _: False
    return lambda place: starts[place] > ends[place - 1]


def _number(match: re.Match[str], apart: Callable[[int], bool], alphabet: _Alphabet) -> str:
    run = match.group()
    # Where words and numbers stand together, the last letter of a word is not the first digit of a number.
    start = match.start()
    begin = 0
    if _in_word(match.string, start, apart):
        while begin < len(run) and not run[begin].isdecimal() and not (begin and apart(start + begin)):
            begin += 1
    end = len(run)
    if match.string[match.end() : match.end() + 1].isalpha() and not apart(match.end()):
        while end > begin and not run[end - 1].isdecimal() and not (end < len(run) and apart(start + end)):
            end -= 1
    inner = run[begin:end]
    if not inner or not _mostly(inner, _FEWEST_IN_LONG if len(inner) >= _LONG else _FEWEST_DIGITS):
        return run
    return run[:begin] + inner.translate(alphabet.digits) + run[end:]


def _in_word(text: str, start: int, apart: Callable[[int], bool]) -> bool:
    """Return whether a word goes on at a place; a single letter, as of a health insurance number, is none."""
    if not start or not text[start - 1].isalpha() or apart(start):
        return False
    return start > 1 and text[start - 2].isalpha() and not apart(start - 1)
