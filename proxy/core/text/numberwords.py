"""
T9: numbers written in words, German and English, as digits.

Only in runs that give four digits or more: a single number word is mostly language, `ein` is an article. What stands
between the words of a run goes, so that the digits stand together.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proxy.core.text.mapped import Edit

__all__ = ["FEWEST_DIGITS", "number_words"]

FEWEST_DIGITS = 4
_LONGEST_GAP = 3
_GERMAN = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_GERMAN_TEENS = ("zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn")
_ENGLISH_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_GERMAN_TENS = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _values() -> dict[str, str]:
    values = {word: str(digit) for words in (_GERMAN, _ENGLISH) for digit, word in enumerate(words)}
    values |= {"zwo": "2", "oh": "0"}
    for teens in ((*_GERMAN_TEENS, "neunzehn"), _ENGLISH_TEENS):
        values |= {word: str(number) for number, word in enumerate(teens, start=10)}
    units = ("ein", *_GERMAN[2:])
    for ten, (german, english) in enumerate(zip(_GERMAN_TENS, _ENGLISH_TENS, strict=True), start=2):
        values |= {german: f"{ten}0", english: f"{ten}0"}
        values |= {f"{unit}und{german}": f"{ten}{digit}" for digit, unit in enumerate(units, start=1)}
        values |= {f"zwound{german}": f"{ten}2"}
        values |= {f"{english}{unit}": f"{ten}{digit}" for digit, unit in enumerate(_ENGLISH) if digit}
    values |= {word.replace("fünfz", "fuffz"): value for word, value in values.items() if "fünfz" in word}
    plain = {word.replace("ü", "ue").replace("ö", "oe").replace("ß", "ss"): value for word, value in values.items()}
    return values | plain


_VALUES = _values()
_TWICE = frozenset({"doppel", "doppelt", "double"})
_THRICE = frozenset({"dreifach", "triple"})
_TENS = frozenset(_ENGLISH_TENS)
_UNITS = frozenset(_ENGLISH[1:])
_KNOWN = frozenset(_VALUES) | _TWICE | _THRICE
_DIGIT_WORD = "|".join(sorted((word for word, value in _VALUES.items() if len(value) == 1), key=len, reverse=True))
_GLUED = re.compile(f"(doppel|double)?({_DIGIT_WORD})")
_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+")
_PREFILTER = re.compile(
    r"null|ein[su]|zw[eioaö]|dre[iß]|vier|f[üu]e?nf|fuff|sechs|sieb|acht|neun|zehn|elf"
    r"|zero|one|two|three|four|five|six|seven|eight|nine|ten|twen|thir|fif"
)
_SHORTEST_GLUED = 7


class _Number(NamedTuple):
    start: int
    end: int
    digits: str
    word: bool


def number_words(text: str) -> list[Edit]:
    """T9: number words in runs of four or more digits to digits, what stands between them out."""
    lowered = text.lower()
    if len(lowered) != len(text) or _PREFILTER.search(lowered) is None:
        return []
    edits: list[Edit] = []
    run: list[_Number] = []
    for number in _numbers(lowered):
        if run and not _close(text, run[-1].end, number.start):
            edits += _run(run)
            run = []
        run.append(number)
    return edits + _run(run)


def _close(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    return len(gap) <= _LONGEST_GAP and ":" not in gap and not any(map(str.isalnum, gap))


def _run(run: list[_Number]) -> list[Edit]:
    words = [number for number in run if number.word]
    if (
        not words
        or sum(len(number.digits) for number in run) < FEWEST_DIGITS
        or (len(run) < 2 and len(words[0].digits) < 4)
    ):
        return []
    edits: list[Edit] = []
    for before, number in zip((None, *run), run, strict=False):
        if before is not None and before.end < number.start and (before.word or number.word):
            edits.append(Edit(before.end, number.start, "", evasive=True))
        if number.word:
            edits.append(Edit(number.start, number.end, number.digits, evasive=True))
    return edits


def _numbers(text: str) -> list[_Number]:
    """Return numbers in words and in digits, in order; `twenty-one` is one, and so is `doppel vier`."""
    numbers: list[_Number] = []
    begun: tuple[int, int, int] | None = None
    tens_until = -1
    for token in _TOKEN.finditer(text):
        word, start, end = token[0], *token.span()
        repeat = 2 if word in _TWICE else 3 if word in _THRICE else 0
        if repeat:
            begun = (start, end, repeat)
            continue
        digits = word if word[0] in "0123456789" else _value(word)
        if digits is None:
            begun = None
            continue
        if begun is not None and len(digits) == 1 and start - begun[1] <= 1:
            start, digits, word = begun[0], digits * begun[2], "doppel"
        elif word in _UNITS and numbers and numbers[-1].end == tens_until == start - 1:
            last = numbers.pop()
            start, digits = last.start, f"{last.digits[0]}{digits}"
        tens_until = end if word in _TENS else -1
        begun = None
        numbers.append(_Number(start, end, digits, not word.isdigit()))
    return numbers


def _value(word: str) -> str | None:
    if word in _VALUES:
        return _VALUES[word]
    if len(word) < _SHORTEST_GLUED:
        return None
    if "hundert" in word:
        return _hundreds(word)
    digits: list[str] = []
    position = 0
    while position < len(word):
        found = _GLUED.match(word, position)
        if found is None:
            return None
        digits.append(_VALUES[found[2]] * (2 if found[1] else 1))
        position = found.end()
    return "".join(digits)


def _hundreds(word: str) -> str | None:
    """Return the digits of `einhundertdreiundzwanzig`."""
    head, _, tail = word.partition("hundert")
    count = "1" if head in {"", "ein"} else _VALUES.get(head, "")
    rest = "0" if not tail else _VALUES.get(tail.removeprefix("und"), _VALUES.get(tail, ""))
    return f"{count}{rest:0>2}" if len(count) == 1 and 0 < len(rest) <= 2 else None
