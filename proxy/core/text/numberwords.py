"""
T9: numbers written in words, German and English, as digits.

Only in runs that give four digits or more: a single number word is mostly language, `ein` is an article. What stands
between the words of a run goes, so that the digits stand together. In runs of eight digits and more that may be a
word (`sieben und drei dann vier`), or a letter of the number, itself spelled or not (`acht Z null`, `Dora Emil null`).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from proxy.core.text.mapped import Edit

__all__ = ["FEWEST_DIGITS", "number_words"]

FEWEST_DIGITS = 4
_LONGEST_GAP = 3
_FEWEST_WITH_MORE_BETWEEN = 8
"""Digits of a run whose numbers are less close."""
_LONGEST_BETWEEN = 28
_BETWEEN = re.compile(
    r"[^\w:]{0,6}(?:(?:und|and|dann|then|danach|darauf|komma|comma|pause|strich|bindestrich|schrägstrich|minus|dash|hyphen"
    r"|slash|stroke|leerzeichen|leerschritt|leer|space|blank|gap|punkt|dot|point|stop|plus|noch|weiter|jetzt|next|now"
    r"|äh|ähm|hm|uh|um|er|gefolgt von|followed by)[^\w:]{1,4}){0,2}"
)
"""What people say between numbers."""
_ALPHABETS = (
    "anton berta cäsar dora emil friedrich gustav heinrich ida julius kaufmann ludwig martha nordpol otto paula quelle "
    "richard samuel siegfried theodor ulrich viktor wilhelm xanthippe ypsilon zacharias zeppelin "
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike november oscar papa "
    "quebec romeo sierra tango uniform victor whiskey yankee zulu"
)
_SPELLED = {word: word[0] for word in _ALPHABETS.split()}
_EXPLAINED = re.compile(r"([a-z])[^\w:]{1,2}(?:wie|as in|as|for|like)[ ]+\1[^\W\d_]+")
"""`D wie Dora`."""
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
_SHORTEST_BEHIND_LETTERS = 20
_DIGIT = re.compile("[0-9]")


_SPELLING = re.compile(r"dora|emil|delta|echo|wie|like|for |as in")
"""Letters of countries, and words for spelling any letter."""


class _Number(NamedTuple):
    start: int
    end: int
    digits: str
    """Or a letter of the number."""
    word: bool

    @property
    def letter(self) -> bool:
        return not self.digits.isdecimal()

    @property
    def spelled(self) -> bool:
        """Return whether it is more than the letter or the digits that it stands for."""
        return self.word and self.end - self.start > 1


def number_words(text: str) -> list[Edit]:
    """T9: number words in runs of four or more digits to digits, what stands between them out."""
    lowered = text.lower()
    if len(lowered) != len(text) or (_PREFILTER.search(lowered) is None and not _spelled(lowered)):
        return []
    runs: list[list[_Number]] = []
    for number in _numbers(lowered):
        if runs and _between(lowered, runs[-1][-1].end, number.start):
            runs[-1].append(number)
        else:
            runs.append([number])
    edits = [edit for run in runs for edit in _long_run(text, run)]
    return sorted([*edits, *_short_runs(text, runs)])


def _short_runs(text: str, runs: list[list[_Number]]) -> list[Edit]:
    """Return the edits of runs too short for themselves, where together they are a number: a rhyme on every group."""
    short = [run for run in runs if _all_spelled(text, run) and not _long_run(text, run)]
    spelled = (number for run in runs for number in run if number.spelled and not number.letter)
    if not short or sum(len(number.digits) for number in spelled) < _FEWEST_WITH_MORE_BETWEEN:
        return []
    return [edit for run in short for edit in _digits(run)]


def _all_spelled(text: str, run: list[_Number]) -> bool:
    close = all(_close(text, left.end, right.start) for left, right in pairwise(run))
    return len(run) > 1 and close and all(number.spelled and not number.letter for number in run)


def _spelled(text: str) -> bool:
    """Return whether a number may be in a text of which a letter is spelled."""
    return _SPELLING.search(text) is not None and len(_DIGIT.findall(text)) >= _FEWEST_WITH_MORE_BETWEEN


def _close(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    return len(gap) <= _LONGEST_GAP and ":" not in gap and not any(map(str.isalnum, gap))


def _between(text: str, end: int, start: int) -> bool:
    """Return whether nothing but what people say between numbers stands in a gap."""
    return start - end <= _LONGEST_BETWEEN and _BETWEEN.fullmatch(text, end, start) is not None


def _long_run(text: str, run: list[_Number]) -> list[Edit]:
    """Return the edits of numbers with little between them; where they say too little, of those that are close."""
    digits = sum(len(number.digits) for number in run if not number.letter)
    if digits >= _FEWEST_WITH_MORE_BETWEEN and any(number.spelled for number in run):
        return _digits(run)
    edits: list[Edit] = []
    close: list[_Number] = []
    for number in run:
        if close and (number.letter or not _close(text, close[-1].end, number.start)):
            edits += _run(close)
            close = []
        if not number.letter:
            close.append(number)
    return edits + _run(close)


def _run(run: list[_Number]) -> list[Edit]:
    words = [number for number in run if number.word]
    if (
        not words
        or sum(len(number.digits) for number in run) < FEWEST_DIGITS
        or (len(run) < 2 and len(words[0].digits) < 4)
    ):
        return []
    return _digits(run)


def _digits(run: list[_Number]) -> list[Edit]:
    """Return the edits that bring the numbers of a run together; letters before and behind it stay by themselves."""
    edits: list[Edit] = []
    inner = [place for place, number in enumerate(run) if not number.letter]
    for place, number in enumerate(run):
        before = run[place - 1] if place else None
        if before is not None and before.end < number.start and (before.word or number.word):
            inside = inner[0] < place <= inner[-1]
            if inside or number.start - before.end > _LONGEST_GAP:
                edits.append(Edit(before.end, number.start, "" if inside else " ", evasive=True))
        if number.spelled:
            edits.append(Edit(number.start, number.end, number.digits, evasive=True))
    return edits


def _numbers(text: str) -> list[_Number]:
    """
    Return numbers in words and in digits, in order; `twenty-one` is one, and so is `doppel vier`.

    Letters that may be part of a number stand among them.
    """
    numbers: list[_Number] = []
    begun: tuple[int, int, int] | None = None
    tens_until = done = -1
    for token in _TOKEN.finditer(text):
        word, start, end = token[0], *token.span()
        if start < done:
            continue
        repeat = 2 if word in _TWICE else 3 if word in _THRICE else 0
        if repeat:
            begun = (start, end, repeat)
            continue
        digits = word if word[0] in "0123456789" else _value(word)
        if digits is None:
            begun = None
            glued = _glued_to_letters(word)
            if glued:
                numbers += [
                    _Number(start + place, start + place + 1, letter.upper(), word=True)
                    for place, letter in enumerate(word[: len(word) - glued[0]])
                ]
                numbers.append(_Number(end - glued[0], end, glued[1], word=True))
            elif len(word) == 1 or word in _SPELLED:
                explained = _EXPLAINED.match(text, start)
                done = explained.end() if explained else end
                numbers.append(_Number(start, done, _SPELLED.get(word, word).upper(), word=True))
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


def _glued_to_letters(word: str) -> tuple[int, str] | None:
    """Return how much of a word is number words behind one or two letters, and their digits: `denulldreifünf`."""
    if len(word) < _SHORTEST_BEHIND_LETTERS:
        return None
    for letters in (1, 2):
        if _GLUED.match(word, letters) is not None and (digits := _value(word[letters:])):
            return len(word) - letters, digits
    return None


def _hundreds(word: str) -> str | None:
    """Return the digits of `einhundertdreiundzwanzig`."""
    head, _, tail = word.partition("hundert")
    count = "1" if head in {"", "ein"} else _VALUES.get(head, "")
    rest = "0" if not tail else _VALUES.get(tail.removeprefix("und"), _VALUES.get(tail, ""))
    return f"{count}{rest:0>2}" if len(count) == 1 and 0 < len(rest) <= 2 else None
